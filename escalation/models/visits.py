from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Team, Tier
from tickets.models import Ticket, TicketEvent


class TierVisit(models.Model):
    """One stay of a ticket with one team on one rung: entered, accepted, left. The stays of a ticket form a chain.

    Kept by `escalation.visits`. The database lets nobody rewrite what is written or remove a row; only
    `rebuild_visits` may, which writes what the history says.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="visits", db_index=False)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    entered_event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_verb = models.CharField(max_length=30)
    entered_why = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    left_event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    left_verb = models.CharField(max_length=30, blank=True)
    left_why = models.CharField(max_length=300, blank=True)
    returned_to = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # the hours the stay was measured in, chosen once when it ended, and the working time it took by them
    calendar_version = models.ForeignKey(
        "escalation.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    business_seconds = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("ticket", "id"), name="visit_of_ticket"),
            # process facts by period
            models.Index(fields=("entered_at",), name="visit_entered"),
        )
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(left_at__isnull=True), name="one_open_visit"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("entered_at")), name="left_after_entered"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.team_id} since {self.entered_at}"

    def wall_time(self, now: datetime) -> timedelta:
        """How long the stay took by the clock on the wall; up to `now` while it lasts."""
        return (self.left_at or now) - self.entered_at
