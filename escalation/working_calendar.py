"""A calendar as a plain value, and the UTC spans in which it is open.

One definition carries everything here: the calendar is open at an instant when the clock on the wall in
`time_zone` then shows a time that lies in one of its half-open intervals. Hours that a clock change skips
therefore do not exist, hours that it repeats count twice, and durations are elapsed time
(see docs/decisions/0002-business-time-conventions.md).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTES_PER_DAY = 1440
MICROSECONDS_PER_MINUTE = 60_000_000
MICROSECONDS_PER_DAY = 86_400_000_000
# 64 days: a year costs six additions once warm, and a cold ticket page builds one block in well under 1 ms.
BLOCK_DAYS = 64
BLOCK_MICROSECONDS = BLOCK_DAYS * MICROSECONDS_PER_DAY
# No zone has ever changed its clock twice within six hours.
PROBE_MICROSECONDS = 6 * 60 * MICROSECONDS_PER_MINUTE
INTERNED_CALENDARS = 128
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]
Week = tuple[Intervals, ...]
Season = tuple[date, date, Week]


class CalendarError(ValueError):
    """A calendar, or a question put to it, that has no answer; `field` names the part at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Block:
    """The open spans inside one stretch of BLOCK_DAYS, in microseconds since the epoch (UTC)."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    worked_before: tuple[int, ...]
    total: int

    def worked_until(self, at: int) -> int:
        """Microseconds open in this block before `at`."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.worked_before[index] + min(at, self.ends[index]) - self.starts[index]

    def is_open_at(self, at: int) -> bool:
        """Whether `at`, an instant of this block, lies in a span."""
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def opens_after(self, at: int) -> int | None:
        """The first opening later than `at`, or None when this block holds none."""
        index = bisect_right(self.starts, at)
        return self.starts[index] if index < len(self.starts) else None

    def closes_after(self, at: int) -> int:
        """The end of the span that holds `at`."""
        return self.ends[bisect_right(self.starts, at) - 1]

    def earliest(self, worked: int) -> int:
        """The first instant by which `worked` (> 0, <= total) microseconds have passed: never after a close."""
        index = bisect_left(self.worked_before, worked) - 1
        return self.starts[index] + worked - self.worked_before[index]

    def latest(self, worked: int) -> int:
        """The last instant by which only `worked` (>= 0, < total) microseconds have passed: never before an open."""
        index = bisect_right(self.worked_before, worked) - 1
        return self.starts[index] + worked - self.worked_before[index]


@dataclass(frozen=True)
class Calendar:
    """Working hours of one place. Use `Calendar.build`, which validates and shares equal calendars.

    `weekly` holds for Monday to Sunday the local intervals in minutes since midnight, half-open; an end beyond
    1440 reaches into the next day. Inside one of the `seasons` (first and last date, in order) its week holds instead.
    A date in `exceptions` has those hours, even on a holiday.
    """

    time_zone: str
    weekly: Week
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, Intervals] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    _blocks: dict[int, Block] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        own = frozenset(self.exceptions.items())
        return hash((self.time_zone, self.weekly, self.holidays, own, self.seasons))

    @staticmethod
    def build(
        time_zone: str,
        weekly: Sequence[Iterable[Sequence[int]]],
        holidays: Iterable[date] = (),
        exceptions: Mapping[date, Iterable[Sequence[int]]] | None = None,
        seasons: Iterable[tuple[date, date, Sequence[Iterable[Sequence[int]]]]] = (),
    ) -> Calendar:
        """Validate and return a calendar; equal arguments return the same object, so its spans stay cached.

        `weekly` lists seven days from Monday, each with (start, end) pairs in local minutes. An end at or before
        its start means the next day, so (1320, 360) is 22:00 to 06:00 and (0, 0) is the whole day. A season is
        (first date, last date, weekly) and has its own week, both dates included.

        Raises CalendarError for an unknown zone, a malformed interval, seasons that overlap or end before they
        begin, or a calendar that is never open.
        """
        _zone(time_zone)
        week = _week("weekly", weekly)
        periods = _seasons(seasons)
        own = tuple(
            (_plain_date("exceptions", day), _intervals(f"exceptions.{day}", hours))
            for day, hours in sorted((exceptions or {}).items())
        )
        closed = frozenset(_plain_date("holidays", day) for day in holidays)
        if not any(week) and not any(hours for _, hours in own) and not any(any(own_week) for *_, own_week in periods):
            raise CalendarError("weekly", "the calendar has no working time")
        return _interned(time_zone, week, closed, own, periods)

    def hours_on(self, day: date) -> Intervals:
        """The intervals that start on this local date, in minutes since its midnight."""
        own = self.exceptions.get(day)
        if own is not None:
            return own
        return () if day in self.holidays else self.week_of(day)[day.weekday()]

    def week_of(self, day: date) -> Week:
        """The week that holds on this date: a season's, or the usual one."""
        if self.seasons:
            index = bisect_right(self.seasons, day, key=_first_date) - 1
            if index >= 0 and day <= self.seasons[index][1]:
                return self.seasons[index][2]
        return self.weekly

    def block(self, number: int) -> Block:
        """The open spans of stretch `number` (0 begins at the epoch), computed once and kept."""
        found = self._blocks.get(number)
        if found is None:
            found = self._blocks[number] = _expand(self, number)
        return found


