"""Rules of recurrence: what is a rule, which dates it has, in words and by the wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import Invalid
from tickets.recurring import PRESETS, checked_rule, dates, first_dates, in_words, next_after, opens_at

FIRST = datetime(2026, 3, 2, 8, 0)


@pytest.mark.parametrize(
    "rule", [*PRESETS, "rrule: freq=monthly;byday=1mo", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;UNTIL=20271231"]
)
def test_rules(rule):
    assert checked_rule(rule).startswith("FREQ=")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every week",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "INTERVAL=2",
        "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=5000",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=DAILY;UNTIL=20269999",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=99",
        "FREQ=DAILY;" + "BYMONTH=1," * 60,
    ],
)
def test_what_is_no_rule_here(rule):
    with pytest.raises(Invalid):
        checked_rule(rule)


def test_the_wall_clock_stays_over_a_change_of_clocks():
    found = first_dates("FREQ=WEEKLY", datetime(2026, 3, 23, 8, 0), "Europe/Berlin", 2)
    assert [date.astimezone(ZoneInfo("Europe/Berlin")).hour for date in found] == [8, 8]
    assert [date.hour for date in found] == [7, 6]
    assert opens_at(found[1], 3, "Europe/Berlin").hour == 7


def test_a_rule_ends_and_one_that_never_comes_is_found_out_quickly():
    assert len(list(dates("FREQ=DAILY;COUNT=3", FIRST, "UTC"))) == 3
    assert next_after("FREQ=DAILY;COUNT=3", FIRST, "UTC", datetime(2026, 3, 4, 8, 0, tzinfo=UTC)) is None
    assert next_after("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", FIRST, "UTC", datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert len(list(dates("FREQ=DAILY;UNTIL=20260303", FIRST, "Asia/Jakarta"))) == 2


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every 2 weeks on Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15;COUNT=4", "Every month on day 15 of the month, 4 times"),
        ("FREQ=YEARLY;UNTIL=20301231", "Every year until 2030-12-31"),
    ],
)
def test_rules_in_words(rule, words):
    assert in_words(rule) == words
