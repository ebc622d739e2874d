"""S27 API tokens: scopes, ends, and nothing that works without them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from core.time import database_now
from tests.security.addresses import API, addresses
from tickets.models import Message, Ticket

pytestmark = pytest.mark.slow


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("scopes", [[], ["read"], ["write"], ["admin"], ["read write"], ["READ"]])
def test_a_token_does_what_its_scopes_say(
    scopes: list[str], agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened()
    headers = bearer(ApiToken.objects.issue(agent1, "x", scopes))
    for address in addresses():
        if not address.route.startswith(API + "tickets"):
            continue
        for method, scope in (("get", "read"), ("post", "write"), ("delete", "write"), ("patch", "write")):
            answer = getattr(client, method)(
                address.path(key=ticket.key), headers=headers, content_type="application/json"
            )
            assert (answer.status_code == 403) or scope in scopes, (method, address, answer.status_code)
            assert answer.status_code != 401


@pytest.mark.parametrize(
    "text", ["", "x", "tnt_", "tnt_x", "null", "undefined", "[]", "' OR 1=1--", "\xff", "a b", "x" * 9000]
)
def test_what_is_no_token_opens_nothing(text: str, agent1: User, client: Client) -> None:
    ApiToken.objects.issue(agent1, "x", ["read", "write"])
    assert client.get("/api/v1/tickets/", headers=bearer(text)).status_code == 401


def test_the_stored_hash_and_prefix_open_nothing(agent1: User, client: Client) -> None:
    ApiToken.objects.issue(agent1, "x", ["read"])
    token = ApiToken.objects.get()
    for text in (token.digest, token.prefix):
        assert client.get("/api/v1/tickets/", headers=bearer(text)).status_code == 401


@pytest.mark.parametrize("end", ["expired", "revoked", "deactivated", "deleted"])
def test_an_ended_token_opens_nothing(end: str, agent1: User, client: Client) -> None:
    text = ApiToken.objects.issue(agent1, "x", ["read"])
    assert client.get("/api/v1/tickets/", headers=bearer(text)).status_code == 200
    past = database_now() - timedelta(seconds=1)
    match end:
        case "expired":
            ApiToken.objects.update(expires_at=past)
        case "revoked":
            ApiToken.objects.update(revoked_at=past)
        case "deactivated":
            User.objects.filter(pk=agent1.pk).update(is_active=False)
        case "deleted":
            ApiToken.objects.all().delete()
    answer = client.get("/api/v1/tickets/", headers=bearer(text))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_dead_token_does_not_fall_back_to_the_session(agent1: User, client: Client) -> None:
    client.force_login(agent1)
    assert client.get("/api/v1/tickets/", headers=bearer("tnt_dead")).status_code == 401


def test_a_token_opens_no_page(agent1: User, client: Client) -> None:
    headers = bearer(ApiToken.objects.issue(agent1, "x", ["read", "write"]))
    assert client.get("/desk/", headers=headers).status_code == 302


def test_a_session_needs_the_form_token_over_rest_too(agent1: User, opened: Callable[..., Ticket]) -> None:
    ticket = opened()
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent1)
    answer = client.post(f"/api/v1/tickets/{ticket.key}/reply/", {"body": "x"}, content_type="application/json")
    assert answer.status_code == 403
    assert not Message.objects.exists()
