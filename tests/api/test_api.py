"""The REST API: shape, permission and translation of errors. What verbs do is tested at command level."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from core.time import database_now
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
VPN = {"subject": "VPN down", "description": "It does not connect.", "category": "vpn-down"}
PACKET = {"team": "network", "reason": "access", "symptom": "no route", "asked": "check the gateway"}


class Api:
    """A client with one person's token."""

    def __init__(self, user: User, *scopes: str) -> None:
        token = ApiToken.objects.issue(user, "test", list(scopes or ("read", "write")))
        self.headers, self.client = {"Authorization": f"Bearer {token}"}, Client()

    def get(self, path):
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path, data=None, **headers):
        return self.client.post(
            f"/api/v1/{path}", data or {}, content_type="application/json", headers={**self.headers, **headers}
        )


def test_the_whole_story_over_rest(world, requester, agent1, agent2):
    asks, first, second = Api(requester), Api(agent1), Api(agent2)
    opened = asks.post("tickets/", VPN)
    key = opened.json()["key"]
    assert (opened.status_code, opened.json()["team"], opened.json()["tier"]) == (201, "service-desk", 1)
    assert first.post(f"tickets/{key}/assign/", {"assignee": agent1.pk}).json()["status"] == "open"
    assert first.post(f"tickets/{key}/reply/", {"body": "Which profile?"}).status_code == 201
    assert first.post(f"tickets/{key}/pend/", {"reason": "requester"}).json()["next_due_at"] is None
    assert asks.post(f"tickets/{key}/reply/", {"body": "HQ"}).status_code == 201
    assert first.post(f"tickets/{key}/escalate/", PACKET).json()["team"] == "network"
    assert second.post(f"tickets/{key}/accept/").json()["assignee"]["name"] == "Bayu"
    assert second.post(f"tickets/{key}/resolve/", {"resolution": "done", "root_cause": "split"}).status_code == 200
    assert asks.post(f"tickets/{key}/close/").json()["status"] == "closed"
    assert asks.post(f"tickets/{key}/rate/", {"score": 5}).status_code == 200
    visits = second.get(f"tickets/{key}/visits/").json()
    assert [visit["team"] for visit in visits] == ["service-desk", "network"]


def test_handing_back_over_rest(opened, agent1, agent2):
    key = opened().key
    Api(agent1).post(f"tickets/{key}/escalate/", PACKET)
    answer = Api(agent2).post(f"tickets/{key}/hand_back/", {"reason": "missing", "missing": "the log"})
    assert (answer.json()["team"], answer.json()["return_count"]) == ("service-desk", 1)


def test_the_same_key_twice_is_one_ticket(world, requester):
    api = Api(requester)
    first = api.post("tickets/", VPN, **{"Idempotency-Key": "abc"})
    again = api.post("tickets/", VPN, **{"Idempotency-Key": "abc"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert api.post("tickets/", {**VPN, "subject": "Other"}, **{"Idempotency-Key": "abc"}).status_code == 400


def test_a_reply_sent_twice_under_one_key_is_one_message(opened, agent1):
    ticket = opened()
    ids = [
        Api(agent1).post(f"tickets/{ticket.key}/reply/", {"body": "Hello"}, **{"Idempotency-Key": "k"}).json()["id"]
        for _attempt in range(2)
    ]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({**VPN, "subject": ""}, "subject"),
        ({**VPN, "category": "no-such"}, "category"),
        ({**VPN, "impact": 9}, "impact"),
        ({**VPN, "priority": 1}, "priority"),
        ({**VPN, "intake": {"profile": "Elsewhere"}}, "intake.profile"),
        ({**VPN, "requester": "not an address"}, "requester"),
    ],
)
def test_errors_are_problems_that_name_the_field(world, requester, data, field):
    answer = Api(requester).post("tickets/", data)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert field in answer.json()["errors"]
    assert not Ticket.objects.exists()


def test_only_agents_file_for_others_and_nobody_learns_of_addresses(world, requester, colleague, agent1):
    known = Api(requester).post("tickets/", {**VPN, "requester": colleague.email})
    unknown = Api(requester).post("tickets/", {**VPN, "requester": "nobody@arunika.example"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.status_code == 403
    filed = Api(agent1).post("tickets/", {**VPN, "requester": colleague.email})
    assert filed.json()["requester"]["id"] == colleague.pk


def test_a_stale_version_is_a_conflict_that_names_the_change(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    Api(lead).post(f"tickets/{ticket.key}/assign/", {"assignee": lead.pk})
    answer = Api(agent1).post(f"tickets/{ticket.key}/assign/", {"assignee": agent1.pk, "version": seen})
    assert answer.status_code == 409
    assert answer.json()["changes"][0]["verb"] == "assign"


def test_lists_are_narrowed_by_known_names_only(opened, agent1):
    opened()
    api = Api(agent1)
    assert len(api.get("tickets/?team=service-desk&status=new").json()["results"]) == 1
    assert api.get("tickets/?team=network").json()["results"] == []
    assert api.get("tickets/?requester__password=x").status_code == 400


def test_lists_are_paged_by_cursor(opened, agent1):
    for _n in range(3):
        opened()
    api = Api(agent1)
    first = api.get("tickets/?page_size=2").json()
    rest = api.client.get(first["next"], headers=api.headers).json()
    assert len(first["results"]) + len(rest["results"]) == 3


def test_what_one_may_not_see_is_not_there(opened, colleague):
    key = opened().key
    api = Api(colleague)
    assert api.get(f"tickets/{key}/").status_code == 404
    assert api.post(f"tickets/{key}/reply/", {"body": "x"}).status_code == 404
    assert api.post(f"tickets/{key}/escalate/", PACKET).status_code == 404


def test_what_one_may_see_but_not_do_is_refused(opened, requester):
    key = opened().key
    assert Api(requester).post(f"tickets/{key}/resolve/", {"resolution": "mine"}).status_code == 403


def test_scopes_bind_the_token(opened, agent1):
    key = opened().key
    assert Api(agent1, "read").get(f"tickets/{key}/").status_code == 200
    assert Api(agent1, "read").post(f"tickets/{key}/note/", {"body": "x"}).status_code == 403
    assert Api(agent1, "write").get(f"tickets/{key}/").status_code == 403


@pytest.mark.parametrize("fate", ["expired", "revoked", "person gone", "garbled"])
def test_a_dead_token_opens_nothing(world, agent1, fate):
    api = Api(agent1)
    now = database_now()
    if fate == "expired":
        ApiToken.objects.update(expires_at=now - timedelta(seconds=1))
    elif fate == "revoked":
        ApiToken.objects.update(revoked_at=now)
    elif fate == "person gone":
        User.objects.filter(pk=agent1.pk).update(is_active=False)
    else:
        api.headers = {"Authorization": "Bearer tnt_nothing"}
    answer = api.get("tickets/")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_token_is_kept_as_a_hash(agent1):
    text = ApiToken.objects.issue(agent1, "t", ["read"])
    assert text not in str(ApiToken.objects.values())


def test_the_description_of_the_api_is_there_for_everybody():
    client = Client()
    assert client.get("/api/v1/schema/").status_code == 200
    assert b"swagger" in client.get("/api/v1/docs/").content
