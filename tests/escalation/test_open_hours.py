"""Open spans, held against the arithmetic they come from, and the reasons for being closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.business_time import Calendar, CalendarError, between, is_open
from escalation.calendar_definition import parse
from escalation.open_hours import ClosedWhy, closed_why, open_spans
from tests.escalation.test_business_time_properties import situations

MICROSECOND = timedelta(microseconds=1)
OFFICE = [[(540, 1020)]] * 5 + [[], []]
QUIET = [[(540, 900)]] * 4 + [[], [], []]

lengths = st.one_of(st.timedeltas(timedelta(0), timedelta(days=5)), st.timedeltas(timedelta(0), timedelta(days=200)))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(situations(), lengths, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_the_spans_are_exactly_the_working_time(situation, length, later):
    calendar, start = situation
    since, until = start + later, start + later + length
    spans = open_spans(calendar, since, until)
    assert sum((end - begin for begin, end in spans), timedelta()) / MICROSECOND == round(
        between(calendar, since, until) * 1_000_000
    )
    edges = [instant for span in spans for instant in span]
    assert edges == sorted(set(edges)), "in order, none empty, none touching"
    assert not edges or (since <= edges[0] and edges[-1] <= until)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(situations(), st.timedeltas(timedelta(0), timedelta(days=5)))
def test_a_span_opens_and_closes_where_the_calendar_does(situation, length):
    calendar, start = situation
    end = start + length
    for opens, closes in open_spans(calendar, start, end):
        assert is_open(calendar, opens) and is_open(calendar, closes - MICROSECOND)
        assert closes == end or not is_open(calendar, closes)
        assert opens == start or not is_open(calendar, opens - MICROSECOND)


def test_a_calendar_that_never_closes_has_one_span():
    always = Calendar.build("Europe/Berlin", [[(0, 1440)]] * 7)
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    assert open_spans(always, since, until) == [(since, until)]


def test_the_date_that_samoa_skipped_has_no_span():
    samoa = Calendar.build("Pacific/Apia", OFFICE)
    spans = open_spans(samoa, datetime(2011, 12, 29, tzinfo=UTC), datetime(2011, 12, 31, tzinfo=UTC))
    # Thursday's hours there are 19:00 to 03:00 UTC; Friday did not happen, and then comes Saturday.
    assert spans == [
        (datetime(2011, 12, 29, tzinfo=UTC), datetime(2011, 12, 29, 3, tzinfo=UTC)),
        (datetime(2011, 12, 29, 19, tzinfo=UTC), datetime(2011, 12, 30, 3, tzinfo=UTC)),
    ]


def test_nothing_lies_between_an_instant_and_an_earlier_one():
    office = Calendar.build("Asia/Jakarta", OFFICE)
    monday = datetime(2026, 11, 16, 3, tzinfo=UTC)
    assert open_spans(office, monday, monday) == []
    assert open_spans(office, monday, monday - timedelta(days=400)) == []
    with pytest.raises(CalendarError):
        open_spans(office, monday, datetime(2026, 11, 17))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 12, 25), ClosedWhy("holiday", "Christmas Day", "Hari Natal")),
        (date(2026, 12, 24), ClosedWhy("exception", "Half day")),
        (date(2026, 12, 26), ClosedWhy("exception", "Stocktaking")),  # beats the holiday of that date
        (date(2026, 12, 19), ClosedWhy("day off")),
        (date(2026, 12, 21), ClosedWhy("outside hours")),
        (date(2027, 2, 12), ClosedWhy("day off")),  # a Friday inside the season
        (date(2027, 2, 19), ClosedWhy("outside hours")),
    ],
)
def test_a_date_says_why_it_is_closed(day, why):
    definition = parse(
        {
            "time_zone": "Asia/Jakarta",
            "weekly": OFFICE,
            "seasons": [
                {"name": "Quiet", "from": "2027-02-08", "until": "2027-02-14", "weekly": [[(540, 900)]] * 4 + [[]] * 3}
            ],
            "holidays": [
                {"day": "2026-12-25", "name": "Christmas Day", "name_id": "Hari Natal"},
                {"day": "2026-12-26", "name": "Boxing Day"},
            ],
            "exceptions": [
                {"day": "2026-12-24", "name": "Half day", "hours": [[480, 720]]},
                {"day": "2026-12-26", "name": "Stocktaking", "hours": []},
            ],
        }
    )
    assert closed_why(definition, day) == why
