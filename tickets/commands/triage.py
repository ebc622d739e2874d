from __future__ import annotations

from datetime import datetime

from accounts.models import User
from catalogue.models import Category
from tickets.choices import Priority
from tickets.commands._change import change
from tickets.models import Ticket
from tickets.reasons import Reason, stored
from tickets.texts import checked_body


def prioritise(
    ticket: Ticket,
    *,
    actor: User,
    priority: int,
    reason: Reason,
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Override the priority the matrix gave, with a reason for the record.

    Raises:
        Invalid: no reason, or no such priority.  NotAllowed, Conflict: as `change`.
    """
    why = checked_body(reason, "reason") if isinstance(reason, str) else stored(reason)
    with change(ticket, "prioritise", actor=actor, version=version, at=at) as step:
        step.ticket.priority = Priority(priority)
        step.data["reason"] = why
    return ticket


def categorise(
    ticket: Ticket, *, actor: User, category: Category, version: int | None = None, at: datetime | None = None
) -> Ticket:
    """Put the ticket under another category, and so under its service and kind.

    Raises:
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "categorise", actor=actor, version=version, at=at) as step:
        step.ticket.category = category
        step.ticket.service = category.service
        step.ticket.kind = category.kind
    return ticket
