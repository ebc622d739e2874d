from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, Tier
from tickets.models import Ticket


class TierVisit(models.Model):
    """One stay of a ticket with one team on one rung: entered, accepted, left. The stays of a ticket form a chain."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="visits", db_index=False)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_verb = models.CharField(max_length=30)
    entered_why = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    left_at = models.DateTimeField(null=True)
    left_verb = models.CharField(max_length=30, blank=True)
    left_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("ticket", "id"), name="visit_of_ticket"),)
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(left_at__isnull=True), name="one_open_visit"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("entered_at")), name="left_after_entered"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.team_id} since {self.entered_at}"


class Handover(models.Model):
    """The packet that goes along when a ticket changes hands between rungs."""

    class Reason(models.TextChoices):
        ACCESS = "access", _("Needs access")
        SKILL = "skill", _("Needs deeper skill")
        WRONG_TEAM = "wrong_team", _("Wrong team")
        TIME = "time", _("Time is short")
        LATE = "late", _("Promise missed")
        OTHER = "other", _("Other")

    class ReturnReason(models.TextChoices):
        MISSING = "missing", _("Missing information")
        WRONG_TEAM = "wrong_team", _("Wrong team")
        KNOWN_FIX = "known_fix", _("Known fix")
        NOT_REPRODUCIBLE = "not_reproducible", _("Not reproducible")
        DUPLICATE = "duplicate", _("Duplicate")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        SUPERSEDED = "superseded", _("Moved on")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="handovers")
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    reason = models.CharField(_("why"), max_length=12, choices=Reason.choices)
    symptom = models.TextField(_("symptom"))
    tried = models.TextField(_("steps tried"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    asked = models.TextField(_("what is asked"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENT)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    return_reason = models.CharField(_("reason"), max_length=20, choices=ReturnReason.choices, blank=True)
    return_note = models.TextField(_("what is missing"), blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(state="sent"), name="one_unanswered_handover"),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.from_team_id} → {self.to_team_id}"
