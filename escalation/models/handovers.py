from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from escalation.ladder_definition import Item
from tickets.models import Attachment, Ticket


class Handover(models.Model):
    """The packet that goes along when a ticket changes hands between rungs."""

    class Reason(models.TextChoices):
        ACCESS = "access", _("Needs access")
        SKILL = "skill", _("Needs deeper skill")
        WRONG_TEAM = "wrong_team", _("Wrong team")
        TIME = "time", _("Time is short")
        LATE = "late", _("Promise missed")
        OTHER = "other", _("Other")

    class Urgency(models.TextChoices):
        QUEUE = "queue", _("In its turn")
        TODAY = "today", _("Today")
        NOW = "now", _("At once")

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
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.QUEUE)
    checklist = models.JSONField(
        _("checked"), default=list
    )  # the lines of the ladder's step, as they stood: [{en, id}]
    files = models.ManyToManyField(Attachment, related_name="+")
    # reminders while nobody accepts: when the next one is due, and how many were sent (first the team, then its lead)
    remind_at = models.DateTimeField(null=True)
    lead_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
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
        indexes = (
            # the queue of reminders
            models.Index(fields=("remind_at",), name="handover_remind", condition=Q(remind_at__isnull=False)),
            # quality by period
            models.Index(fields=("sent_at",), name="handover_sent"),
        )

    @property
    def items(self) -> list[Item]:
        """What was ticked, in words for the reader."""
        return [Item(line["en"], line.get("id", "")) for line in self.checklist]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.from_team_id} → {self.to_team_id}"
