"""The pages and REST of helping: translation, permission, fragment."""

from __future__ import annotations

import pytest
from django.test import Client

from tickets import commands
from tickets.models import Helper

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def owned(opened, agent1, lead, world):
    ticket = opened(into=world.desk)
    return commands.assign(ticket, actor=lead, assignee=agent1)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_ask_join_and_be_done(owned, agent1, agent2):
    base, panel = f"/desk/t/{owned.key}/helpers/", f"/desk/t/{owned.key}/side/helpers/"
    sent = {"whom": f"person-{agent2.pk}", "asked": "Read the log.", "version": owned.version}
    assert browser(agent1).post(f"{base}invite/", sent).status_code == 302
    client = browser(agent2)
    assert "You were asked to help" in client.get("/desk/").content.decode()
    assert client.post(f"{base}join/").status_code == 302
    page = client.get(panel).content.decode()
    assert "Read the log." in page and "I am done" in page
    assert client.post(f"{base}minutes/", {"minutes": "7"}).status_code == 302
    assert client.post(f"{base}done/", {"minutes": "12", "note": "Port closed."}).status_code == 302
    assert Helper.objects.get().minutes == 12
    assert "12 minutes" in browser(agent1).get(panel).content.decode()
    assert "You were asked to help" not in client.get("/desk/").content.decode()


@pytest.mark.parametrize("part", ["invite", "done", "minutes"])
def test_a_dialog_is_a_page_without_scripts_and_a_fragment_with_them(owned, agent1, part):
    path = f"/desk/t/{owned.key}/helpers/{part}/"
    client = browser(agent1)
    assert b"<html" in client.get(path).content
    assert b"<html" not in client.get(path, headers={"HX-Request": "true"}).content


@pytest.mark.parametrize("whom", ["", "person-", "person-0", "person-²", "robot-1", "team-999999999999999999999"])
def test_what_was_typed_stays_when_it_is_refused(owned, agent1, whom):
    answer = browser(agent1).post(f"/desk/t/{owned.key}/helpers/invite/", {"whom": whom, "asked": "canary-3"})
    assert answer.status_code == 422 and b"canary-3" in answer.content


def test_minutes_that_are_none_keep_the_note(owned, agent1, agent2):
    commands.invite(owned, actor=agent1, asked="x", person=agent2)
    commands.join(owned, actor=agent2)
    path = f"/desk/t/{owned.key}/helpers/done/"
    answer = browser(agent2).post(path, {"minutes": "a while", "note": "canary-4"})
    assert answer.status_code == 422 and b"canary-4" in answer.content and b"a while" in answer.content


def test_a_stale_dialog_is_a_conflict_that_keeps_the_words(owned, agent1, agent2, lead):
    seen = owned.version
    commands.prioritise(owned, actor=lead, priority=1, reason="x")
    sent = {"whom": f"person-{agent2.pk}", "asked": "canary-5", "version": seen}
    answer = browser(agent1).post(f"/desk/t/{owned.key}/helpers/invite/", sent)
    assert answer.status_code == 409 and b"canary-5" in answer.content


def test_the_panel_is_empty_when_nobody_was_asked(owned, agent1):
    assert not browser(agent1).get(f"/desk/t/{owned.key}/side/helpers/").content.strip()


def test_the_owner_takes_it_back_and_a_guest_ends_up_at_home(opened, agent2, other_team_agent, world):
    ticket = opened(into=world.hr)
    rows = [commands.invite(ticket, actor=other_team_agent, asked="x", **whom)
            for whom in ({"person": agent2}, {"team": world.desk})]  # fmt: skip
    answer = browser(agent2).post(f"/desk/t/{ticket.key}/helpers/{rows[0].pk}/remove/")
    assert answer.headers["Location"] == "/desk/"
    answer = browser(other_team_agent).post(f"/desk/t/{ticket.key}/helpers/{rows[1].pk}/remove/")
    assert answer.headers["Location"] == f"/desk/t/{ticket.key}/"
    assert not Helper.objects.open().exists()


def test_an_invitation_of_another_ticket_is_not_reached(owned, opened, agent1, agent2, world):
    row = commands.invite(opened(into=world.desk), actor=agent1, asked="x", person=agent2)
    assert browser(agent1).post(f"/desk/t/{owned.key}/helpers/{row.pk}/remove/").status_code == 404
    answer = browser(agent1).post(
        f"/api/v1/tickets/{owned.key}/uninvite/", {"helper": row.pk}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert Helper.objects.open().count() == 1


def test_everything_over_rest(owned, agent1, agent2):
    def send(user, verb, **fields):
        path = f"/api/v1/tickets/{owned.key}/{verb}/"
        return browser(user).post(path, fields, content_type="application/json")

    assert send(agent1, "invite", asked="x").status_code == 400
    row = send(agent1, "invite", asked="x", team="network").json()
    assert (row["team"], row["person"], row["ended_why"]) == ("network", None, "")
    own = send(agent2, "join").json()
    assert (own["person"]["id"], own["via"]) == (agent2.pk, row["id"])
    assert send(agent2, "log_help", minutes=5).json()["minutes"] == 5
    assert send(agent2, "help_done", minutes=-1).status_code == 400
    assert send(agent2, "help_done", minutes=9, note="x").json()["ended_why"] == "done"
    assert send(agent1, "uninvite", helper=row["id"]).json()["key"] == owned.key
    listed = browser(agent1).get(f"/api/v1/tickets/{owned.key}/helpers/").json()
    assert [(one["minutes"], one["ended_why"]) for one in listed] == [(0, "removed"), (9, "done")]


def test_rest_tells_requesters_nothing_of_helpers(owned, requester):
    assert browser(requester).get(f"/api/v1/tickets/{owned.key}/helpers/").status_code == 403
    path = f"/api/v1/tickets/{owned.key}/join/"
    assert browser(requester).post(path, {}, content_type="application/json").status_code == 403
