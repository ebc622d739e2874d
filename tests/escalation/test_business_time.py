from datetime import UTC, date, datetime, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest

from escalation.business_time import (
    Calendar,
    CalendarError,
    add,
    add_days,
    add_with_pauses,
    between,
    between_with_pauses,
    is_open,
    next_close,
    next_open,
    previous_open,
    subtract,
    working_days_between,
)

HOUR = 3600
NINE_TO_FIVE = [(540, 1020)]
OFFICE = [NINE_TO_FIVE] * 5 + [[], []]
NIGHTS = [[(1320, 360)]] * 5 + [[], []]
ALWAYS = [[(0, 1440)]] * 7

jakarta = Calendar.build("Asia/Jakarta", OFFICE)
berlin_nights = Calendar.build("Europe/Berlin", NIGHTS)
always = Calendar.build("Europe/Berlin", ALWAYS)


def wib(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def cet(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        ("2026-11-20T09:00", 4 * HOUR, "2026-11-20T13:00"),
        ("2026-11-20T15:00", 4 * HOUR, "2026-11-23T11:00"),  # over a weekend
        ("2026-11-21T12:00", 1, "2026-11-23T09:00:01"),
        ("2026-11-20T09:00", 8 * HOUR, "2026-11-20T17:00"),  # lands on the close, not on Monday's open
        ("2026-11-20T17:00", 0, "2026-11-23T09:00"),  # nothing to wait for, but nobody is there
        ("2026-11-20T08:00", HOUR / 4, "2026-11-20T09:15"),
        ("2026-11-20T16:59:59.500", 1, "2026-11-23T09:00:00.500"),
    ],
)
def test_adding_counts_only_office_hours(start, seconds, due):
    assert add(jakarta, wib(start), seconds) == wib(due)


@pytest.mark.parametrize(
    ("end", "seconds", "start"),
    [
        ("2026-11-20T13:00", 4 * HOUR, "2026-11-20T09:00"),  # lands on the open, not on Thursday's close
        ("2026-11-23T11:00", 4 * HOUR, "2026-11-20T15:00"),
        ("2026-11-22T11:00", 0, "2026-11-20T17:00"),
        ("2026-11-23T09:00", 0, "2026-11-23T09:00"),
    ],
)
def test_subtracting_is_the_mirror_of_adding(end, seconds, start):
    assert subtract(jakarta, wib(end), seconds) == wib(start)


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("2026-11-16T22:00", "2026-11-17T06:00", 8),
        ("2026-11-17T02:00", "2026-11-17T06:00", 4),
        ("2026-11-16T22:00", "2026-11-23T22:00", 40),
        ("2026-11-21T03:00", "2026-11-21T12:00", 3),  # Friday's shift ends on Saturday
        ("2026-11-16T00:00", "2026-11-16T06:00", 0),  # Sunday has no shift
        ("2026-11-17T06:00", "2026-11-16T22:00", 0),  # never negative
    ],
)
def test_a_night_shift_belongs_to_the_evening_on_which_it_starts(a, b, hours):
    assert between(berlin_nights, cet(a), cet(b)) == hours * HOUR


def test_a_night_shift_lasts_as_long_as_the_clocks_say():
    every_night = Calendar.build("Europe/Berlin", [[(1320, 360)]] * 7)
    assert between(every_night, cet("2026-03-28T22:00"), cet("2026-03-29T06:00")) == 7 * HOUR
    assert between(every_night, cet("2026-10-24T22:00"), cet("2026-10-25T06:00")) == 9 * HOUR


def test_a_day_is_as_long_as_it_really_is():
    assert between(always, cet("2026-03-29T00:00"), cet("2026-03-30T00:00")) == 23 * HOUR
    assert between(always, cet("2026-10-25T00:00"), cet("2026-10-26T00:00")) == 25 * HOUR


def test_hours_that_the_clock_skips_do_not_exist():
    early = Calendar.build("Europe/Berlin", [[]] * 6 + [[(120, 180)]])
    assert between(early, cet("2026-03-29T00:00"), cet("2026-03-30T00:00")) == 0
    assert between(early, cet("2026-10-25T00:00"), cet("2026-10-26T00:00")) == 2 * HOUR


