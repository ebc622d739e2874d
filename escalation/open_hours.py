"""When a calendar is open, as spans to draw or list, and why it is closed on a date: pure, for pages that explain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from escalation.business_time import from_epoch, to_epoch
from escalation.calendar_definition import Definition
from escalation.working_calendar import BLOCK_MICROSECONDS, Calendar

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class ClosedWhy:
    """Why nobody is there. `name` and `name_id` say which holiday or exception it is, otherwise both are empty."""

    kind: Literal["holiday", "exception", "day off", "outside hours"]
    name: str = ""
    name_id: str = ""


def open_spans(calendar: Calendar, a: datetime, b: datetime) -> list[Span]:
    """The open spans in [a, b), clipped to it, in UTC and in order; none touches the next.

    Their lengths add up to `between(calendar, a, b)` to the microsecond. Empty when `b` is not after `a`.
    Raises CalendarError for naive datetimes and for years out of range.
    """
    since, until = to_epoch(a), to_epoch(b)
    spans: list[tuple[int, int]] = []
    for number in range(since // BLOCK_MICROSECONDS, (until - 1) // BLOCK_MICROSECONDS + 1):
        block = calendar.block(number)
        for start, end in zip(block.starts, block.ends, strict=True):
            start, end = max(start, since), min(end, until)
            if start >= end:
                continue
            # A span that crosses the edge of a block is stored in two pieces.
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return [(from_epoch(start), from_epoch(end)) for start, end in spans]


def closed_why(definition: Definition, day: date) -> ClosedWhy:
    """Why working time may be missing on a local date, in the order in which a calendar decides.

    An exception explains its date even where it has hours: they are not the usual ones. A date with ordinary hours
    answers "outside hours", for a moment that lies before, between or after them.
    """
    own = definition.exception_on(day)
    if own is not None:
        return ClosedWhy("exception", own.name)
    holiday = definition.holiday_on(day)
    if holiday is not None:
        return ClosedWhy("holiday", holiday.name, holiday.name_id)
    return ClosedWhy("outside hours" if definition.week_of(day)[day.weekday()] else "day off")
