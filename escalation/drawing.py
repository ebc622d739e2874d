"""A clock's intervals as bars of a picture. Pure; the picture itself is in templates/desk/_clock_line.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.explanation import Interval

WIDTH = 1000
# more bars than this nobody can tell apart
MOST_BARS = 250


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: where it begins and how wide it is, in thousandths of the picture."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """The bars, and where marks stand: the due time, the time it ran out, now."""

    bars: tuple[Bar, ...]
    since: datetime
    until: datetime
    due: float | None
    missed: float | None
    now: float | None


def line(intervals: Sequence[Interval], due: datetime | None, missed: datetime | None, now: datetime) -> Line | None:
    """The picture from the first interval to the last or, when that is later, the due time; None without any."""
    if not intervals:
        return None
    since, last = intervals[0].since, intervals[-1].until
    until = max(last, due) if due else last
    scale = WIDTH / (until - since).total_seconds()

    def place(at: datetime | None) -> float | None:
        is_inside = at is not None and since <= at <= until
        return round((at - since).total_seconds() * scale, 1) if at and is_inside else None

    spans = [(i.kind, place(i.since) or 0.0, place(i.until) or 0.0) for i in intervals]
    if len(spans) > MOST_BARS:
        spans = _sampled(spans)
    bars = tuple(Bar(kind, x, round(end - x, 1)) for kind, x, end in spans)
    return Line(bars, since, until, place(due), place(missed), place(now) if until > now else None)


def _sampled(spans: Sequence[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """In each of as many columns as can be told apart, what covers most of it; neighbours of one kind become one."""
    step = WIDTH / MOST_BARS
    shares: list[dict[str, float]] = [{} for _column in range(MOST_BARS)]
    for kind, x, end in spans:
        for column in range(int(x // step), min(int(end // step) + 1, MOST_BARS)):
            covered = min(end, (column + 1) * step) - max(x, column * step)
            shares[column][kind] = shares[column].get(kind, 0.0) + covered
    found: list[tuple[str, float, float]] = []
    for column, share in enumerate(shares):
        kind = max(share, key=lambda name: share[name]) if share else ""
        if not kind:
            continue
        begins = found.pop()[1] if found and found[-1][0] == kind else column * step
        found.append((kind, begins, (column + 1) * step))
    return found
