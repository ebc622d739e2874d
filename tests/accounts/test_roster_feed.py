"""Calendar feeds: secret addresses, what they show, and that nothing keeps them."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import Absence, FeedToken, Membership, User
from accounts.roster_feed import issue_feed
from helpdesk.logs import masked
from tests.accounts.plans import at

NOW = at("2026-11-17 10:00")


@pytest.fixture(autouse=True)
def tuesday(clock):
    clock(NOW)


def events(text: str, client: Client | None = None) -> dict[str, object]:
    answer = (client or Client()).get(f"/roster/feed/{text}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_ones_own_duties_in_utc_under_steady_names(desk):
    token = issue_feed(desk.arif, None)
    found = events(token)
    assert len(found) > 100
    shift = next(event for event in found.values() if event["dtstart"].dt == at("2026-11-18 08:00"))
    assert shift["dtend"].dt == at("2026-11-18 17:00") and shift["dtstart"].dt.utcoffset() == timedelta(0)
    assert str(shift["summary"]) == "Shift: Service Desk"
    assert events(token).keys() == found.keys()
    assert not any("Dewi" in str(event["summary"]) for event in found.values())


def test_duties_that_are_gone_vanish_and_the_others_keep_their_names(desk):
    token = issue_feed(desk.arif, None)
    before = events(token)
    Absence.objects.create(person=desk.arif, start=at("2026-11-18 00:00"), end=at("2026-11-19 00:00"))
    after = events(token)
    assert not any(event["dtstart"].dt == at("2026-11-18 08:00") for event in after.values())
    assert len(before.keys() & after.keys()) == len(before) - 1


def test_a_teams_feed_names_everybody(desk):
    words = {str(event["summary"]) for event in events(issue_feed(desk.dewi, desk.team)).values()}
    assert {"On call: Service Desk · Arif", "On call: Service Desk · Dewi", "Shift: Service Desk · Arif"} <= words


@pytest.mark.parametrize("end", ["revoked", "wrong", "left", "no agent", "deleted"])
def test_an_ended_address_is_not_found(desk, end):
    token = issue_feed(desk.dewi, None)
    match end:
        case "revoked":
            client = Client()
            client.force_login(desk.dewi)
            assert client.post(f"/me/calendar/{FeedToken.objects.get().pk}/revoke/").status_code == 302
        case "wrong":
            token = token[:-1] + ("a" if token[-1] != "a" else "b")
        case "left":
            User.objects.filter(pk=desk.dewi.pk).update(is_active=False)
        case "no agent":
            Membership.objects.filter(user=desk.dewi).delete()
        case "deleted":
            FeedToken.objects.all().delete()
    answer = Client().get(f"/roster/feed/{token}.ics")
    assert answer.status_code == 404 and answer.content == b""


def test_what_is_stored_opens_nothing(desk):
    issue_feed(desk.dewi, None)
    kept = FeedToken.objects.get()
    for text in (kept.digest, kept.prefix, str(kept.pk), "x" * 5000):
        assert Client().get(f"/roster/feed/{text}.ics").status_code == 404


def test_a_restricted_teams_feed_ends_with_being_allowed_to_see_it(world, other_team_agent, desk):
    token = issue_feed(other_team_agent, world.hr)
    assert events(token) == {}
    Membership.objects.filter(user=other_team_agent).update(team=world.desk)
    assert Client().get(f"/roster/feed/{token}.ics").status_code == 404


def test_the_address_is_shown_once_and_to_agents_only(desk, requester, world):
    client = Client()
    client.force_login(desk.arif)
    page = client.post("/me/calendar/", {"about": "mine"})
    address = page.content.decode().split('id="feed-address" value="')[1].split('"')[0]
    assert events(address.rsplit("/", 1)[1].removesuffix(".ics"))
    assert page["Cache-Control"] == "no-store"
    again = client.get("/me/calendar/").content.decode()
    assert address not in again and FeedToken.objects.get().prefix in again
    assert client.post("/me/calendar/", {"about": world.hr.slug}).status_code == 422
    client.force_login(requester)
    assert client.get("/me/calendar/").status_code == 404
    assert client.post(f"/me/calendar/{FeedToken.objects.get().pk}/revoke/").status_code == 404


def test_nobody_revokes_anothers(desk):
    issue_feed(desk.arif, None)
    client = Client()
    client.force_login(desk.dewi)
    assert client.post(f"/me/calendar/{FeedToken.objects.get().pk}/revoke/").status_code == 404
    assert FeedToken.objects.get().revoked_at is None


def test_no_address_gets_into_the_log(desk, caplog):
    token = issue_feed(desk.arif, None)
    with caplog.at_level(logging.DEBUG):
        Client().get(f"/roster/feed/{token}x.ics")
    assert all(token not in masked(record.getMessage()) for record in caplog.records)
    assert token not in masked(f'"GET /roster/feed/{token}.ics HTTP/1.1" 200')


def test_reading_is_noted_now_and_then(desk, clock):
    token = issue_feed(desk.arif, None)
    events(token)
    clock(NOW + timedelta(minutes=1))
    events(token)
    assert FeedToken.objects.get().last_used_at == NOW
