"""The calendar editor: what people type becomes a definition, what is wrong is said where it stands."""

from time import thread_time

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from escalation.forms.calendar import CalendarForm
from tests.escalation.test_calendar_definition import WHOLE

YEARS = range(2020, 2025)


def posted(form):
    """What a browser sends for a form as it is drawn."""
    data = {}
    parts = [form.basics, form.importing]
    for rows in (form.holidays, form.exceptions, form.seasons):
        parts += [rows.management_form, *rows.forms]
    for part in parts:
        for field in part:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not False:
                data[field.html_name] = "" if value is None else str(value)  # a date prints as the browser sends it
    return data


def office(**changes):
    return posted(CalendarForm(definition=WHOLE, name="Office")) | changes


def new_row(prefix, **values):
    """The fields of the first empty row."""
    index = {"holidays": 2, "exceptions": 1, "seasons": 1}[prefix]
    return {f"{prefix}-{index}-{name}": value for name, value in values.items()}


def read(**changes):
    form = CalendarForm(office(**changes))
    assert form.is_valid(), form.errors
    return form.definition()


def refused(**changes):
    form = CalendarForm(office(**changes))
    assert not form.is_valid()
    return form


def drawn(form, user, **context):
    request = RequestFactory().get("/")
    request.user = user
    context = {"form": form, "cancel_url": "/desk/", "is_new": False} | context
    return render_to_string("promises/calendar_form.html", context, request)


def test_what_is_shown_is_sent_back_unchanged():
    form = CalendarForm(office())
    assert form.is_valid(), form.errors
    assert (form.name, form.definition()) == ("Office", WHOLE)


def test_a_new_calendar_starts_with_office_hours():
    form = CalendarForm(posted(CalendarForm(name="New")))
    assert form.is_valid(), form.errors
    assert form.definition()["weekly"] == [[[480, 720], [780, 1020]]] * 5 + [[], []]


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("08:00-12:00, 13:00-17:00", [[480, 720], [780, 1020]]),
        ("08.00–12.00; 13.00–17.00", [[480, 720], [780, 1020]]),
        (" 8-12,13 — 17 ", [[480, 720], [780, 1020]]),
        ("13:00-17:00, 08:00-12:00", [[480, 720], [780, 1020]]),
        ("08:00-24:00", [[480, 1440]]),
        ("00:00-24:00", [[0, 1440]]),
        ("22:00-06:00", [[1320, 360]]),
        ("", []),
        ("tutup", []),
    ],
)
def test_hours_are_read_as_people_write_them(typed, hours):
    assert read(day_5=typed)["weekly"][5] == hours


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("08:00-12:00, 13-late", "“13-late” is not a time span"),
        ("8 to 5", "“8 to 5” is not a time span"),
        ("24:00-06:00", "“24:00-06:00” is not within a day"),
        ("08:00-25:00", "“08:00-25:00” is not within a day"),
        ("08:60-09:00", "“08:60-09:00” is not within a day"),
        ("24:00-24:01", "“24:00-24:01” is not within a day"),
        ("08:00-08:00", "A shift ends when it begins."),
        ("08:00-12:00, 11:00-13:00", "Two shifts overlap."),
        ("08:00-12:00, 12:00-13:00", "Write them as one."),
    ],
)
def test_hours_that_cannot_be_read_stay_and_say_what_is_wrong(typed, words):
    form = refused(day_2=typed)
    assert list(form.errors) == ["day_2"]
    assert words in form.errors["day_2"][0]
    assert form.basics["day_2"].value() == typed


def test_a_holiday_is_added_changed_and_removed():
    definition = read(
        **{"holidays-0-DELETE": "on", "holidays-1-name": "Lebaran"},
        **new_row("holidays", day="2027-08-17", name="Independence Day", is_estimated="on"),
    )
    assert [(holiday["day"], holiday["name"]) for holiday in definition["holidays"]] == [
        ("2027-03-10", "Lebaran"),
        ("2027-08-17", "Independence Day"),
    ]
    assert definition["holidays"][1]["is_estimated"] is True


def test_a_row_that_was_emptied_is_gone():
    definition = read(**{"holidays-0-day": "", "holidays-0-name": " ", "holidays-0-name_id": ""})
    assert [holiday["day"] for holiday in definition["holidays"]] == ["2027-03-10"]


def test_a_removed_row_may_hold_anything():
    assert len(read(**{"holidays-0-DELETE": "on", "holidays-0-day": "someday"})["holidays"]) == 1


def test_an_exception_without_hours_is_a_closed_day():
    definition = read(**new_row("exceptions", day="2026-12-31", name="Stocktaking", hours=""))
    assert definition["exceptions"][1] == {"day": "2026-12-31", "name": "Stocktaking", "hours": []}


