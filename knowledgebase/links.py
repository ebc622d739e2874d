"""Keeping why: a root cause told while resolving becomes a note in the knowledge base, tied to its ticket."""

from __future__ import annotations

from knowledgebase.models import RootCauseNote
from tickets.models import TicketEvent


def on_event(event: TicketEvent) -> None:
    """File the root cause of a resolution."""
    text = event.data.get("root_cause") if event.verb == "resolve" else None
    if text:
        RootCauseNote.objects.create(
            ticket_id=event.ticket_id,
            service_id=event.ticket.service_id,
            author_id=event.actor_id,
            text=text,
            created_at=event.at,
        )
