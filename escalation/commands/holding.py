"""Keeping a ticket from being moved by itself for a while, and letting it go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from escalation import verbs as verbs  # fills the table
from escalation.models import Hold
from escalation.next_move import next_move
from escalation.open_hold import open_hold
from tickets.commands import change
from tickets.models import Ticket

HOLD_FOR = timedelta(hours=1)
HOLD_AT_MOST = timedelta(hours=4)


def hold(ticket: Ticket, *, actor: User, version: int | None = None, at: datetime | None = None) -> Hold:
    """Put off the next automatic move by an hour; pressed again, by another one, four at most.

    Raises:
        Invalid: nothing moves the ticket by itself, or it has been put off long enough.
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "hold", actor=actor, version=version, at=at) as step:
        move = next_move(step.ticket, step.at)
        if move is None:
            raise Invalid(_("Nothing moves this ticket by itself."))
        until = max(move.at, step.at) + HOLD_FOR
        if until - max(move.planned_at, step.at) > HOLD_AT_MOST:
            raise Invalid(_("This has been put off long enough; pass it on or solve it."))
        standing = open_hold(step.ticket)
        if standing is None:
            standing = Hold.objects.create(ticket=step.ticket, made_by=actor, made_at=step.at, until=until)
        else:
            standing.until, standing.made_by = until, actor
            standing.save(update_fields=["until", "made_by"])
        step.data.update(hold=standing.pk, until=until)
    return standing


def unhold(ticket: Ticket, *, actor: User, at: datetime | None = None) -> Ticket:
    """Let the ticket be moved again; what the hold kept back is done with the next sweep.

    Raises:
        Invalid: nothing is held.  NotAllowed: as `change`.
    """
    with change(ticket, "unhold", actor=actor, at=at) as step:
        standing = open_hold(step.ticket)
        if standing is None:
            raise Invalid(_("Nothing is held back on this ticket."))
        standing.until = step.at
        if standing.kept is None:
            standing.ended_at = step.at
        standing.save(update_fields=["until", "ended_at"])
        step.data["hold"] = standing.pk
    return ticket
