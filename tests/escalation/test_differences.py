"""What another version changes, field by field, in words."""

import pytest

from escalation.calendar_definition import parse as parse_calendar
from escalation.described import version_in_words, what_changes
from escalation.differences import Difference, of_calendars, of_policies
from escalation.models import PolicyVersion, SlaPolicy
from escalation.policy_definition import parse as parse_policy
from escalation.policy_words import step_in_words
from tests.escalation.promises import minutes

OFFICE = {"time_zone": "Asia/Jakarta", "weekly": [[[480, 1020]]] * 5 + [[], []]}
NYEPI = {"day": "2026-03-19", "name": "Day of Silence", "name_id": "Nyepi"}
POLICY = {"targets": {"resolution": minutes(240, 480)}}


def calendars(before, after):
    return of_calendars(parse_calendar(OFFICE | before), parse_calendar(OFFICE | after))


def policies(before, after, calendars=("Office", "Office")):
    return of_policies(parse_policy(POLICY | before), parse_policy(POLICY | after), {}, calendars)


@pytest.mark.parametrize(
    ("before", "after", "what", "was", "becomes"),
    [
        ({}, {"time_zone": "Asia/Makassar"}, "Time zone", "Asia/Jakarta", "Asia/Makassar"),
        ({}, {"weekly": [[[480, 1020]]] * 5 + [[[480, 720]], []]}, "Saturday", "closed", "08:00–12:00"),
        ({}, {"holidays": [NYEPI]}, "Holiday", "", "19 Mar 2026, Day of Silence"),
        ({"holidays": [NYEPI]}, {}, "Holiday", "19 Mar 2026, Day of Silence", ""),
        (
            {"holidays": [NYEPI | {"is_estimated": True}]},
            {"holidays": [NYEPI]},
            "Holiday",
            "19 Mar 2026, Day of Silence (estimated)",
            "19 Mar 2026, Day of Silence",
        ),
        (
            {},
            {"exceptions": [{"day": "2026-12-24", "name": "Eve", "hours": [[480, 720]]}]},
            "Date with its own hours",
            "",
            "24 Dec 2026, Eve: 08:00–12:00",
        ),
        (
            {},
            {
                "seasons": [
                    {"name": "Ramadan", "from": "2027-02-08", "until": "2027-03-09", "weekly": [[[420, 900]]] * 7}
                ]
            },
            "Season",
            "",
            "Ramadan, 8 Feb 2027 to 9 Mar 2027: Every day 07:00–15:00",
        ),
    ],
)
def test_what_changes_in_a_calendar(before, after, what, was, becomes):
    assert calendars(before, after) == [Difference(what, was, becomes)]


@pytest.mark.parametrize(
    ("before", "after", "what", "was", "becomes"),
    [
        ({}, {"targets": {"resolution": minutes(240, 90)}}, "Solution, P2", "8h", "1h 30m"),
        ({}, {"ola": {"2": minutes(60)}}, "On tier 2, P1", "", "1h"),
        ({"vendor": minutes(60)}, {}, "Vendor, P1", "1h", ""),
        (
            {"pauses": ["requester"]},
            {"pauses": []},
            "The clocks stop while",
            "Waiting for requester",
            "Nothing: the time runs on while a ticket waits",
        ),
        (
            {},
            {"conditions": {"all": [{"field": "requester_vip", "op": "is", "value": True}]}},
            "Tickets it is for",
            "every ticket",
            "requester is a VIP",
        ),
        (
            {},
            {"steps": [{"metric": "resolution", "percent": 75, "actions": [{"do": "notify", "who": ["lead"]}]}]},
            "Milestone",
            "",
            "Solution, at 75% of the time: notify team lead",
        ),
    ],
)
def test_what_changes_in_a_policy(before, after, what, was, becomes):
    assert policies(before, after) == [Difference(what, was, becomes)]


def test_another_calendar_and_another_address_are_changes():
    def tells(url):
        return {"steps": [{"metric": "vendor", "minutes": 30, "actions": [{"do": "webhook", "url": url}]}]}

    moved = policies({}, {}, calendars=("Office", "Shop"))
    assert moved == [Difference("Calendar", "Office", "Shop")]
    (other,) = policies(tells("https://a.example/one"), tells("https://a.example/two"))
    assert (other.before, other.after) == (
        "Vendor, 30m after it has run out: tell a.example",
        "Vendor, 30m after it has run out: tell a.example (another address)",
    )


def test_equal_wordings_have_no_differences():
    assert not calendars({"holidays": []}, {}) and not policies({"ola": {}}, {})


def test_milestones_in_words():
    definition = parse_policy(
        POLICY
        | {
            "steps": [
                {
                    "metric": "resolution",
                    "minutes": -60,
                    "actions": [{"do": "call", "who": ["lead", "managers"]}, {"do": "reassign", "to": "queue"}],
                    "only_if": {"all": [{"field": "requester_vip", "op": "is", "value": True}]},
                },
                {"metric": "response", "percent": 100, "actions": [{"do": "raise_tier"}]},
                {"metric": "update", "percent": 50},
            ]
        }
    )
    assert [step_in_words(step) for step in definition.steps] == [
        "Solution, 1h before the time runs out: call team lead, incident managers and put it back into the queue "
        "(only if requester is a VIP)",
        "First reply, when the time has run out: pass it to the next tier",
        "Next update, at 50% of the time: only noted in the history",
    ]


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_not_compared():
    version = SlaPolicy.objects.get().current
    broken = PolicyVersion(policy=version.policy, calendar=version.calendar, number=9, definition={"targets": 3})
    assert "targets" in version_in_words(broken).trouble
    assert what_changes(version, broken) == [] and what_changes(None, version) == []
