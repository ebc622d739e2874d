"""What a stored calendar may say, what it may not, and how it reads in words."""

import copy
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.calendar_definition import MAX_HOLIDAYS, calendar_from, parse
from escalation.calendar_words import in_words
from escalation.working_calendar import CalendarError

OFFICE = [[[480, 720], [780, 1020]]] * 5 + [[], []]
SHORT = [[[480, 900]]] * 5 + [[], []]
WHOLE = {
    "time_zone": "Asia/Jakarta",
    "weekly": OFFICE,
    "seasons": [
        {"name": "Ramadan", "name_id": "Ramadan", "from": "2027-02-08", "until": "2027-03-09", "weekly": SHORT},
    ],
    "holidays": [
        {"day": "2026-12-25", "name": "Christmas Day", "name_id": "Hari Natal", "is_estimated": False},
        {"day": "2027-03-10", "name": "Eid al-Fitr", "name_id": "Idulfitri", "is_estimated": True},
    ],
    "exceptions": [{"day": "2026-12-24", "name": "Half day", "hours": [[480, 720]]}],
}


def changed(path, value):
    tree = copy.deepcopy(WHOLE)
    *parents, last = path
    part = tree
    for key in parents:
        part = part[key]
    part[last] = value
    return tree


def without(path):
    tree = copy.deepcopy(WHOLE)
    *parents, last = path
    part = tree
    for key in parents:
        part = part[key]
    del part[last]
    return tree


def week_with(index, hours):
    return [hours if day == index else list(shifts) for day, shifts in enumerate(OFFICE)]


def test_a_definition_is_read_and_written_back_unchanged():
    assert parse(WHOLE).to_tree() == WHOLE


def test_the_order_in_which_things_were_typed_does_not_matter():
    shuffled = changed(["holidays"], WHOLE["holidays"][::-1])
    assert parse(shuffled) == parse(WHOLE)


def test_only_zone_and_week_are_needed():
    definition = parse({"time_zone": "UTC", "weekly": OFFICE})
    assert (definition.seasons, definition.holidays, definition.exceptions) == ((), (), ())


def test_a_definition_becomes_the_calendar_to_calculate_with():
    calendar = calendar_from(WHOLE)
    assert calendar.hours_on(date(2026, 12, 24)) == ((480, 720),)
    assert calendar.hours_on(date(2026, 12, 25)) == ()
    assert calendar.hours_on(date(2027, 2, 8)) == ((480, 900),)
    assert calendar.hours_on(date(2027, 3, 10)) == ()
    assert calendar.hours_on(date(2027, 3, 11)) == ((480, 720), (780, 1020))
    assert calendar_from(copy.deepcopy(WHOLE)) is calendar


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([[780, 1020], [480, 720]], [[480, 720], [780, 1020]]),
        ([[0, 0]], [[0, 1440]]),
        ([[0, 1440]], [[0, 1440]]),
        ([[480, 0]], [[480, 1440]]),
    ],
)
def test_the_same_hours_are_kept_in_one_way(typed, kept):
    assert parse(changed(["weekly", 0], typed)).to_tree()["weekly"][0] == kept


@pytest.mark.parametrize("typed", [[[1320, 360]], [[1320, 1800]]], ids=["22-06", "22-30"])
def test_a_night_shift_may_end_when_the_day_begins_to_work(typed):
    tree = {"time_zone": "UTC", "weekly": [typed, [[360, 720]], [], [], [], [], []]}
    assert parse(tree).to_tree()["weekly"][0] == [[1320, 360]]


