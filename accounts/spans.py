"""Half-open spans of time and a wall clock's place on the line of instants. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTES_PER_DAY = 24 * 60
Span = tuple[datetime, datetime]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def instant(day: date, minutes: int, zone: str) -> datetime:
    """The UTC instant at which the clocks of `zone` show `minutes` after midnight of `day`; 1440 is the next midnight.

    A time that happens twice is its first occurrence, one that is skipped is counted on from before the change
    (RFC 5545, section 3.3.5).
    """
    day += timedelta(days=minutes // MINUTES_PER_DAY)
    hour, minute = divmod(minutes % MINUTES_PER_DAY, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone(zone)).astimezone(UTC)


def local_date(at: datetime, zone: str) -> date:
    """The date on the calendar of `zone` at this instant."""
    return at.astimezone(_zone(zone)).date()


def dates(since: date, until: date) -> Iterator[date]:
    """Every date from `since` to `until`, both included."""
    for days in range((until - since).days + 1):
        yield since + timedelta(days=days)


def overlap(one: Span, other: Span) -> Span | None:
    """What both spans share, or None."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of `span` when each of `taken` is cut out, in order."""
    left = [span]
    for start, end in taken:
        left = [
            piece
            for first, last in left
            for piece in ((first, min(last, start)), (max(first, end), last))
            if piece[0] < piece[1]
        ]
    return left


def cut(span: Span, at: Iterable[datetime]) -> list[Span]:
    """`span` in pieces, cut at those of the instants that lie inside it."""
    marks: Sequence[datetime] = sorted({span[0], span[1], *(mark for mark in at if span[0] < mark < span[1])})
    return list(pairwise(marks))
