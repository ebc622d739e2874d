from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.choices import PendingReason
from tickets.commands._change import change
from tickets.models import Ticket


def pend(
    ticket: Ticket,
    *,
    actor: User,
    reason: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Stop work, and with it the clocks, for a reason from the list.

    Raises:
        Invalid: no such reason.  NotAllowed, Conflict: as `change`.
    """
    if reason not in PendingReason.values:
        raise Invalid.field("reason", _("Choose what the ticket waits for."))
    with change(ticket, "pend", actor=actor, version=version, at=at) as step:
        step.ticket.pending_reason = reason
    return ticket


def resume(ticket: Ticket, *, actor: User, version: int | None = None, at: datetime | None = None) -> Ticket:
    """End the waiting; the clocks run again.

    Raises:
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "resume", actor=actor, version=version, at=at) as step:
        step.ticket.pending_reason = ""
    return ticket
