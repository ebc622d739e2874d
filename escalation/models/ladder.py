from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LadderVersion(models.Model):
    """One wording of the ladder; never edited. The highest number is in force; without one the usual ladder is.

    `definition` is read by `escalation.ladder_definition`. Names and order of the tiers stand in it and are copied to
    the tiers themselves when it is put in force.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    definition = models.JSONField(_("definition"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"v{self.number}"
