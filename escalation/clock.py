"""One clock as a value: how it starts, pauses, resumes, gets another target and stops. Pure: no ORM, no now()."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from escalation.business_time import add, between, subtract
from escalation.working_calendar import Calendar


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands.

    Attributes:
        target_seconds: promised working seconds.
        counted_seconds: working seconds already used before `running_since`.
        running_since: when it last began to count; None while paused or done.
        due_at: when it will have used up its target if it keeps running; None while paused.
        stopped_at: when the promise was kept or dropped.
    """

    target_seconds: int
    counted_seconds: int = 0
    running_since: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def state(self) -> str:
        if self.stopped_at is not None:
            return "done"
        return "paused" if self.running_since is None else "running"


def start(calendar: Calendar, target_seconds: int, at: datetime) -> ClockState:
    """A clock that begins to count at `at`."""
    return ClockState(target_seconds, 0, at, add(calendar, at, target_seconds))


def used_seconds(state: ClockState, calendar: Calendar, at: datetime) -> int:
    """Working seconds used by `at`."""
    if state.running_since is None or at <= state.running_since:
        return state.counted_seconds
    return state.counted_seconds + int(between(calendar, state.running_since, at))


def pause(state: ClockState, calendar: Calendar, at: datetime) -> ClockState:
    """Bank what was used; a paused clock has no deadline."""
    if state.running_since is None or state.stopped_at is not None:
        return state
    return replace(state, counted_seconds=used_seconds(state, calendar, at), running_since=None, due_at=None)


def resume(state: ClockState, calendar: Calendar, at: datetime) -> ClockState:
    """Count again; the deadline is the rest of the target from here. A stopped clock starts where it stood."""
    if state.running_since is not None:
        return state
    return replace(
        state,
        running_since=at,
        stopped_at=None,
        due_at=deadline(calendar, at, state.target_seconds - state.counted_seconds),
    )


def stop(state: ClockState, calendar: Calendar, at: datetime) -> ClockState:
    """The promise is kept (or no longer wanted): bank and end. The last deadline stays for the record."""
    if state.stopped_at is not None:
        return state
    return replace(state, counted_seconds=used_seconds(state, calendar, at), running_since=None, stopped_at=at)


def retarget(state: ClockState, calendar: Calendar, target_seconds: int, at: datetime) -> ClockState:
    """Another target mid-flight (priority or category changed): what was used stays used."""
    if state.stopped_at is not None or target_seconds == state.target_seconds:
        return state
    if state.running_since is None:
        return replace(state, target_seconds=target_seconds)
    used = used_seconds(state, calendar, at)
    return ClockState(target_seconds, used, at, deadline(calendar, at, target_seconds - used))


def deadline(calendar: Calendar, at: datetime, remaining_seconds: int) -> datetime:
    """When `remaining_seconds` of working time will have passed; a negative rest gives the moment it ran out."""
    if remaining_seconds >= 0:
        return add(calendar, at, remaining_seconds)
    return subtract(calendar, at, -remaining_seconds)
