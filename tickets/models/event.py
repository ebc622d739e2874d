from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tickets.models.ticket import Ticket
from tickets.querysets import EventQuerySet
from tickets.workflow import VERBS


class TicketEvent(models.Model):
    """What happened, by whom, and what it changed. Appended, never edited: the database refuses UPDATE and DELETE."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events", db_index=False)
    verb = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    cause = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="effects", db_index=False)
    depth = models.PositiveSmallIntegerField(default=0)
    is_public = models.BooleanField(default=False)

    # the ticket's tracked fields just after this event, for the listeners of the moment; not stored
    after: dict[str, Any]

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        # the history of one ticket, in order
        indexes = (models.Index(fields=("ticket", "id"), name="event_of_ticket"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.ticket_id}"

    def moved(self, field: str) -> bool:
        """Whether this event changed the field."""
        return field in self.changes

    @property
    def words(self) -> str:
        """What the actor did, as the history says it: "escalated"."""
        verb = VERBS.get(self.verb)
        return str(verb.label) if verb else self.verb
