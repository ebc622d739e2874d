from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalation.models.calendars import CalendarVersion
from escalation.models.policies import PolicyVersion


class Recount(models.Model):
    """Counting the open tickets by another version of a calendar or policy: to see what would change, or for good.

    Worked off in batches by whichever worker is free; `last_ticket` is how far it is.
    """

    class Kind(models.TextChoices):
        PREVIEW = "preview", _("What would change")
        APPLY = "apply", _("Put in force")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, null=True, related_name="recounts")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, null=True, related_name="recounts")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_ticket = models.BigIntegerField(default=0)
    # promises on open tickets whose deadline moves; those that would be late now, and those that no longer would
    moved = models.PositiveIntegerField(default=0)
    to_late = models.PositiveIntegerField(default=0)
    to_on_time = models.PositiveIntegerField(default=0)
    flips = models.JSONField(default=list)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(calendar_version__isnull=True) ^ Q(policy_version__isnull=True),
                name="a_recount_is_of_one_version",
            ),
        )
        # read by escalation.recount.work_off
        indexes = (models.Index(fields=("id",), name="recount_open", condition=Q(state__in=["waiting", "running"])),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.version}"

    @property
    def version(self) -> CalendarVersion | PolicyVersion:
        """The version this is about."""
        found = self.calendar_version or self.policy_version
        assert found is not None
        return found

    @property
    def is_finished(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)
