from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket, TicketEvent


class Summons(models.Model):
    """A hierarchic escalation: somebody with more say is called, and the next one up when nobody answers.

    `climb_at` is the queue: while it is open, the time at which the next rung is called.
    """

    class Rung(models.TextChoices):
        LEAD = "lead", _("Team lead")
        DEPARTMENT = "department", _("Department manager")
        MANAGERS = "managers", _("Incident managers")
        ON_CALL = "on_call", _("Whoever is on call")

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has answered yet")
        ACKNOWLEDGED = "acknowledged", _("Answered")
        UNANSWERED = "unanswered", _("Nobody answered")
        ENDED = "ended", _("The ticket ended first")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="summonses")
    reason = models.JSONField(_("reason"))  # words, or words in each language
    rung = models.CharField(max_length=12, choices=Rung.choices)
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    raised_at = models.DateTimeField()
    rounds = models.PositiveSmallIntegerField(default=1)
    climb_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("ticket",), condition=Q(state="open"), name="one_open_summons"),)
        indexes = (models.Index(fields=("climb_at",), name="summons_climb", condition=Q(climb_at__isnull=False)),)

    def __str__(self) -> str:
        return f"{self.ticket_id} to {self.rung}"


class SummonsCall(models.Model):
    """One person called: the ledger of who was told, when, and as what."""

    summons = models.ForeignKey(Summons, on_delete=models.CASCADE, related_name="calls")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    rung = models.CharField(max_length=12, choices=Summons.Rung.choices)
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("event", "person"), name="one_call_per_person_and_event"),)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.at}"
