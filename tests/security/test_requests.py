"""Forged requests, foreign redirects, forged hosts and the page's own protection (ASVS 3.4, 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client, override_settings

from accounts.models import User
from tests.security.addresses import API, Address, addresses, pages
from tickets.models import Ticket

pytestmark = pytest.mark.slow

ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "https:/evil.example", "javascript:owned()", "data:text/html,owned", "/\t/evil.example",
    " //evil.example", "\x00//evil.example", "https://testserver@evil.example/", "/desk/\r\nX-Owned: 1", "ftp://x",
)  # fmt: skip
DIRECTIVES = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "frame-ancestors": "'none'",
    "base-uri": "'none'", "form-action": "'self'",
}  # fmt: skip


@pytest.mark.parametrize("address", list(addresses()), ids=str)
def test_every_change_needs_the_token(address: Address, agent1: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent1)
    answer = client.post(address.path())
    refused = {403} if not address.route.startswith(API) else {403, 405}
    assert answer.status_code in refused


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_bulk_action_leads_back_to_us(
    target: str, htmx: bool, agent1: User, client: Client, opened: Callable[..., Ticket]
) -> None:
    client.force_login(agent1)
    sent = {"back": target, "action": "take", "ticket": opened().pk}
    answer = client.post("/desk/bulk/", sent, headers={"HX-Request": "true"} if htmx else {})
    assert answer.headers["HX-Redirect" if htmx else "Location"] in ("/desk/", "/desk/%0D%0AX-Owned:%201")


def test_a_bulk_action_leads_back_to_the_list_it_came_from(
    agent1: User, client: Client, opened: Callable[..., Ticket]
) -> None:
    client.force_login(agent1)
    sent = {"back": "/desk/q/service-desk/?f=mine", "action": "take", "ticket": opened().pk}
    answer = client.post("/desk/bulk/", sent)
    assert answer.headers["Location"] == "/desk/q/service-desk/?f=mine"


@pytest.mark.parametrize("target", ELSEWHERE[:13])
def test_signing_in_leads_to_us(target: str, requester: User, client: Client) -> None:
    requester.set_password("a long enough word")
    requester.save()
    typed = {"login": requester.email, "password": "a long enough word", "next": target}
    answer = client.post("/login/", typed, query_params={"next": target})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("target", ELSEWHERE[:3])
def test_changing_the_language_leads_to_us(target: str, requester: User, client: Client) -> None:
    client.force_login(requester)
    answer = client.post("/language/", {"language": "id", "next": target})
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db
@override_settings(ALLOWED_HOSTS=["desk.example"])
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "desk.example:x@evil.example"}])
def test_a_forged_host_is_refused(headers: dict[str, str], client: Client) -> None:
    assert client.get("/login/", headers=headers).status_code == 400


@override_settings(ALLOWED_HOSTS=["desk.example"])
def test_a_forwarded_host_changes_nothing(requester: User, client: Client) -> None:
    client.force_login(requester)
    answer = client.get("/", headers={"Host": "desk.example", "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content


def test_every_page_forbids_inline_scripts_and_framing(
    world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    client.force_login(agent1)
    for address in [*pages(), Address("no/such/page/", None, ()), Address("login/", None, ())]:
        if address.route == "live/":
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address.path(key=ticket.key))
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
            assert DIRECTIVES.items() <= policy.items(), address
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_refusal_for_lack_of_a_token_is_protected_too(agent1: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent1)
    answer = client.post("/desk/bulk/")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
