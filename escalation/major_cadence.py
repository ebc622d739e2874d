"""When the next public update is due, and who is reminded when: pure, in instants and minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REMIND, OVERDUE, RAISE = "remind", "overdue", "raise"
STEPS = (REMIND, OVERDUE, RAISE)
EARLY_SHARE = 0.25  # of the interval before it is due, and after it until the commander hears of it
LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Beat:
    """What the clock asks for next, and when."""

    step: str
    at: datetime


def next_due(since: datetime, minutes: int) -> datetime:
    """When the next update is due, counted from the last one."""
    return since + timedelta(minutes=minutes)


def first_beat(due_at: datetime, minutes: int) -> Beat:
    """The reminder, a quarter of the interval before the update is due."""
    return Beat(REMIND, due_at - timedelta(minutes=minutes * EARLY_SHARE))


def beat_after(step: str, due_at: datetime, minutes: int) -> Beat | None:
    """What follows a step: the reminder, then that it is overdue, then the commander; None after that."""
    if step == REMIND:
        return Beat(OVERDUE, due_at)
    if step == OVERDUE:
        return Beat(RAISE, due_at + timedelta(minutes=minutes * EARLY_SHARE))
    return None


def beat_now(due_at: datetime, minutes: int, now: datetime) -> Beat:
    """The beat that stands at `now`: a worker that was away tells the latest thing, not every one it missed."""
    beat = first_beat(due_at, minutes)
    while (following := beat_after(beat.step, due_at, minutes)) is not None and following.at <= now:
        beat = following
    return beat
