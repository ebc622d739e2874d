from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tickets.models import Ticket, TicketEvent


class Hold(models.Model):
    """Somebody asked that a ticket is not moved by itself for a while, because they are about to solve it.

    `until` is the queue while the hold is open; `kept` is the milestone whose move it kept from happening.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="holds")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    kept = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(ended_at__isnull=True), name="one_open_hold"),
        )
        indexes = (models.Index(fields=("until",), name="hold_until", condition=Q(ended_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.until}"
