"""Weekly hours that hold between two dates only."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation.business_time import Calendar, CalendarError, add, between, working_days_between

HOUR = 3600
OFFICE = [[(480, 1020)]] * 5 + [[], []]
SHORT = [[(480, 900)]] * 5 + [[], []]
FIRST, LAST = date(2027, 2, 8), date(2027, 3, 9)


def wib(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def with_ramadan(**more):
    return Calendar.build("Asia/Jakarta", OFFICE, seasons=[(FIRST, LAST, SHORT)], **more)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2027, 2, 5), 1020),
        (FIRST, 900),  # the first day belongs to it
        (date(2027, 2, 24), 900),
        (LAST, 900),  # and so does the last
        (date(2027, 3, 10), 1020),
    ],
)
def test_a_season_holds_from_its_first_to_its_last_day(day, end):
    assert with_ramadan().hours_on(day) == ((480, end),)


def test_a_holiday_closes_in_a_season_and_an_exception_beats_both():
    day = date(2027, 2, 9)
    assert with_ramadan(holidays=[day]).hours_on(day) == ()
    assert with_ramadan(holidays=[day], exceptions={day: [(600, 660)]}).hours_on(day) == ((600, 660),)


def test_working_time_is_counted_in_the_hours_of_each_day():
    calendar = with_ramadan()
    # Friday before: 08:00 to 17:00, Monday inside: 08:00 to 15:00.
    assert between(calendar, wib("2027-02-05T00:00"), wib("2027-02-09T00:00")) == (9 + 7) * HOUR
    assert add(calendar, wib("2027-02-05T16:00"), 9 * HOUR) == wib("2027-02-09T09:00")
    assert add(calendar, wib("2027-03-09T14:00"), 10 * HOUR) == wib("2027-03-10T17:00")


def test_a_season_can_open_a_calendar_that_is_otherwise_closed():
    fair = Calendar.build("Asia/Jakarta", [[]] * 7, seasons=[(FIRST, LAST, SHORT)])
    assert working_days_between(fair, date(2027, 1, 1), date(2027, 12, 31)) == 22
    assert add(fair, wib("2027-01-01T00:00"), HOUR) == wib("2027-02-08T09:00")


def test_a_night_shift_that_starts_in_a_season_ends_behind_it():
    nights = [[(1320, 360)]] * 7
    calendar = Calendar.build("Asia/Jakarta", OFFICE, seasons=[(FIRST, LAST, nights)])
    assert between(calendar, wib("2027-03-09T22:00"), wib("2027-03-10T08:00")) == 8 * HOUR


def test_equal_seasons_share_one_calendar_whatever_their_order():
    one, other = (FIRST, LAST, SHORT), (date(2028, 1, 1), date(2028, 1, 5), OFFICE)
    first = Calendar.build("Asia/Jakarta", OFFICE, seasons=[one, other])
    assert first is Calendar.build("Asia/Jakarta", OFFICE, seasons=[other, one])
    assert first != Calendar.build("Asia/Jakarta", OFFICE, seasons=[one])


@pytest.mark.parametrize(
    ("seasons", "field"),
    [
        ([(LAST, FIRST, SHORT)], "seasons"),
        ([(FIRST, LAST, SHORT), (LAST, date(2027, 4, 1), SHORT)], "seasons"),
        ([(date(2027, 3, 1), date(2027, 3, 2), SHORT), (FIRST, LAST, SHORT)], "seasons"),
        ([(datetime(2027, 1, 1), LAST, SHORT)], "seasons"),
        ([(FIRST, LAST, SHORT[:6])], "seasons.0.weekly"),
        ([(FIRST, LAST, [[(480,)]] + SHORT[1:])], "seasons.0.weekly.0"),
    ],
)
def test_seasons_that_make_no_sense_are_refused(seasons, field):
    with pytest.raises(CalendarError) as refused:
        Calendar.build("Asia/Jakarta", OFFICE, seasons=seasons)
    assert refused.value.field == field


def test_adjoining_seasons_are_two_seasons():
    calendar = Calendar.build(
        "Asia/Jakarta", OFFICE, seasons=[(FIRST, LAST, SHORT), (date(2027, 3, 10), date(2027, 3, 12), [[]] * 7)]
    )
    assert calendar.hours_on(date(2027, 3, 10)) == ()
    assert calendar.hours_on(date(2027, 3, 15)) == ((480, 1020),)
