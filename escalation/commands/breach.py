from __future__ import annotations

from datetime import datetime

from accounts.models import User
from escalation import verbs as verbs  # fills the table
from escalation.models import Clock
from tickets.commands import change, set_facts
from tickets.models import Ticket


def breach(ticket: Ticket, *, actor: User, clock: Clock, at: datetime) -> Ticket:
    """Record that a promise was missed. The caller holds the ticket's lock and has checked that the clock is due.

    Args:
        clock: the running clock whose deadline lies before `at`.

    Raises:
        Invalid: the ticket is no longer live.  NotAllowed: only the automation user records this.
    """
    with change(ticket, "breach", actor=actor, at=at) as step:
        clock.breached_at = clock.due_at
        clock.save(update_fields=["breached_at"])
        step.data.update(metric=clock.metric, due_at=clock.due_at, policy=clock.policy_id)
        if step.ticket.breached_at is None:
            set_facts(step.ticket, breached_at=clock.due_at)
    return ticket
