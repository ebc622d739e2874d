"""Links, merges and splits over REST: the same commands, the same doors."""

import pytest
from django.test import Client

from accounts.models import ApiToken
from tickets import commands
from tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


def api(user, method, path, body=None, **headers):
    token = ApiToken.objects.issue(user, "test", ["read", "write"])
    headers = {"Authorization": f"Bearer {token}", **headers}
    return getattr(Client(), method)(f"/api/v1/tickets/{path}", body, "application/json", headers=headers)


def listed(user, ticket):
    token = ApiToken.objects.issue(user, "test", ["read"])
    return Client().get(f"/api/v1/tickets/{ticket.key}/links/", headers={"Authorization": f"Bearer {token}"})


def test_a_link_is_made_listed_and_taken_away(ticket, opened, agent1, requester, manager, world):
    other = opened(into=world.desk)
    made = api(agent1, "post", f"{ticket.key}/links/", {"kind": "child_of", "other": other.key})
    assert made.status_code == 201
    assert (made.json()["ticket"], made.json()["other"]) == (ticket.key, other.key)
    secret = opened(into=world.hr)
    commands.link(secret, actor=manager, kind="relates_to", other=ticket)
    assert [row["id"] for row in listed(agent1, ticket).json()] == [made.json()["id"]]
    assert len(listed(manager, ticket).json()) == 2
    assert listed(requester, ticket).status_code == 403
    hidden = secret.links.get()
    assert api(agent1, "delete", f"{ticket.key}/links/{hidden.pk}/").status_code == 404
    assert api(agent1, "delete", f"{ticket.key}/links/{made.json()['id']}/").status_code == 204
    assert api(agent1, "post", f"{ticket.key}/links/", {"kind": "child_of", "other": secret.key}).status_code == 400
    assert api(agent1, "post", f"{ticket.key}/links/", {"kind": "merged_into", "other": other.key}).status_code == 400


def test_a_merge_and_the_way_back(ticket, opened, agent1, requester, world):
    other = opened(into=world.desk)
    merged = api(agent1, "post", f"{ticket.key}/merge/", {"into": other.key, "version": ticket.version})
    assert merged.status_code == 200 and merged.json()["key"] == other.key
    assert Ticket.objects.get(pk=ticket.pk).status == "closed"
    assert api(requester, "post", f"{ticket.key}/unmerge/", {}).status_code == 403
    assert api(agent1, "post", f"{ticket.key}/unmerge/", {}).json()["status"] == "new"
    assert api(agent1, "post", f"{ticket.key}/unmerge/", {}).status_code == 403


def test_a_split_sent_twice_opens_one_ticket(ticket, agent1, requester):
    words = commands.reply(ticket, actor=requester, body="And the printer is broken")
    sent = {"message": words.pk, "subject": "Printer"}
    twice = [api(agent1, "post", f"{ticket.key}/split/", sent, **{"Idempotency-Key": "k"}) for _click in range(2)]
    assert {answer.status_code for answer in twice} == {201}
    assert {answer.json()["key"] for answer in twice} == {TicketLink.objects.get().source.key}
    assert api(agent1, "post", f"{ticket.key}/split/", {"message": 0, "subject": "x"}).status_code == 400
    assert api(agent1, "post", f"{ticket.key}/split/", {"message": 10**9, "subject": "x"}).status_code == 404
