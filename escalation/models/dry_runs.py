from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DryRun(models.Model):
    """A draft of the rules tried on the past: what would have gone elsewhere. Kept as a report; nothing is changed.

    `changes` lists {"rule", "version"} where the draft differs from what is in force; version None turns a rule off.
    `draft` and `live` list the versions compared, in order. `before` is what `restore` needs once it was turned on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    days = models.PositiveSmallIntegerField(_("days"), default=30)
    changes = models.JSONField(default=list)
    draft = models.JSONField(default=list)
    live = models.JSONField(default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # a sign of life; a run that gave none for a minute has lost its worker and is begun again
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=list)
    rolled_back_at = models.DateTimeField(null=True)
    rolled_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        # read by escalation.rules.dry.runner.work_off
        indexes = (models.Index(fields=("id",), name="dry_run_open", condition=Q(state__in=["waiting", "running"])),)

    def __str__(self) -> str:
        return f"dry run {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)