@lru_cache(maxsize=INTERNED_CALENDARS)
def _interned(
    time_zone: str,
    weekly: Week,
    holidays: frozenset[date],
    own: tuple[tuple[date, Intervals], ...],
    seasons: tuple[Season, ...],
) -> Calendar:
    return Calendar(time_zone, weekly, holidays, MappingProxyType(dict(own)), seasons)


def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise CalendarError("time_zone", f"unknown time zone {time_zone!r}") from error


def _plain_date(field_name: str, day: object) -> date:
    # datetime is a date by inheritance, yet never equals one: as a key it would silently never match.
    if not isinstance(day, date) or isinstance(day, datetime):
        raise CalendarError(field_name, f"expected a date, got {day!r}")
    return day


def _first_date(season: Season) -> date:
    return season[0]


def _seasons(seasons: Iterable[tuple[date, date, Sequence[Iterable[Sequence[int]]]]]) -> tuple[Season, ...]:
    """Normalise seasons: in order, none overlapping another."""
    periods = [
        (_plain_date("seasons", since), _plain_date("seasons", until), _week(f"seasons.{index}.weekly", weekly))
        for index, (since, until, weekly) in enumerate(seasons)
    ]
    periods.sort(key=_first_date)
    for since, until, _ in periods:
        if until < since:
            raise CalendarError("seasons", f"a season ends on {until}, before it begins on {since}")
    for before, after in pairwise(periods):
        if after[0] <= before[1]:
            raise CalendarError("seasons", f"two seasons claim {after[0]}")
    return tuple(periods)


def _week(place: str, weekly: Sequence[Iterable[Sequence[int]]]) -> Week:
    if len(weekly) != 7:
        raise CalendarError(place, f"expected seven days, got {len(weekly)}")
    return tuple(_intervals(f"{place}.{index}", day) for index, day in enumerate(weekly))


def _intervals(place: str, day: Iterable[Sequence[int]]) -> Intervals:
    """Normalise one day's pairs: sorted, ends after starts, overlaps and touching neighbours joined."""
    pairs = sorted(_interval(place, pair) for pair in day)
    joined: list[Interval] = []
    for start, end in pairs:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _interval(place: str, pair: Sequence[int]) -> Interval:
    if len(pair) != 2 or any(type(minute) is not int for minute in pair):
        raise CalendarError(place, f"expected (start, end) in whole minutes, got {pair!r}")
    start, end = pair
    if end <= start:
        end += MINUTES_PER_DAY
    if not 0 <= start < MINUTES_PER_DAY or end < 0 or end - start > MINUTES_PER_DAY:
        raise CalendarError(place, f"{pair!r} is not within one day and the next")
    return start, end


def _expand(calendar: Calendar, number: int) -> Block:
    """Find the open spans of one block: clip, sort, merge, and sum what came before each."""
    begin = number * BLOCK_MICROSECONDS
    zone = _zone(calendar.time_zone)
    pieces = sorted(
        piece
        for since, until, offset in _constant_offsets(zone, begin, begin + BLOCK_MICROSECONDS)
        for piece in _open_pieces(calendar, since, until, offset)
    )
    starts: list[int] = []
    ends: list[int] = []
    for start, end in pieces:
        if ends and start <= ends[-1]:
            ends[-1] = max(end, ends[-1])
        else:
            starts.append(start)
            ends.append(end)
    worked_before: list[int] = []
    total = 0
    for start, end in zip(starts, ends, strict=True):
        worked_before.append(total)
        total += end - start
    return Block(tuple(starts), tuple(ends), tuple(worked_before), total)


def _constant_offsets(zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Split [begin, end) at clock changes: (since, until, offset from UTC), all in microseconds."""
    since, offset = begin, _offset(zone, begin)
    for probe in range(begin, end, PROBE_MICROSECONDS):
        low, high = probe, min(probe + PROBE_MICROSECONDS, end)
        after = _offset(zone, high)
        if after == offset:
            continue
        while high - low > 1_000_000:
            middle = (low + high) // 2_000_000 * 1_000_000
            low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
        yield since, high, offset
        since, offset = high, after
    if since < end:
        yield since, end, offset


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)


def _open_pieces(calendar: Calendar, since: int, until: int, offset: int) -> Iterator[Interval]:
    """Open spans within [since, until), during which the zone keeps one offset."""
    first = (since + offset) // MICROSECONDS_PER_DAY - 2  # an interval may end up to two midnights later
    last = (until + offset) // MICROSECONDS_PER_DAY
    for day_number in range(first, last + 1):
        midnight = day_number * MICROSECONDS_PER_DAY - offset
        for start, end in calendar.hours_on(date.fromordinal(EPOCH_ORDINAL + day_number)):
            opens = max(since, midnight + start * MICROSECONDS_PER_MINUTE)
            closes = min(until, midnight + end * MICROSECONDS_PER_MINUTE)
            if opens < closes:
                yield opens, closes
