"""Who has a ticket open and who is writing: soft state that forgets whoever falls silent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tickets.live_hub import MOST_WAITING, Hub, Stream, may_see
from tickets.presence import GONE, LOOKING_SECONDS, LOOKS, WRITING_SECONDS, Presence

TICKET, TEAM = 5, 3


def said(user: int, mode: str = LOOKS, team: int = TEAM) -> dict[str, Any]:
    return {
        "ticket": TICKET,
        "user": user,
        "name": f"P{user}",
        "initials": "P",
        "hue": 1,
        "teams": [team],
        "mode": mode,
    }


def modes(presence: Presence, now: float, without: int = 0) -> list[tuple[int, str]]:
    return [(row["id"], row["mode"]) for row in presence.shown(TICKET, without=without, now=now)]


def test_writers_come_first_and_the_reader_is_left_out():
    presence = Presence()
    for user in (1, 2, 3):
        assert presence.hear(said(user), 0.0)
    assert presence.hear(said(3, "reply"), 1.0)
    assert modes(presence, 1.0, without=1) == [(3, "reply"), (2, LOOKS)]


def test_hearing_the_same_again_is_no_news():
    presence = Presence()
    assert presence.hear(said(1), 0.0)
    assert not presence.hear(said(1), 20.0)


def test_writing_ends_by_itself_and_an_open_page_does_not_end_it_early():
    presence = Presence()
    presence.hear(said(1, "note"), 0.0)
    presence.hear(said(1), 1.0)
    assert modes(presence, 2.0) == [(1, "note")]
    assert presence.forget(WRITING_SECONDS + 1) == {TICKET}
    assert modes(presence, WRITING_SECONDS + 1) == [(1, LOOKS)]


def test_whoever_falls_silent_or_leaves_is_gone():
    presence = Presence()
    presence.hear(said(1), 0.0)
    presence.hear(said(2), 30.0)
    assert presence.forget(LOOKING_SECONDS + 1) == {TICKET}
    assert modes(presence, LOOKING_SECONDS + 1) == [(2, LOOKS)]
    assert presence.hear(said(2, GONE), 60.0)
    assert presence.tickets() == [TICKET] and not modes(presence, 60.0)
    presence.forget(61.0)
    assert presence.tickets() == []


@pytest.mark.parametrize(
    ("reach", "sees"),
    [
        ({"ticket": TICKET, "staff": True}, True),
        ({"ticket": TICKET, "staff": False}, False),
        ({"ticket": TICKET + 1, "staff": True}, False),
        ({"teams": {TEAM}, "user": 9}, True),
        ({"teams": {TEAM + 1}, "user": 9}, False),
    ],
)
def test_presence_is_for_staff_who_may_see_the_ticket(reach, sees):
    assert may_see(TICKET, {TEAM}, reach) is sees


def heard_by(reach: dict[str, Any], *messages: dict[str, Any], user: int = 9) -> list[str]:
    """What a page with this reach is told of what was published."""

    async def run() -> list[str]:
        hub, stream = Hub(), Stream(reach, user)
        hub.streams.add(stream)
        for message in messages:
            hub.hear(message)
        return list(stream.waiting)

    return asyncio.run(run())


def test_a_requester_hears_nothing_of_who_looks_at_their_ticket():
    assert heard_by({"ticket": TICKET, "staff": False}, {"here": [said(1, "note")]}) == []


def test_a_colleague_hears_who_writes_but_not_of_themselves():
    staff = {"ticket": TICKET, "staff": True}
    (event,) = heard_by(staff, {"here": [said(1, "reply")]})
    assert event.startswith("event: presence\n")
    data = json.loads(event.split("data: ")[1])
    assert data == {"ticket": TICKET, "who": [{"id": 1, "name": "P1", "initials": "P", "hue": 1, "mode": "reply"}]}
    (own,) = heard_by(staff, {"here": [said(9, "reply")]})
    assert json.loads(own.split("data: ")[1])["who"] == []


def test_a_page_that_does_not_read_is_told_once_to_look_again():
    change = {"ticket": TICKET, "teams": [TEAM], "requester": 1, "assignee": None, "verb": "note", "public": False}
    told = heard_by({"teams": {TEAM}, "user": 9}, *[change] * (MOST_WAITING + 1))
    assert told == ["event: changed\ndata: 0\n\n"]


def change_of(ticket: int, teams: list[int], **more: Any) -> dict[str, Any]:
    return {"ticket": ticket, "teams": teams, "requester": 1, "assignee": None, "public": False, **more}


def on_ticket(*messages: dict[str, Any]) -> tuple[Hub, Stream]:
    """A colleague's page of the ticket, after it heard what was published."""

    async def run() -> tuple[Hub, Stream]:
        hub, stream = Hub(), Stream({"ticket": TICKET, "staff": True}, 9, said(9))
        hub.streams.add(stream)
        for message in messages:
            hub.hear(message)
        return hub, stream

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("message", "is_in_doubt"),
    [
        (change_of(TICKET, [TEAM, 4], verb="transfer", team=4), True),
        (change_of(TICKET, [TEAM], verb="help_done", team=TEAM), True),
        (change_of(TICKET + 1, [TEAM], verb="transfer", team=TEAM), False),
        (change_of(0, [TEAM, 4], verb="bulk"), True),
        (change_of(0, [4], verb="bulk"), False),
    ],
)
def test_a_page_whose_ticket_may_have_changed_is_asked_about_before_the_next_word(message, is_in_doubt):
    _hub, stream = on_ticket(message)
    assert stream.is_in_doubt is is_in_doubt


def test_who_is_on_a_ticket_that_moved_is_told_to_its_present_team_alone():
    hub, stream = on_ticket({"here": [said(1)]}, change_of(TICKET, [TEAM, 4], verb="transfer", team=4))
    assert hub.presence.teams(TICKET) == {4}
    assert stream.me is not None and stream.me["teams"] == [4]