REFUSED = {
    "not an object": ([], ""),
    "an unknown part": (changed(["hollidays"], []), "hollidays"),
    "an unknown zone": (changed(["time_zone"], "Asia/Atlantis"), "time_zone"),
    "a path as zone": (changed(["time_zone"], "../../etc/passwd"), "time_zone"),
    "no zone": (without(["time_zone"]), "time_zone"),
    "six days": (changed(["weekly"], OFFICE[:6]), "weekly"),
    "no week": (without(["weekly"]), "weekly"),
    "never open": ({"time_zone": "UTC", "weekly": [[]] * 7}, "weekly"),
    "overlap": (changed(["weekly"], week_with(1, [[480, 720], [700, 900]])), "weekly.1"),
    "the same shift twice": (changed(["weekly"], week_with(1, [[480, 720], [480, 720]])), "weekly.1"),
    "touching": (changed(["weekly"], week_with(1, [[480, 720], [720, 900]])), "weekly.1"),
    "overlap behind midnight": (changed(["weekly"], week_with(1, [[1320, 360], [1380, 1400]])), "weekly.1"),
    "night into morning": (changed(["weekly"], week_with(1, [[1320, 500]])), "weekly.1"),
    "Sunday night into Monday": (changed(["weekly"], week_with(6, [[1320, 500]])), "weekly.6"),
    "no length": (changed(["weekly"], week_with(0, [[480, 480]])), "weekly.0"),
    "no length around the clock": (changed(["weekly"], week_with(0, [[480, 1920]])), "weekly.0"),
    "too long": (changed(["weekly"], week_with(0, [[0, 1500]])), "weekly.0"),
    "half minutes": (changed(["weekly"], week_with(0, [[480.5, 500]])), "weekly.0"),
    "true as a minute": (changed(["weekly"], week_with(0, [[True, 500]])), "weekly.0"),
    "three ends": (changed(["weekly"], week_with(0, [[480, 500, 520]])), "weekly.0"),
    "season backwards": (changed(["seasons", 0, "until"], "2027-02-07"), "seasons.0.until"),
    "season without a date": (changed(["seasons", 0, "from"], None), "seasons.0.from"),
    "seasons overlap": (changed(["seasons"], [*WHOLE["seasons"], *WHOLE["seasons"]]), "seasons.1.from"),
    "season hours": (changed(["seasons", 0, "weekly", 2], [[1, 1]]), "seasons.0.weekly.2"),
    "season without a name": (changed(["seasons", 0, "name"], "  "), "seasons.0.name"),
    "two holidays": (changed(["holidays", 1, "day"], "2026-12-25"), "holidays.1.day"),
    "no such date": (changed(["holidays", 1, "day"], "2026-02-30"), "holidays.1.day"),
    "a week as date": (changed(["holidays", 1, "day"], "2026-W01-1"), "holidays.1.day"),
    "too early": (changed(["holidays", 1, "day"], "1899-12-31"), "holidays.1.day"),
    "too late": (changed(["holidays", 1, "day"], "2301-01-01"), "holidays.1.day"),
    "a number as date": (changed(["holidays", 1, "day"], 20261225), "holidays.1.day"),
    "a long name": (changed(["holidays", 1, "name"], "x" * 121), "holidays.1.name"),
    "a long Indonesian name": (changed(["holidays", 1, "name_id"], "x" * 121), "holidays.1.name_id"),
    "NUL in a name": (changed(["holidays", 1, "name"], "a\0b"), "holidays.1.name"),
    "estimated as text": (changed(["holidays", 1, "is_estimated"], "no"), "holidays.1.is_estimated"),
    "a holiday as text": (changed(["holidays", 1], "2026-12-25"), "holidays.1"),
    "holidays as object": (changed(["holidays"], {}), "holidays"),
    "too many holidays": (changed(["holidays"], [WHOLE["holidays"][0]] * (MAX_HOLIDAYS + 1)), "holidays"),
    "exception without hours": (without(["exceptions", 0, "hours"]), "exceptions.0.hours"),
    "exception overlapping itself": (changed(["exceptions", 0, "hours"], [[1, 5], [4, 9]]), "exceptions.0.hours"),
    "two exceptions": (changed(["exceptions"], WHOLE["exceptions"] * 2), "exceptions.1.day"),
}


@pytest.mark.parametrize(("tree", "field"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_at_its_place(tree, field):
    with pytest.raises(CalendarError) as refused:
        parse(tree)
    assert refused.value.field == field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
shifts = st.lists(st.lists(st.integers(-5, 3000), min_size=1, max_size=3) | json_values, max_size=3)
weeks = st.lists(shifts, min_size=6, max_size=7) | json_values
days = st.dates(date(1890, 1, 1), date(2310, 1, 1)).map(str) | json_values
names = st.text(max_size=130) | json_values
almost = st.fixed_dictionaries(
    {"time_zone": st.sampled_from(["UTC", "Asia/Jakarta", "", "\0", "Europe"]) | json_values, "weekly": weeks},
    optional={
        "seasons": st.lists(
            st.fixed_dictionaries({"name": names, "from": days, "until": days, "weekly": weeks}), max_size=3
        ),
        "holidays": st.lists(st.fixed_dictionaries({"day": days, "name": names}) | json_values, max_size=3),
        "exceptions": st.lists(st.fixed_dictionaries({"day": days, "name": names, "hours": shifts}), max_size=3),
    },
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(json_values | almost)
def test_whatever_is_sent_it_is_read_or_refused_in_words(tree):
    for read in (parse, calendar_from):
        try:
            read(tree)
        except CalendarError as error:
            assert error.message


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(almost)
def test_what_was_read_once_is_read_again_as_the_same(tree):
    try:
        definition = parse(tree)
    except CalendarError:
        return
    assert parse(definition.to_tree()) == definition
    assert definition.calendar() is calendar_from(definition.to_tree())


def test_bottomless_json_is_refused():
    tree = []
    for _ in range(100_000):
        tree = [tree]
    with pytest.raises(CalendarError):
        calendar_from(tree)


def test_a_calendar_reads_in_words():
    assert in_words(parse(WHOLE)) == [
        "Monday to Friday 08:00–12:00 and 13:00–17:00",
        "Closed on Saturday and Sunday",
        "Ramadan, 8 Feb 2027 to 9 Mar 2027: Monday to Friday 08:00–15:00; Closed on Saturday and Sunday",
        "2 holidays in 2026–2027, 1 with an estimated date",
        "24 Dec 2026, Half day: 08:00–12:00",
        "Times are those of Asia/Jakarta",
    ]


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ([[[0, 0]]] * 7, ["Every day round the clock"]),
        ([[[1320, 360]]] * 7, ["Every day 22:00–06:00 the next day"]),
        (
            [[[480, 720]], [[480, 720]], [], [[480, 1440]], [[480, 720]], [[480, 720]], [[480, 720]]],
            [
                "Monday and Tuesday 08:00–12:00",
                "Thursday 08:00–24:00",
                "Friday to Sunday 08:00–12:00",
                "Closed on Wednesday",
            ],
        ),
    ],
)
def test_weeks_of_every_shape_have_words(weekly, words):
    lines = in_words(parse({"time_zone": "UTC", "weekly": weekly}))
    assert lines == [*words, "No holidays", "Times are those of UTC"]


def test_many_exceptions_are_counted_instead_of_listed():
    own = [{"day": f"2026-01-{day:02d}", "name": "Stocktaking", "hours": []} for day in range(1, 31)]
    assert "30 dates with their own hours" in in_words(parse(changed(["exceptions"], own)))


def test_weekdays_follow_the_reader():
    with translation.override("id"):
        assert in_words(parse(WHOLE))[0].startswith("Senin")
