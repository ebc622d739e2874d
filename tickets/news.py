"""Cursors over the history: what a page has already seen."""

from __future__ import annotations

from django.db.models import Max

from tickets.models import Ticket, TicketEvent


def newest_event() -> int:
    """The cursor a list starts from."""
    return TicketEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0


def newest_event_of(ticket: Ticket, *, public: bool = False) -> int:
    """The cursor one ticket's page starts from; a requester's counts public steps only."""
    events = ticket.events.filter(is_public=True) if public else ticket.events
    return events.aggregate(newest=Max("pk"))["newest"] or 0
