"""Which milestone of a clock comes next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from escalation.clock import ClockState, reaches
from escalation.policy_definition import BREACH, StepRule
from escalation.working_calendar import Calendar


def next_of(
    steps: Iterable[StepRule], state: ClockState, calendar: Calendar, fired: Collection[str]
) -> tuple[str, datetime] | None:
    """The earliest milestone that has not fired, and when the clock reaches it; None while the clock does not run.

    Args:
        fired: keys of the steps that have fired in this period.
    """
    if state.running_since is None or state.target_seconds is None or state.due_at is None:
        return None
    waiting = []
    for step in steps:
        if step.key not in fired:
            at = state.due_at if step.key == BREACH else reaches(state, calendar, step.seconds(state.target_seconds))
            waiting.append((at or state.due_at, step.key))
    if not waiting:
        return None
    at, key = min(waiting)
    return key, at
