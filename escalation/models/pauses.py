from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tickets.choices import PendingReason
from tickets.models import Ticket, TicketEvent


class Pause(models.Model):
    """One wait of a ticket, for one reason: begun, reminded of, ended. Kept by `escalation.pauses`; rows are closed,
    never rewritten.

    `next_at` is when the wait asks for something to be done: work to go on at `until`, or the requester to be reminded.
    Null where nothing will: waits for others without an end, and those of an imported or replayed past.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="pauses", db_index=False)
    reason = models.CharField(max_length=10, choices=PendingReason.choices)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_verb = models.CharField(max_length=30, blank=True)
    ended_event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    nudges = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("ticket", "id"), name="pause_of_ticket"),
            # read by escalation.pauses.wake_due: costs what is due, not what waits
            models.Index(
                fields=("next_at", "id"),
                name="pause_due",
                condition=Q(ended_at__isnull=True, next_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(ended_at__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="pause_ended_after_started",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} for {self.reason} since {self.started_at}"
