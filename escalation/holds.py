"""Holds that are over: what they kept back is done now, if it is still called for."""

from __future__ import annotations

from datetime import datetime

from escalation.due import BATCH, attend_to_due
from escalation.models import Hold
from escalation.steps import do_moves
from tickets.commands import unit_of_work
from tickets.models import Ticket


def release_due(limit: int = BATCH) -> int:
    """End the holds whose time has come.

    Returns:
        As `attend_to_due`.
    """
    return attend_to_due(Hold.objects.filter(ended_at__isnull=True), "until", _attend, limit=limit)


def _attend(ticket: Ticket, hold_id: int, now: datetime) -> bool:
    hold = Hold.objects.filter(pk=hold_id, ended_at__isnull=True, until__lte=now).select_related("kept").first()
    if hold is None:
        return False
    hold.ended_at = now
    hold.save(update_fields=["ended_at"])
    # it has ended meanwhile, or somebody moved it: the reason to move it is gone
    if hold.kept is not None and ticket.is_live and not moved_since(ticket, hold):
        with unit_of_work():
            do_moves(hold.kept, now)
    return True


def moved_since(ticket: Ticket, hold: Hold) -> bool:
    """Whether the ticket changed hands after the milestone that was kept back."""
    assert hold.kept is not None
    return ticket.events.filter(pk__gt=hold.kept.pk, changes__has_key="team").exists()
