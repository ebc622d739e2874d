"""One clock told as intervals: when it counted, when it stood still and why, and what set that off. Pure.

The intervals of a period follow each other without a gap, and what they counted adds up to `escalation.clock.used`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from escalation.calendar_definition import Definition
from escalation.clock import MICROSECONDS, SINGLE, ClockState, Step, advance, begin, is_final
from escalation.lives import Life, Terms, key_of, promise_begun
from escalation.open_hours import ClosedWhy, closed_why, open_spans

COUNTED, PAUSED, CLOSED, DONE = "counted", "paused", "closed", "done"
# the state of a clock that stands still because nothing is promised at the ticket's priority
UNPROMISED = "unpromised"
MICROSECOND = timedelta(microseconds=1)
Trail = Sequence[tuple[Step, ClockState]]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in which a clock did one thing.

    Attributes:
        kind: counted, paused, closed (it would count, but nobody is there) or done.
        counted: working microseconds; 0 unless it counted.
        state: the state of the ticket, "pending:vendor" for one that waits; "unpromised" at a priority without target.
        target_seconds: what was promised meanwhile.
        first: what brought this about; the opening and closing of the day are nobody's deed and keep the step before.
        last: what ended it; None when the calendar did, or nothing yet.
    """

    since: datetime
    until: datetime
    kind: str
    counted: int
    state: str
    target_seconds: int | None
    first: Step
    last: Step | None = None


def retold(terms: Terms, history: Sequence[Step], metric: str, key: int = 0) -> Life | None:
    """One clock with its trail, in time that grows with the history and nothing else.

    Args:
        key: the event by which the visit or the wait began; 0 for the promises to the requester.

    Returns:
        What `escalation.lives.replay` says of it; None when there is no such clock.
    """
    since = min((step.since for step in history if step.since), default=None) if metric in SINGLE else None
    life: Life | None = None
    trail: list[tuple[Step, ClockState]] = []
    for step in history:
        if life is None:
            promise = promise_begun(terms, metric, step)
            if promise is None or key_of(metric, step) != key:
                continue
            life = Life(promise, key, begin(promise, step, since))
        else:
            life = replace(life, state=advance(life.promise, life.state, step))
        trail.append((step, life.state))
        if is_final(metric, life.state):
            break
    return replace(life, trail=tuple(trail)) if life else None


def explain(life: Life, until: datetime, cycle: int | None = None) -> list[Interval]:
    """What the clock did from its beginning to `until`, oldest first.

    Args:
        life: with its trail, from `retold` or from `replay(..., keep_trail=True)`.
        cycle: for the promise of regular updates: which period; the present one when left out.
    """
    cycle = cycle or life.state.cycle
    trail = [entry for entry in _until_over(life) if entry[1].cycle == cycle]
    after = next((step for step, state in life.trail if state.cycle == cycle + 1), None)
    found: list[Interval] = []
    for interval in _stretches(life, trail, after, until):
        before = found[-1] if found else None
        if before and _is_same(before, interval):
            found[-1] = replace(
                before, until=interval.until, counted=before.counted + interval.counted, last=interval.last
            )
        else:
            found.append(interval)
    return found


def counted_in(intervals: Sequence[Interval]) -> int:
    """Working microseconds counted in all of them."""
    return sum(interval.counted for interval in intervals)


def why_closed(definition: Definition, interval: Interval) -> list[ClosedWhy]:
    """Why nobody was there, each reason once: holidays and special dates by name, then days off, then the hours."""
    zone = ZoneInfo(definition.time_zone)
    day, last = interval.since.astimezone(zone).date(), (interval.until - MICROSECOND).astimezone(zone).date()
    found: dict[ClosedWhy, None] = {}
    while day <= last:
        found[closed_why(definition, day)] = None
        day += timedelta(days=1)
    order = ("holiday", "exception", "day off", "outside hours")
    reasons = sorted(found, key=lambda why: order.index(why.kind))
    return [why for why in reasons if why.kind != "outside hours"] or reasons


def _until_over(life: Life) -> Iterator[tuple[Step, ClockState]]:
    """The trail as far as it matters: nothing happens any more to a clock that has stopped for good."""
    for step, state in life.trail:
        yield step, state
        if is_final(life.promise.metric, state):
            return


def _stretches(life: Life, trail: Trail, after: Step | None, until: datetime) -> Iterator[Interval]:
    end = min(after.at, until) if after else until
    for index, (step, state) in enumerate(trail):
        following = trail[index + 1][0] if index + 1 < len(trail) else after
        since = step.at if index else state.started_at
        stop = min(following.at, end) if following else end
        if since < stop:
            last = following if following and following.at <= end else None
            yield from _pieces(life, step, state, since, stop, last)


