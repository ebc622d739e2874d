"""The same form sent twice is one message; with other words it is refused, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.api.test_api import Api
from tickets.models import Departure, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def ticket(opened: Callable[..., Ticket], world: Any) -> Ticket:
    return opened(into=world.desk)


def browser(user: User, delay: str = "0") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["send_delay"] = delay
    return client


@pytest.mark.parametrize(("side", "delay"), [("reply", "0"), ("reply", "10"), ("note", "0")])
def test_a_corrected_text_under_a_key_already_used_is_refused_and_kept(side, delay, ticket, agent1):
    desk, url = browser(agent1, delay), f"/desk/t/{ticket.key}/{side}/"
    desk.post(url, {"body": "canary-frist", "dedupe_key": "one"})
    refused = desk.post(url, {"body": "canary-first", "dedupe_key": "one"}, headers=HTMX)
    assert refused.status_code == 422 and "sent-already" in refused["HX-Trigger"]
    assert "sent already with other words: “canary-frist”" in refused.content.decode()
    assert Draft.objects.get().body == "canary-first"
    assert Message.objects.count() + Departure.objects.count() == 1
    again = desk.post(url, {"body": "canary-first", "dedupe_key": "two"}, headers=HTMX)
    assert again.status_code == 200 and Message.objects.count() + Departure.objects.count() == 2
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("side", "delay"), [("reply", "0"), ("reply", "10"), ("note", "0")])
def test_a_second_click_finds_the_first_whatever_its_line_ends(side, delay, ticket, agent1):
    desk, url = browser(agent1, delay), f"/desk/t/{ticket.key}/{side}/"
    for body in ("two\r\nlines", "two\nlines "):
        assert desk.post(url, {"body": body, "dedupe_key": "one"}).status_code == 302
    assert Message.objects.count() + Departure.objects.count() == 1 and not Draft.objects.exists()


def test_sending_takes_only_the_draft_that_was_sent(ticket, agent1):
    browser(agent1).post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": "begun elsewhere"})
    Api(agent1).post(f"tickets/{ticket.key}/reply/", {"body": "through the API"})
    assert Message.objects.exists() and Draft.objects.get().body == "begun elsewhere"


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_over_the_api_other_words_under_one_key_are_a_problem(verb, ticket, agent1):
    api, key = Api(agent1), {"Idempotency-Key": "k"}
    api.post(f"tickets/{ticket.key}/{verb}/", {"body": "Helo"}, **key)
    answer = api.post(f"tickets/{ticket.key}/{verb}/", {"body": "Hello"}, **key)
    assert (answer.status_code, answer.json()["title"]) == (409, "sent_already")
    assert Message.objects.get().body == "Helo"


def test_the_requesters_correction_stands_in_the_form_again(ticket, requester):
    portal, url = browser(requester), f"/my/tickets/{ticket.key}/reply/"
    portal.post(url, {"body": "canary-frist", "dedupe_key": "one"})
    refused = portal.post(url, {"body": "canary-first", "dedupe_key": "one"})
    assert refused.status_code == 422 and ">canary-first</textarea>" in refused.content.decode()
    assert Message.objects.get().body == "canary-frist"