def test_the_day_that_samoa_skipped_has_no_hours():
    samoa = Calendar.build("Pacific/Apia", OFFICE)
    thursday = datetime(2011, 12, 29, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    assert add(samoa, thursday, 9 * HOUR) == datetime(2012, 1, 2, 10, tzinfo=ZoneInfo("Pacific/Apia"))


def test_a_full_day_loses_nothing_at_midnight():
    day = Calendar.build("UTC", [[(0, 1440)]] * 7)
    assert between(day, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == 365 * 24 * HOUR
    shifts = Calendar.build("UTC", [[(0, 1439), (1439, 1440)]] * 7)
    assert between(shifts, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == 365 * 24 * HOUR


def test_a_holiday_closes_and_an_exception_opens_with_its_own_hours():
    independence, ramadan = date(2026, 8, 17), date(2026, 2, 20)
    calendar = Calendar.build("Asia/Jakarta", OFFICE, [independence, ramadan], {ramadan: [(480, 900)]})
    assert add(calendar, wib("2026-08-14T16:00"), 2 * HOUR) == wib("2026-08-18T10:00")
    assert between(calendar, wib("2026-02-20T00:00"), wib("2026-02-21T00:00")) == 7 * HOUR


def test_an_exception_without_hours_is_a_day_off():
    calendar = Calendar.build("Asia/Jakarta", OFFICE, (), {date(2026, 11, 20): []})
    assert next_open(calendar, wib("2026-11-20T10:00")) == wib("2026-11-23T09:00")


def test_a_holiday_does_not_cut_the_shift_of_the_evening_before():
    calendar = Calendar.build("Europe/Berlin", NIGHTS, [date(2026, 12, 25)])
    assert between(calendar, cet("2026-12-24T22:00"), cet("2026-12-26T12:00")) == 8 * HOUR


@pytest.mark.parametrize(
    ("at", "expected"),
    [("09:00", True), ("16:59:59", True), ("17:00", False), ("08:59:59", False)],
)
def test_an_opening_instant_is_open_and_a_closing_instant_is_not(at, expected):
    assert is_open(jakarta, wib(f"2026-11-20T{at}")) is expected


def test_the_next_and_previous_edges():
    friday_evening = wib("2026-11-20T20:00")
    assert next_open(jakarta, friday_evening) == wib("2026-11-23T09:00")
    assert previous_open(jakarta, friday_evening) == wib("2026-11-20T17:00")
    assert next_close(jakarta, friday_evening) == wib("2026-11-23T17:00")
    noon = wib("2026-11-20T12:00")
    assert next_open(jakarta, noon) == previous_open(jakarta, noon) == noon
    assert next_close(jakarta, noon) == wib("2026-11-20T17:00")


def test_a_calendar_that_is_always_open_never_closes():
    assert next_close(always, cet("2026-11-20T12:00")) is None


def test_results_are_in_utc():
    assert add(jakarta, wib("2026-11-20T09:00"), 60).tzinfo is UTC


def test_a_pause_outside_working_hours_costs_nothing():
    night = [(wib("2026-11-19T18:00"), wib("2026-11-20T08:00"))]
    assert add_with_pauses(jakarta, wib("2026-11-19T16:00"), 2 * HOUR, night) == wib("2026-11-20T10:00")
    assert between_with_pauses(jakarta, wib("2026-11-19T16:00"), wib("2026-11-20T10:00"), night) == 2 * HOUR


def test_overlapping_pauses_are_counted_once():
    pauses = [(wib(f"2026-11-20T{a}"), wib(f"2026-11-20T{b}")) for a, b in [("11:00", "12:00"), ("10:00", "11:30")]]
    assert add_with_pauses(jakarta, wib("2026-11-20T09:00"), 2 * HOUR, pauses) == wib("2026-11-20T13:00")


def test_whole_working_days_keep_the_time_of_day():
    assert add_days(jakarta, wib("2026-11-20T15:30"), 5) == wib("2026-11-27T15:30")
    assert add_days(jakarta, wib("2026-11-21T15:30"), 1) == wib("2026-11-23T15:30")
    assert working_days_between(jakarta, date(2026, 11, 20), date(2026, 11, 27)) == 5


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("time_zone", ("Asia/Bandung", OFFICE)),
        ("time_zone", ("../etc/passwd", OFFICE)),
        ("weekly", ("UTC", OFFICE[:5])),
        ("weekly", ("UTC", [[]] * 7)),
        ("weekly.0", ("UTC", [[(540, 3000)]] + [[]] * 6)),
        ("weekly.0", ("UTC", [[(-60, 60)]] + [[]] * 6)),
        ("weekly.0", ("UTC", [[(1440, 1500)]] + [[]] * 6)),
        ("weekly.1", ("UTC", [[], [(540,)]] + [[]] * 5)),
        ("weekly.2", ("UTC", [[], [], [(9.5, 17)]] + [[]] * 4)),
        ("holidays", ("UTC", OFFICE, [datetime(2026, 8, 17)])),
        ("exceptions.2026-08-17", ("UTC", OFFICE, [], {date(2026, 8, 17): [(0, 2000)]})),
    ],
)
def test_a_malformed_calendar_names_the_field_at_fault(field, arguments):
    with pytest.raises(CalendarError) as caught:
        Calendar.build(*arguments)
    assert caught.value.field == field
    assert isinstance(caught.value, ValueError)


def test_a_calendar_that_ran_out_of_hours_is_an_error_and_not_a_loop():
    one_day = Calendar.build("UTC", [[]] * 7, (), {date(2026, 1, 1): NINE_TO_FIVE})
    began = thread_time()
    with pytest.raises(CalendarError):
        add(one_day, datetime(2026, 1, 1, tzinfo=UTC), 9 * HOUR)
    with pytest.raises(CalendarError):
        next_open(one_day, datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(CalendarError):
        previous_open(one_day, datetime(2025, 12, 1, tzinfo=UTC))
    with pytest.raises(CalendarError):
        add_days(one_day, datetime(2026, 2, 1, tzinfo=UTC), 1)
    assert thread_time() - began < 1


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 10**12])
def test_a_duration_out_of_range_is_an_error(seconds):
    with pytest.raises(CalendarError):
        add(jakarta, wib("2026-11-20T09:00"), seconds)


@pytest.mark.parametrize(
    "at", [datetime(2026, 11, 20), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)]
)
def test_an_instant_that_cannot_be_placed_is_an_error(at):
    with pytest.raises(CalendarError):
        next_open(jakarta, at)


def test_equal_calendars_share_their_spans():
    assert Calendar.build("Asia/Jakarta", OFFICE) is jakarta
    assert Calendar.build("Asia/Jakarta", [[(540, 720), (720, 1020)]] * 5 + [[], []]) is jakarta
    assert Calendar.build("Asia/Makassar", OFFICE) != jakarta


def test_a_warm_year_takes_microseconds():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=365)
    between(berlin_nights, start, end)
    rounds = 2_000
    began = thread_time()
    for _ in range(rounds):
        between(berlin_nights, start, end)
    # 50 us is the promise; the bound leaves room for a busy machine.
    assert (thread_time() - began) / rounds < 100e-6
