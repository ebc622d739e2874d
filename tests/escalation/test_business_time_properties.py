"""Working time held against an oracle that walks minute by minute and looks at the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.business_time import Calendar, add, add_with_pauses, between, is_open, next_open, subtract

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)
WINDOW_MINUTES = 3 * 1440
# Each zone with moments around which its clock does something unusual.
AROUND = {
    "Asia/Jakarta": [date(2026, 8, 17)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Asia/Kathmandu": [date(2026, 1, 1), date(1985, 12, 31)],
    "Pacific/Apia": [date(2011, 12, 30), date(2011, 9, 24)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Africa/Cairo": [date(2023, 4, 28), date(2014, 5, 15)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
}

interval = st.one_of(
    st.sampled_from([(0, 1440), (540, 1020), (1320, 360), (1439, 1440), (0, 1), (120, 180), (150, 600), (1380, 150)]),
    st.tuples(st.integers(0, 1439), st.integers(0, 2000)).filter(
        lambda pair: pair[1] - pair[0] <= 1440,
    ),
)
hours = st.lists(interval, max_size=3)


@st.composite
def situations(draw):
    zone = draw(st.sampled_from(sorted(AROUND)))
    anchor = draw(st.sampled_from(AROUND[zone]))
    near = st.integers(-2, 2).map(lambda days: anchor + timedelta(days=days))
    weekly = draw(st.lists(hours, min_size=7, max_size=7).filter(any))
    calendar = Calendar.build(
        zone,
        weekly,
        draw(st.sets(near, max_size=2)),
        draw(st.dictionaries(near, hours, max_size=2)),
    )
    start = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC) - timedelta(days=1, hours=12)
    return calendar, start + draw(st.integers(0, 1440)) * MINUTE


def open_by_the_wall_clock(calendar, at):
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    now = local.hour * 60 + local.minute
    return any(
        start <= now + 1440 * ago < end
        for ago in (0, 1, 2)
        for start, end in calendar.hours_on(local.date() - timedelta(days=ago))
    )


def open_minutes(calendar, start):
    return [open_by_the_wall_clock(calendar, start + MINUTE * index) for index in range(WINDOW_MINUTES)]


@settings(max_examples=40, deadline=None)
@given(situations(), st.data())
def test_the_oracle_agrees_minute_by_minute(situation, data):
    calendar, start = situation
    minutes = open_minutes(calendar, start)
    end = start + MINUTE * len(minutes)
    assert between(calendar, start, end) == 60 * sum(minutes)
    index = data.draw(st.integers(0, len(minutes) - 1))
    assert is_open(calendar, start + MINUTE * index) == minutes[index]
    if True in minutes[index:]:
        assert next_open(calendar, start + MINUTE * index) == start + MINUTE * minutes.index(True, index)
    if sum(minutes):
        worked = data.draw(st.integers(1, sum(minutes)))
        opened = [place for place, is_working in enumerate(minutes) if is_working]
        assert add(calendar, start, 60 * worked) == start + MINUTE * (opened[worked - 1] + 1)
        assert subtract(calendar, end, 60 * worked) == start + MINUTE * opened[-worked]


moments = st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@settings(max_examples=80, deadline=None)
@given(situations(), moments, st.integers(0, 40 * 86_400))
def test_what_is_added_is_measured_again(situation, start, seconds):
    calendar, _ = situation
    assert between(calendar, start, add(calendar, start, seconds)) == seconds
    assert between(calendar, subtract(calendar, start, seconds), start) == seconds


@settings(max_examples=80, deadline=None)
@given(situations(), moments, st.integers(1, 10**6), st.integers(1, 10**6))
def test_adding_twice_is_adding_the_sum(situation, start, one, other):
    calendar, _ = situation
    assert add(calendar, add(calendar, start, one), other) == add(calendar, start, one + other)
    assert subtract(calendar, subtract(calendar, start, one), other) == subtract(calendar, start, one + other)


@settings(max_examples=80, deadline=None)
@given(situations(), st.lists(moments, min_size=3, max_size=3))
def test_parts_add_up_to_the_whole(situation, three):
    calendar, _ = situation
    first, middle, last = sorted(three)
    parts = between(calendar, first, middle) + between(calendar, middle, last)
    assert abs(parts - between(calendar, first, last)) < 1e-6


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(1, 86_400), st.lists(st.tuples(st.integers(0, 4320), st.integers(1, 600)), max_size=4))
def test_a_pause_moves_the_deadline_by_the_working_time_it_holds(situation, seconds, pauses):
    calendar, start = situation
    spans = [(start + MINUTE * after, start + MINUTE * (after + length)) for after, length in pauses]
    due = add_with_pauses(calendar, start, seconds, spans)
    paused = {start + MINUTE * minute for after, length in pauses for minute in range(after, after + length)}
    worked_in_pauses = sum(between(calendar, minute, min(due, minute + MINUTE)) for minute in paused)
    assert between(calendar, start, due) - worked_in_pauses == seconds