def test_a_season_has_a_week_of_its_own():
    season = {"name": "Summer", "since": "2027-07-01", "until": "2027-07-31", "day_0": "07:00-14:00"}
    weekly = read(**new_row("seasons", **season))["seasons"][1]["weekly"]
    assert weekly == [[[420, 840]]] + [[]] * 6


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": ""}, "name"),
        ({"time_zone": "Asia/Atlantis"}, "time_zone"),
        ({f"day_{day}": "" for day in range(7)} | {"seasons-0-DELETE": "on", "exceptions-0-DELETE": "on"}, "day_0"),
        ({"day_0": "22:00-09:00"}, "day_0"),
        ({"day_6": "22:00-09:00"}, "day_6"),
        ({"holidays-1-day": "2026-12-25"}, "holidays-1-day"),
        ({"holidays-0-DELETE": "on"} | new_row("holidays", day="2027-03-10", name="Twice"), "holidays-2-day"),
        ({"holidays-1-day": "2027-02-30"}, "holidays-1-day"),
        ({"holidays-1-day": "1027-02-03"}, "holidays-1-day"),
        ({"holidays-1-name": ""}, "holidays-1-name"),
        ({"holidays-1-name": "x" * 121}, "holidays-1-name"),
        ({"holidays-1-name": "a\x07b"}, "holidays-1-name"),
        (new_row("exceptions", day="2026-12-24", name="Again", hours="09-10"), "exceptions-1-day"),
        ({"exceptions-0-hours": "noon"}, "exceptions-0-hours"),
        ({"seasons-0-until": "2027-01-01"}, "seasons-0-until"),
        ({"seasons-0-day_3": "22:00-09:00"}, "seasons-0-day_3"),
        (new_row("seasons", name="Late", since="2027-03-09", until="2027-03-10"), "seasons-1-since"),
    ],
)
def test_a_mistake_is_said_at_its_field(changes, place):
    assert list(refused(**changes).errors) == [place]


def test_a_page_without_its_counters_is_refused():
    form = CalendarForm({"name": "Office", "time_zone": "UTC", "day_0": "08-17"})
    assert not form.is_valid() and form.errors


def test_too_many_rows_are_refused():
    assert refused(**{"holidays-TOTAL_FORMS": "999999"}).errors == {"": ["There are too many rows."]}


def test_imported_holidays_join_what_was_typed():
    form = CalendarForm(
        office(
            **{"holidays-0-name": "Office party", "day_4": "08:00-11:30, nonsense"},
            **{"import-country": "ID", "import-first_year": "2026", "import-last_year": "2027"},
        )
    ).with_imported()
    assert form.errors == {} and form.added > 25
    sent = CalendarForm(posted(form) | {"day_4": "08:00-11:30"})
    assert sent.is_valid(), sent.errors
    names = {holiday["day"]: holiday["name"] for holiday in sent.definition()["holidays"]}
    assert names["2026-12-25"] == "Office party" and names["2027-08-17"] == "Independence Day"
    assert form.basics["day_4"].value() == "08:00-11:30, nonsense"


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ({"import-country": "ZZ"}, "import-country"),
        ({"import-first_year": "2028", "import-last_year": "2027"}, "import-last_year"),
        ({"import-first_year": "2020", "import-last_year": "2030"}, "import-last_year"),
        ({"import-first_year": "next"}, "import-first_year"),
        ({"import-subdivision": "XX"}, "import-subdivision"),
    ],
)
def test_an_import_that_cannot_be_done_says_so_and_changes_nothing(question, place):
    form = CalendarForm(office(**question)).with_imported()
    assert list(form.errors) == [place] and form.added is None
    assert len(form.holidays.typed()) == len(WHOLE["holidays"])


def test_more_empty_rows_keep_what_was_typed_and_drop_what_was_removed():
    form = CalendarForm(office(day_1="nonsense", **{"holidays-0-DELETE": "on"})).redrawn()
    assert form.basics["day_1"].value() == "nonsense" and form.errors == {}
    assert [row["day"] for row in form.holidays.typed()] == ["2027-03-10"]
    assert len(form.holidays.forms) == 4


def test_the_page_shows_everything_and_names_its_buttons(agent1):
    page = drawn(CalendarForm(definition=WHOLE, name="Office"), agent1, version=3)
    for piece in (
        'value="08:00-12:00, 13:00-17:00"',
        'value="2026-12-25"',
        'value="Hari Natal"',
        'value="2027-02-08"',
        'name="holidays-TOTAL_FORMS"',
        'name="action" value="preview"',
        'name="action" value="import"',
        'name="version" value="3"',
        'href="/desk/"',
    ):
        assert piece in page


def test_the_page_leads_to_each_mistake_and_keeps_what_was_typed(agent1):
    page = drawn(refused(day_1="<b>late</b>", **{"holidays-1-day": "2027-02-30"}), agent1)
    assert "2 things to fix" in page
    assert 'href="#id_day_1"' in page and 'href="#id_holidays-1-day"' in page
    assert 'id="id_holidays-1-day_error"' in page
    assert 'value="&lt;b&gt;late&lt;/b&gt;"' in page and "<b>late" not in page


def test_five_hundred_holidays_are_drawn_and_read_back(agent1):
    days = [f"{year}-{month:02d}-{day:02d}" for year in YEARS for month in range(1, 11) for day in range(1, 11)]
    holidays = [{"day": day, "name": f"Day {day}", "name_id": "", "is_estimated": False} for day in days]
    many = WHOLE | {"holidays": holidays}
    begun = thread_time()
    form = CalendarForm(definition=many, name="Office")
    page = drawn(form, agent1)
    assert page.count('class="cal-row cal-row-holiday"') == 503
    sent = CalendarForm(posted(form))
    assert sent.is_valid() and sent.definition() == many
    assert thread_time() - begun < 20


def test_a_page_of_many_holidays_is_not_too_many_fields(agent1, settings):
    data = office(**{"holidays-TOTAL_FORMS": "700"})
    data |= {f"holidays-{row}-{field}": "" for row in range(3, 700) for field in ("day", "name", "name_id")}
    request = RequestFactory().post("/", data)
    assert CalendarForm(request.POST).is_valid()
