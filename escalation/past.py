"""Promises of the past: what a sweep would have recorded, for imports, replays and the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.models import User
from escalation.commands import pass_over, reach
from escalation.models import Clock
from escalation.policy_definition import BREACH
from tickets.models import Ticket


def run_out(ticket: Ticket, until: datetime, automation: User) -> Iterator[Clock]:
    """Record each promise that ran out before `until`, at its own time; other milestones of the past are passed over.

    Args:
        until: milestones due before this moment are worked off, in order.

    Yields:
        Each clock just after its breach was recorded, so that the caller can say what came of it.
    """
    while ticket.is_live:
        clock = ticket.clocks.filter(next_at__lt=until).order_by("next_at", "id").first()
        if clock is None or clock.next_at is None:
            return
        if clock.next_step == BREACH:
            reach(ticket, actor=automation, clock=clock, at=clock.next_at)
            yield clock
        else:
            pass_over(clock)