def _pieces(
    life: Life, step: Step, state: ClockState, since: datetime, until: datetime, last: Step | None
) -> Iterator[Interval]:
    """One stretch between two steps; while the clock runs, divided into open and closed time."""
    target = state.target_seconds
    token = UNPROMISED if target is None and step.state in life.promise.runs_in else step.state
    if state.running_since is None:
        kind = PAUSED if state.stopped_at is None else DONE
        yield Interval(since, until, kind, 0, token, target, step, last)
        return
    at = since
    for opens, closes in open_spans(life.promise.calendar, since, until):
        if at < opens:
            yield Interval(at, opens, CLOSED, 0, token, target, step)
        at = closes
        counted = (closes - opens) // MICROSECOND
        yield Interval(opens, closes, COUNTED, counted, token, target, step, last if closes == until else None)
    if at < until:
        yield Interval(at, until, CLOSED, 0, token, target, step, last)


def _is_same(one: Interval, other: Interval) -> bool:
    """Whether a step changed nothing for the clock."""
    if one.kind != other.kind:
        return False
    if one.kind == DONE:
        return True
    return (one.state, one.target_seconds) == (other.state, other.target_seconds)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        minutes: what it counted, rounded so that the rows add up to the total shown.
        so_far: the sum of the minutes down to this row: what the clock then showed.
        intervals: what it gathers, oldest first.
        first: the number of its first interval among all of them.
    """

    since: datetime
    until: datetime
    minutes: int
    so_far: int
    intervals: tuple[Interval, ...]
    first: int

    @property
    def kind(self) -> str:
        """Counted when anything in it was; otherwise what it began with."""
        counted = any(interval.kind == COUNTED for interval in self.intervals)
        return COUNTED if counted else self.intervals[0].kind

    def lasts(self, kind: str) -> int:
        """Elapsed seconds it was paused, closed or done."""
        return int(sum((i.until - i.since).total_seconds() for i in self.intervals if i.kind == kind))


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, and what each of them gathers: "interval", "day", "week", "month" or "year"."""

    scale: str
    rows: tuple[Row, ...]


MOST_ROWS = 60
COARSEST = "year"
SCALES = {"week": "%G-%V", "month": "%Y-%m", COARSEST: "%Y"}
Numbered = tuple[int, Interval]


def shown_minutes(microseconds: int) -> int:
    """Working time as it is shown: begun minutes count, as everywhere in the product."""
    return -(-(microseconds // MICROSECONDS) // 60)


def single(intervals: Sequence[Interval]) -> Table:
    """A row per interval, however many."""
    return Table("interval", _rows([[numbered] for numbered in enumerate(intervals)]))


def in_days(intervals: Sequence[Interval], zone: str, most: int = MOST_ROWS) -> Table:
    """A row per interval; where these are too many, per working day, week, month or year.

    A working day has the night behind it in its row; a pause is a row of its own.

    Args:
        zone: the calendar's: its days are meant.
        most: how many rows are still readable.
    """
    if len(intervals) <= most:
        return single(intervals)
    here = ZoneInfo(zone)
    pieces = [piece for numbered in enumerate(intervals) for piece in _split(numbered, here)]
    runs = _by_day(pieces, here)
    if len(runs) <= most:
        return Table("day", _rows(runs))
    scale, runs = next(
        (scale, runs)
        for scale, pattern in SCALES.items()
        if len(runs := _by(pieces, here, pattern)) <= most or scale == COARSEST
    )
    return Table(scale, _rows(runs))


def _split(numbered: Numbered, zone: ZoneInfo) -> Iterator[Numbered]:
    """A counted interval divided at midnights; one that closes the day is divided nowhere."""
    number, interval = numbered
    if interval.kind != COUNTED:
        yield numbered
        return
    since = interval.since
    while since < interval.until:
        local = since.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=zone)
        until = min(midnight.astimezone(since.tzinfo), interval.until)
        yield number, replace(interval, since=since, until=until, counted=(until - since) // MICROSECOND)
        since = until


def _by_day(pieces: Sequence[Numbered], zone: ZoneInfo) -> list[list[Numbered]]:
    runs: list[list[Numbered]] = []
    day = None
    for number, piece in pieces:
        today = piece.since.astimezone(zone).date() if piece.kind == COUNTED else None
        runs_on = bool(runs) and runs[-1][-1][1].kind in (COUNTED, CLOSED) and piece.kind in (COUNTED, CLOSED)
        if runs_on and (today is None or day is None or today == day):
            runs[-1].append((number, piece))
            day = day or today
        else:
            runs.append([(number, piece)])
            day = today
    return runs


def _by(pieces: Sequence[Numbered], zone: ZoneInfo, pattern: str) -> list[list[Numbered]]:
    runs: list[list[Numbered]] = []
    label = ""
    for number, piece in pieces:
        own = piece.since.astimezone(zone).strftime(pattern)
        if own != label:
            runs.append([])
            label = own
        runs[-1].append((number, piece))
    return runs


def _rows(runs: Sequence[Sequence[Numbered]]) -> tuple[Row, ...]:
    rows = []
    counted = so_far = 0
    for run in runs:
        own = tuple(interval for _number, interval in run)
        counted += counted_in(own)
        minutes, so_far = shown_minutes(counted) - so_far, shown_minutes(counted)
        rows.append(Row(own[0].since, own[-1].until, minutes, so_far, own, run[0][0]))
    return tuple(rows)
