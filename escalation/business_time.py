"""Arithmetic in working time: pure, to the microsecond, in elapsed seconds.

Instants are aware datetimes; whatever zone they come in, results are in UTC. Nothing here knows what time it is.
Every search is bounded by SEARCH_YEARS, so that a calendar without working time is an error, never a loop.
The conventions are written down in docs/decisions/0002-business-time-conventions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from escalation.working_calendar import (
    BLOCK_DAYS,
    BLOCK_MICROSECONDS,
    EPOCH,
    Block,
    Calendar,
    CalendarError,
)

__all__ = [
    "Calendar",
    "CalendarError",
    "add",
    "add_days",
    "add_with_pauses",
    "between",
    "between_with_pauses",
    "is_open",
    "next_close",
    "next_open",
    "previous_open",
    "subtract",
    "working_day",
    "working_days_between",
]

MICROSECONDS_PER_SECOND = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2300
SEARCH_YEARS = 100
SEARCH_BLOCKS = SEARCH_YEARS * 366 // BLOCK_DAYS
IDLE_DAYS = 10 * 366  # no holiday lasts ten years
IDLE_BLOCKS = IDLE_DAYS // BLOCK_DAYS
SECONDS_PER_YEAR = 366 * 86_400

Pause = tuple[datetime, datetime]


def add(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """The instant by which `seconds` (>= 0) of working time have passed since `start`.

    Landing exactly on a closing time returns that closing time; zero seconds return the next open instant.
    Raises CalendarError when the calendar does not hold that much working time within SEARCH_YEARS.
    """
    wanted = _microseconds(seconds)
    if wanted == 0:
        return next_open(calendar, start)
    at = to_epoch(start)
    number = at // BLOCK_MICROSECONDS
    wanted += calendar.block(number).worked_until(at)
    for block in _blocks_from(calendar, number, 1):
        if wanted <= block.total:
            return from_epoch(block.earliest(wanted))
        wanted -= block.total
    raise CalendarError("seconds", f"{seconds} s of working time do not fit in {SEARCH_YEARS} years")


def subtract(calendar: Calendar, end: datetime, seconds: float) -> datetime:
    """The last instant from which `seconds` (>= 0) of working time lead to `end`; the mirror of `add`.

    Landing exactly on an opening time returns that opening time; zero seconds return the previous open moment.
    Raises CalendarError as `add` does.
    """
    wanted = _microseconds(seconds)
    if wanted == 0:
        return previous_open(calendar, end)
    at = to_epoch(end)
    number = at // BLOCK_MICROSECONDS
    wanted += calendar.block(number).total - calendar.block(number).worked_until(at)
    for block in _blocks_from(calendar, number, -1):
        if wanted <= block.total:
            return from_epoch(block.latest(block.total - wanted))
        wanted -= block.total
    raise CalendarError("seconds", f"{seconds} s of working time do not fit in {SEARCH_YEARS} years")


def between(calendar: Calendar, a: datetime, b: datetime) -> float:
    """Working seconds from `a` to `b`, exact to the microsecond; 0 when `b` is not after `a`."""
    since, until = to_epoch(a), to_epoch(b)
    if until <= since:
        return 0.0
    first, last = since // BLOCK_MICROSECONDS, until // BLOCK_MICROSECONDS
    worked = calendar.block(last).worked_until(until) - calendar.block(first).worked_until(since)
    for number in range(first, last):
        worked += calendar.block(number).total
    return worked / MICROSECONDS_PER_SECOND


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether `at` is working time: an opening instant is, a closing instant is not."""
    instant = to_epoch(at)
    return calendar.block(instant // BLOCK_MICROSECONDS).is_open_at(instant)


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself while open, otherwise the next opening. Raises CalendarError when none is in reach."""
    instant = to_epoch(at)
    number = instant // BLOCK_MICROSECONDS
    if calendar.block(number).is_open_at(instant):
        return from_epoch(instant)
    for block in _blocks_from(calendar, number, 1):
        opens = block.opens_after(instant)
        if opens is not None:
            return from_epoch(opens)
    raise CalendarError("weekly", "the calendar does not open again")


def previous_open(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself while open, otherwise the latest closing time up to `at`.

    Raises CalendarError when none is in reach.
    """
    instant = to_epoch(at)
    number = instant // BLOCK_MICROSECONDS
    if calendar.block(number).is_open_at(instant):
        return from_epoch(instant)
    for block in _blocks_from(calendar, number, -1):
        worked = block.worked_until(instant)
        if worked:
            return from_epoch(block.earliest(worked))
    raise CalendarError("weekly", "the calendar was never open before")


def next_close(calendar: Calendar, at: datetime) -> datetime | None:
    """The end of the open span that holds `at` or, while closed, of the next one.

    None when it then stays open for ten years, which we call never closing.

    Raises CalendarError when the calendar does not open again.
    """
    opens = to_epoch(next_open(calendar, at))
    for block in islice(_blocks_from(calendar, opens // BLOCK_MICROSECONDS, 1), IDLE_BLOCKS):
        # A span that crosses the edge of a block is stored in two pieces, the second starting at the edge.
        if not block.is_open_at(opens):
            return from_epoch(opens)
        opens = block.closes_after(opens)
        if opens % BLOCK_MICROSECONDS:
            return from_epoch(opens)
    return None


def add_with_pauses(calendar: Calendar, start: datetime, seconds: float, pauses: Iterable[Pause]) -> datetime:
    """`add`, where working time inside a pause does not count. Pauses may overlap and come in any order."""
    cursor, remaining = start, seconds
    for since, until in _merged(pauses):
        if until <= cursor:
            continue
        worked = between(calendar, cursor, since)
        if worked and remaining <= worked:
            break
        cursor, remaining = until, remaining - worked
    return add(calendar, cursor, remaining)


def between_with_pauses(calendar: Calendar, a: datetime, b: datetime, pauses: Iterable[Pause]) -> float:
    """`between` without the working time that lies in a pause."""
    paused = sum(between(calendar, max(a, since), min(b, until)) for since, until in _merged(pauses))
    return between(calendar, a, b) - paused


def add_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Move by whole working days, keeping the local time of day; zero days change nothing.

    A day counts when some hours start on it, and the start's own day never does: from a Saturday one day leads to
    Monday. A result outside the hours of its day moves on to the next opening, or back to the last close when
    `days` is negative. Raises CalendarError when there are not that many working days.
    """
    if days == 0:
        return from_epoch(to_epoch(start))
    zone = ZoneInfo(calendar.time_zone)
    local = start.astimezone(zone)
    moved = datetime.combine(working_day(calendar, local.date(), days), local.time(), tzinfo=zone)
    return next_open(calendar, moved) if days > 0 else previous_open(calendar, moved)


def working_day(calendar: Calendar, day: date, days: int) -> date:
    """The date that is `days` working days after (or, when negative, before) a date, which itself is not counted."""
    step = timedelta(days=1 if days > 0 else -1)
    idle = 0
    while days and idle < IDLE_DAYS:
        day += step
        if calendar.hours_on(day):
            days -= step.days
            idle = 0
        else:
            idle += 1
    if days:
        raise CalendarError("days", "the calendar has no more working days")
    return day


def working_days_between(calendar: Calendar, a: date, b: date) -> int:
    """Working days after `a` up to and including `b`; 0 when `b` is not after `a`."""
    return sum(1 for number in range(1, (b - a).days + 1) if calendar.hours_on(a + timedelta(days=number)))


def _blocks_from(calendar: Calendar, number: int, step: int) -> Iterator[Block]:
    idle = 0
    for distance in range(SEARCH_BLOCKS):
        block = calendar.block(number + step * distance)
        yield block
        idle = 0 if block.total else idle + 1
        if idle > IDLE_BLOCKS:
            return


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    merged: list[Pause] = []
    for since, until in sorted(pauses):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _microseconds(seconds: float) -> int:
    if not 0 <= seconds <= SEARCH_YEARS * SECONDS_PER_YEAR:
        raise CalendarError("seconds", f"{seconds} is not between 0 and {SEARCH_YEARS} years")
    return round(seconds * MICROSECONDS_PER_SECOND)


def to_epoch(at: datetime) -> int:
    """Microseconds since the epoch. Raises CalendarError for a naive datetime and for years out of range."""
    if at.tzinfo is None:
        raise CalendarError("at", "expected an aware datetime")
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise CalendarError("at", f"{at} is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    passed = at - EPOCH
    return (passed.days * 86_400 + passed.seconds) * MICROSECONDS_PER_SECOND + passed.microseconds


def from_epoch(at: int) -> datetime:
    """The instant, in UTC, that lies `at` microseconds after the epoch."""
    return EPOCH + timedelta(microseconds=at)
