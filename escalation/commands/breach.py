from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from escalation import verbs as verbs  # fills the table
from escalation.clocks import pins, queue_next
from escalation.models import Clock, Milestone
from escalation.policy_definition import BREACH
from tickets.commands import change
from tickets.models import Ticket

# fired later than this after it was due, a milestone says so: beat and worker were away
LATE_AFTER = timedelta(minutes=1)


def reach(ticket: Ticket, *, actor: User, clock: Clock, at: datetime) -> Ticket:
    """Record that a clock reached the milestone queued on it; its effects follow by listening to the event.

    Args:
        clock: a running clock of this ticket whose `next_at` is not after `at`; the caller holds the ticket's lock.
        at: when it is recorded, by the database's clock; replays of the past give the milestone's own time.

    Raises:
        Invalid: the ticket is no longer live.  NotAllowed: only the automation user records this.
    """
    step, due_at = clock.next_step, clock.next_at
    assert due_at is not None
    is_late = at - due_at > LATE_AFTER
    verb = "breach" if step == BREACH else "milestone"
    data: dict[str, Any] = {"metric": clock.metric, "pins": list(pins(clock)), "step": step, "due_at": due_at}
    if is_late:
        data["late_seconds"] = int((at - due_at).total_seconds())
    with change(ticket, verb, actor=actor, at=at) as change_step:
        Milestone.objects.create(clock=clock, cycle=clock.cycle, step=step, due_at=due_at, fired_at=at, is_late=is_late)
        _dequeue(clock)
        change_step.data.update(data)
    return ticket


def skip(clock: Clock, *, at: datetime) -> None:
    """Record that a milestone came due and nothing needed doing any more: its conditions no longer hold.

    Args:
        clock: as for `reach`; the caller holds the ticket's lock.
    """
    assert clock.next_at is not None
    Milestone.objects.create(
        clock=clock,
        cycle=clock.cycle,
        step=clock.next_step,
        due_at=clock.next_at,
        fired_at=at,
        outcome=Milestone.Outcome.SKIPPED,
    )
    _dequeue(clock)


def pass_over(clock: Clock) -> None:
    """Take a milestone of the past off the queue without doing or recording anything: for replays and imports."""
    _dequeue(clock)


def _dequeue(clock: Clock) -> None:
    """The next milestone takes its place at once, so that a clock is never without the one that follows."""
    clock.fired = [*clock.fired, clock.next_step]
    queue_next(clock)
    clock.save(update_fields=["fired", "next_at", "next_step"])
