"""Intervals gathered into rows, drawn, and told why they were closed."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.calendar_definition import parse as parse_calendar
from escalation.clock import Step
from escalation.drawing import MOST_BARS, WIDTH, line
from escalation.explanation import CLOSED, PAUSED, Interval, explain, in_days, retold, shown_minutes, single, why_closed
from escalation.lives import Terms
from escalation.policy_definition import parse
from tests.escalation.stories import POLICY, always, office

START = datetime(2026, 1, 5, 2, tzinfo=UTC)  # Monday, 9:00 in Jakarta
DAY = timedelta(days=1)
OPEN = Step(START, "open", 2, 1, "open", tier=1, team=1, enters=True)


def lived(until: datetime, *more: Step, terms: Terms | None = None) -> list[Interval]:
    life = retold(terms or parse(POLICY).terms(office()), [OPEN, *more], "resolution")
    assert life is not None
    return explain(life, until)


@pytest.mark.parametrize(
    ("days", "scale", "rows"),
    [(10, "interval", 17), (60, "day", 45), (200, "week", 29), (700, "month", 24), (4000, "year", 11)],
)
def test_a_long_clock_is_gathered_as_coarsely_as_it_must(days, scale, rows):
    intervals = lived(START + days * DAY)
    table = in_days(intervals, "Asia/Jakarta")
    assert (table.scale, len(table.rows)) == (scale, rows)
    assert table.rows[-1].so_far == single(intervals).rows[-1].so_far


def test_a_working_day_has_the_night_behind_it_in_its_row():
    row = in_days(lived(START + 60 * DAY), "Asia/Jakarta").rows[1]
    assert [interval.kind for interval in row.intervals] == ["counted", "closed"]
    assert (row.minutes, row.lasts(CLOSED)) == (9 * 60, 15 * 3600)


def test_a_pause_is_a_row_of_its_own():
    waits = Step(START + DAY, "pending:requester", 2, 2, "pend", was="open", tier=1, team=1)
    goes_on = Step(START + 8 * DAY, "open", 2, 3, "resume", was="pending:requester", tier=1, team=1)
    table = in_days(lived(START + 60 * DAY, waits, goes_on), "Asia/Jakarta")
    assert [row.lasts(PAUSED) for row in table.rows if row.kind == PAUSED] == [7 * 86_400]
    assert table.scale == "day"


def test_time_counted_round_the_clock_is_divided_at_midnight():
    waits = Step(START + 2 * DAY, "pending:requester", 2, 2, "pend", was="open", tier=1, team=1)
    table = in_days(
        lived(START + 3 * DAY, waits, terms=parse(POLICY).terms(always("Asia/Jakarta"))), "Asia/Jakarta", most=1
    )
    assert (table.scale, len(table.rows)) == ("week", 1)
    assert [interval.counted // 3_600_000_000 for interval in table.rows[0].intervals] == [15, 24, 9, 0]


def test_begun_minutes_add_up():
    more = [
        Step(START + timedelta(seconds=20 * n), ("pending:requester", "open")[n % 2], 2, n + 2, "x", tier=1, team=1)
        for n in range(1, 31)
    ]
    table = single(lived(START + timedelta(minutes=12), *more))
    assert sum(row.minutes for row in table.rows) == shown_minutes(
        sum(i.counted for row in table.rows for i in row.intervals)
    )
    assert {row.minutes for row in table.rows} <= {0, 1, 2}


def test_closed_time_is_told_by_the_holidays_name():
    week = [[[480, 1020]]] * 5 + [[], []]
    holiday = {"day": "2026-01-06", "name": "Founders' day", "name_id": "Hari jadi", "is_estimated": False}
    definition = parse_calendar(
        {"time_zone": "Asia/Jakarta", "weekly": week, "seasons": [], "holidays": [holiday], "exceptions": []}
    )
    terms = parse(POLICY).terms(definition.calendar())
    closed = [interval for interval in lived(START + 6 * DAY, terms=terms) if interval.kind == CLOSED]
    assert [[why.kind for why in why_closed(definition, interval)] for interval in closed] == [
        ["holiday"],
        ["outside hours"],
        ["outside hours"],
        ["day off"],
    ]
    assert why_closed(definition, closed[0])[0].name_id == "Hari jadi"


def test_a_picture_has_few_bars_that_fill_it():
    picture = line(lived(START + 2000 * DAY), None, None, START)
    assert picture is not None
    assert len(picture.bars) <= MOST_BARS
    assert sum(bar.width for bar in picture.bars) == pytest.approx(WIDTH)
    assert line([], None, None, START) is None


def test_a_due_time_to_come_is_in_the_picture():
    now = START + timedelta(hours=4)
    picture = line(lived(now), START + timedelta(hours=8), None, now)
    assert picture is not None
    assert (picture.now, picture.due) == (WIDTH / 2, WIDTH)
