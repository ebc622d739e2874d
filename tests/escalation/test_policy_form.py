"""The policy editor: what people type becomes a wording, what is wrong is said where it stands."""

from types import SimpleNamespace

import pytest

from escalation.forms.policy import NEW_POLICY, PolicyForm
from escalation.models import BusinessCalendar, SlaPolicy
from escalation.policy_definition import parse
from tests.escalation.pages import policy_page
from tests.escalation.promises import minutes
from tickets.condition_forms.spans import minutes_from_text

pytestmark = pytest.mark.django_db
WHOLE = {
    "conditions": {"all": [{"field": "priority", "op": "at_least", "value": 2}]},
    "targets": {
        "response": minutes(15, 30, 120, 240),
        "update": minutes(60, 120),
        "resolution": minutes(240, 480, 1440, 2700),
    },
    "ola": {"1": minutes(60, 120, 240), "7": minutes(90)},
    "vendor": minutes(480),
    "pauses": ["requester", "vendor"],
    "steps": [
        {"metric": "resolution", "percent": 75, "actions": [{"do": "notify", "who": ["owner", "lead"]}]},
        {
            "metric": "resolution",
            "minutes": -90,
            "only_if": {"all": [{"field": "requester_vip", "op": "is", "value": True}]},
            "actions": [
                {"do": "call", "who": ["lead"]},
                {"do": "reassign", "to": "queue"},
                {"do": "raise_tier"},
                {"do": "webhook", "url": "https://one.example/a"},
                {"do": "webhook", "url": "https://two.example/b"},
            ],
        },
        {"metric": "response", "minutes": 0, "actions": []},
    ],
}


@pytest.fixture
def stored(world: SimpleNamespace) -> dict[str, object]:
    policy = SlaPolicy.objects.create(name="Gold", name_id="Emas")
    return {"policy": policy, "definition": WHOLE}


def page(stored, **changes):
    drawn = PolicyForm(**stored, calendar=BusinessCalendar.objects.get())
    return PolicyForm(policy_page(drawn, **changes), **stored)


def refused(stored, **changes):
    form = page(stored, **changes)
    assert not form.is_valid()
    return form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90),
        ("30m", 30),
        ("30 min", 30),
        ("45 menit", 45),
        ("4h", 240),
        ("4 H", 240),
        ("4j", 240),
        ("1 jam 30", 90),
        ("1h30", 90),
        ("1h 30m", 90),
        ("1h 05m", 65),
        ("2 hours 5 minutes", 125),
    ],
)
def test_a_time_is_read_as_people_write_it(text, expected):
    assert minutes_from_text(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "2d", "-5", "1.5h", "h", "4h m", "1h 2h", "٣", "1:30", "9" * 40])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        minutes_from_text(text)


def test_what_is_shown_is_sent_back_unchanged(stored):
    form = page(stored)
    assert form.is_valid(), form.errors
    wording = form.wording()
    assert (wording.name, wording.name_id) == ("Gold", "Emas")
    assert parse(wording.definition) == parse(WHOLE)


def test_times_are_shown_as_people_write_them(stored):
    form = PolicyForm(**stored)
    shown = {name: form.basics[name].value() for name in ("targets.response.3", "ola.7.1", "vendor.1")}
    assert shown == {"targets.response.3": "2h", "ola.7.1": "1h 30m", "vendor.1": "8h"}
    assert [row["amount"].value() for row in form.steps][:3] == ["75", "1h 30m", "0"]


def test_a_new_policy_starts_with_a_proposal_that_can_be_sent(world):
    drawn = PolicyForm()
    form = PolicyForm(policy_page(drawn, name="New", calendar=str(BusinessCalendar.objects.get().pk)))
    assert form.is_valid(), form.errors
    assert parse(form.wording().definition) == parse(NEW_POLICY)


def test_the_default_policy_is_for_every_ticket_whatever_is_sent(world):
    default = SlaPolicy.objects.get(is_default=True)
    form = page({"policy": default, "definition": WHOLE}, conditions=WHOLE["conditions"])
    assert form.is_valid(), form.errors
    assert form.wording().definition["conditions"] == {"all": []}


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"name": ""}, "name", "required"),
        ({"calendar": "0"}, "calendar", "valid choice"),
        ({"conditions-1-value": "9"}, "conditions-1-value", "whole number"),
        ({"conditions-1-field": ""}, "conditions-1-field", "Choose what is asked"),
        ({"steps-1-only_if": "[" * 9000 + "]" * 9000}, "steps-1-only_if", "nested too deeply"),
        ({"targets.response.1": "soon"}, "targets.response.1", "Write a time"),
        ({"targets.response.2": "0"}, "targets.response.2", "from 1 to a year"),
        ({"targets.response.1": "5h"}, "targets.response.1", "promised later than the solution"),
        ({"ola.1.2": "999999"}, "ola.1.2", "from 1 to a year"),
        ({"vendor.4": "x"}, "vendor.4", "Write a time"),
        ({f"targets.resolution.{priority}": "" for priority in range(1, 5)}, "targets.response.1", "at least one"),
        ({"steps-0-amount": "many"}, "steps-0-amount", "Write a share"),
        ({"steps-0-amount": "0"}, "steps-0-amount", "from 1 to 1000"),
        ({"steps-0-amount": ""}, "steps-0-amount", "required"),
        ({"steps-1-urls": "https://one.example/a\nftp://two.example"}, "steps-1-urls", "https://"),
        ({"steps-1-only_if": "{"}, "steps-1-only_if", "This is not JSON"),
        ({"steps-2-metric": "resolution", "steps-2-at": "before", "steps-2-amount": "90"}, "", "there twice"),
    ],
)
def test_a_mistake_is_said_at_its_field(changes, place, words, stored):
    form = refused(stored, **changes)
    assert list(form.errors) == [place]
    assert words in form.errors[place][0]


def test_an_error_of_a_row_counts_without_those_removed(stored):
    form = refused(stored, **{"steps-0-DELETE": "on", "steps-1-urls": "nowhere"})
    assert list(form.errors) == ["steps-1-urls"]


def test_more_empty_rows_keep_what_was_typed(stored):
    drawn = page(stored, **{"targets.response.1": "soon", "steps-0-DELETE": "on", "conditions-1-op": "in"}).redrawn()
    assert drawn.basics["targets.response.1"].value() == "soon" and drawn.conditions.items[0].typed.op == "in"
    assert [row["amount"].value() for row in drawn.steps] == ["1h 30m", "0", None, None]
    assert drawn.errors == {}


def test_conditions_are_said_in_words(stored):
    assert page(stored).words == "priority is at least P2 High"
    assert page(stored, **{"conditions-1-field": ""}).words == ""
