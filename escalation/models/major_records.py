from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.models.major import MajorIncident


class MajorEvent(models.Model):
    """A step of a major incident that belongs to no single ticket: appended, never edited."""

    class Kind(models.TextChoices):
        PROPOSE = "propose", _("proposed it as a major incident")
        PROMOTE = "promote", _("declared the major incident")
        DISMISS = "dismiss", _("dismissed the proposal")
        ROLE = "role", _("changed a role")
        NOTE = "note", _("noted")
        CADENCE = "cadence", _("changed how often updates are due")
        CORRECT = "correct", _("corrected what it says")
        STAND_DOWN = "stand_down", _("stood the major incident down")
        REVIEW = "review", _("finished the review")

    incident = models.ForeignKey(MajorIncident, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    # of a role: {"role": …, "old": person, "new": person}; of the cadence: {"old": minutes, "new": minutes}; of a
    # correction: {"title": {"old": …, "new": …}, …} by the fields that changed
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.incident_id}"


class MajorReview(models.Model):
    """One version of the review that follows a major incident. Versions are added, never changed; the newest counts."""

    incident = models.ForeignKey(MajorIncident, on_delete=models.CASCADE, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    happened = models.TextField(_("what happened"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    went_well = models.TextField(_("what went well"), blank=True)
    improve = models.TextField(_("what to improve"), blank=True)
    questions = models.TextField(_("open questions"), blank=True)
    # [{"what": words, "owner": person, "due": "2026-12-01"}, …]
    actions = models.JSONField(default=list, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("incident", "number"), name="review_versions_are_numbered"),)

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.number}"
