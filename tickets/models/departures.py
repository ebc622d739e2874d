from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tickets.models.ticket import Ticket


class DepartureQuerySet(models.QuerySet["Departure"]):
    def of(self, user_id: int, ticket_id: int) -> DepartureQuerySet:
        """What one person has under way on one ticket, the next to leave first. Nobody else ever sees it."""
        return self.filter(author_id=user_id, ticket_id=ticket_id).order_by("leaves_at", "pk")


class Departure(models.Model):
    """A reply that was sent and has not left yet: until `leaves_at` its author can take it back (DESIGN 5.3)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = models.TextField()
    attachments = ArrayField(models.BigIntegerField(), default=list)
    # the reason it waits for afterwards; "" leaves the status to the reply
    then = models.CharField(max_length=20, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    leaves_at = models.DateTimeField(db_index=True)

    objects = DepartureQuerySet.as_manager()

    def __str__(self) -> str:
        return f"reply {self.pk} on {self.ticket_id}"
