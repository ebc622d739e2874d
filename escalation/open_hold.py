from __future__ import annotations

from escalation.models import Hold
from tickets.models import Ticket


def open_hold(ticket: Ticket) -> Hold | None:
    """The hold that stands on a ticket."""
    return Hold.objects.select_related("made_by", "kept").filter(ticket=ticket, ended_at__isnull=True).first()
