"""Input no form of ours sends: answered with words, never with an error page, and nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import IntakeField
from tests.security.addresses import API, Address, addresses, pages
from tickets import commands
from tickets.models import Message, Ticket

pytestmark = pytest.mark.slow

ODD = ("²", "٣", "9" * 19, "9" * 5000, "-1", "NaN", "", "a\x00b", "1\x00", "💥")
NUMBERS = (
    "version", "assignee", "score", "ticket", "attachments", "since", "from", "page", "after", "q", "ticket",
    "priority",
)  # fmt: skip
WORDS = (
    "category", "requester", "team", "status", "subject", "description", "body", "reason", "stops", "mode", "then",
    "sort", "f", "write", "submission_key", "dedupe_key", "resolution", "root_cause", "helped", "name", "time_zone",
    "intake.profile", "symptom", "asked", "back",
)  # fmt: skip
FIELDS = (*NUMBERS, *WORDS)
ROUNDS = 3


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_odd_values_never_break_a_page(
    turn: int, method: str, world: SimpleNamespace, lead: User, opened: Callable[..., Ticket], client: Client
) -> None:
    """Each page gets every odd value, and each field another one on every page and in every round."""
    ticket = opened(into=world.desk)
    client.force_login(lead)
    for number, address in enumerate(pages()):
        first = number + turn * (len(ODD) // ROUNDS)
        sent = {field: ODD[(first + place) % len(ODD)] for place, field in enumerate(FIELDS)}
        answer = getattr(client, method)(address.path(key=ticket.key), sent)
        assert answer.status_code < 500, address
        if address.route == "logout/":
            client.force_login(lead)


@pytest.mark.parametrize("odd", ODD, ids=lambda text: ascii(text)[:12])
@pytest.mark.parametrize("field", ["category", "version", "assignee", "team", "requester", "status", "submission_key"])
def test_one_odd_value_in_a_good_form(
    field: str, odd: str, world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    client.force_login(agent1)
    good = {
        "tickets/new/": {"subject": "a b", "description": "c d"},
        "desk/new/": {"subject": "a b", "description": "c d", "requester": agent1.email},
        f"desk/t/{ticket.key}/reply/": {"body": "a b"},
        f"desk/t/{ticket.key}/property/": {},
        f"desk/t/{ticket.key}/escalate/": {"reason": "skill", "symptom": "a", "asked": "b", "team": "network"},
    }
    for path, fields in good.items():
        assert client.post(f"/{path}", {**fields, field: odd}).status_code < 500, path


@pytest.mark.parametrize("odd", ["²", "9" * 400, "\x00", "%2e%2e", "INC-1' OR 1=1--", "INC-", "-1", "a" * 3000])
def test_odd_keys_are_simply_not_there(odd: str, agent1: User, client: Client) -> None:
    client.force_login(agent1)
    for address in (address for address in addresses() if address.names):
        answer = client.get(address.path(key=odd, slug=odd, pk=odd))
        assert answer.status_code in (302, 404, 405), address


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999", "NaN", "Infinity", "١٢", "1_0"])
def test_numbers_that_are_none(number: str, world: SimpleNamespace, requester: User, client: Client) -> None:
    IntakeField.objects.create(category=world.category, key="count", label="Count", kind="number")
    client.force_login(requester)
    typed = {"subject": "a", "description": "b", "category": "vpn-down", "intake.count": number}
    answer = client.post("/tickets/new/", typed)
    assert answer.status_code in (302, 422)


def test_texts_without_end_are_refused_and_kept(requester: User, client: Client) -> None:
    client.force_login(requester)
    text = "kata " * 20_001
    answer = client.post("/tickets/new/", {"subject": "x", "description": text})
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert client.post("/tickets/new/", {"subject": "x", "description": "x" * 3_000_000}).status_code == 400
    assert client.post("/tickets/new/", {f"intake.{n}": "x" for n in range(4001)}).status_code == 400


def test_a_draft_with_odd_characters_is_kept(requester: User, client: Client) -> None:
    client.force_login(requester)
    assert client.post("/tickets/new/draft/", {"subject": "a\x00b", "intake.x": "\x00"}).status_code == 204
    assert 'value="ab"' in client.get("/tickets/new/").content.decode()


def test_a_score_that_is_none_changes_nothing(
    world: SimpleNamespace, requester: User, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    commands.resolve(ticket, actor=agent1, resolution="done")
    client.force_login(requester)
    assert client.post(f"/my/tickets/{ticket.key}/confirmation/", {"score": "9"}).status_code == 422
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_methods_nobody_uses(agent1: User, opened: Callable[..., Ticket], client: Client) -> None:
    ticket = opened()
    client.force_login(agent1)
    for number, address in enumerate(addresses()):
        if address.route == "live/":
            continue
        method = ("put", "delete", "options")[number % 3]
        answer = getattr(client, method)(address.path(key=ticket.key))
        assert answer.status_code < 500, (method, address)
    assert not Message.objects.exists()


BODIES = (
    "", "null", "[]", '"x"', "{", '{"a":' * 2000, '{"body": null}', '{"body": {"a": 1}}', '{"version": 1e999}',
    '{"subject": "a", "description": "b", "intake": {"profile": {"a": [1]}}}', '{"body": "\\ud800"}',
)  # fmt: skip


def test_the_api_answers_bodies_that_are_no_objects(
    agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened()
    client.force_login(agent1)
    posts: list[Address] = [address for address in addresses() if address.route.startswith(API)]
    for address in posts:
        for body in BODIES:
            answer = client.post(address.path(key=ticket.key), body, content_type="application/json")
            assert answer.status_code < 500, (address, body[:20])
