"""Nothing typed is lost: a session that ended while typing, and a ticket somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import User
from tickets import commands
from tickets.models import Message, Ticket

pytestmark = pytest.mark.slow

WORDS = "Sudah dua jam tidak bisa dipakai"
PASSWORD = "a long enough word"


def sign_in(client: Client, person: User, to: str) -> str:
    """Sign in through the page and follow to where it leads; the page's text."""
    person.set_password(PASSWORD)
    person.save()
    answer = client.post(to, {"login": person.email, "password": PASSWORD}, follow=True)
    assert answer.status_code == 200, answer.redirect_chain
    return answer.content.decode()


def test_a_report_waits_for_its_writer(requester: User, client: Client) -> None:
    typed = {"subject": "VPN mati", "description": WORDS, "submission_key": "k"}
    answer = client.post("/tickets/new/", typed)
    assert answer.headers["Location"] == "/login/?next=/tickets/new/"
    page = sign_in(client, requester, answer.headers["Location"])
    assert WORDS in page and "VPN mati" in page
    assert WORDS not in client.get("/tickets/new/").content.decode()
    assert not Ticket.objects.exists()


def test_an_answer_waits_on_its_ticket(requester: User, opened: Callable[..., Ticket], client: Client) -> None:
    ticket = opened()
    answer = client.post(f"/my/tickets/{ticket.key}/reply/", {"body": WORDS})
    page = sign_in(client, requester, answer.headers["Location"])
    assert f">{WORDS}</textarea>" in page
    assert not Message.objects.exists()


def test_a_reopening_waits_on_its_ticket(
    world: SimpleNamespace, requester: User, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    commands.resolve(ticket, actor=agent1, resolution="done")
    answer = client.post(f"/my/tickets/{ticket.key}/reopening/", {"reason": WORDS})
    assert WORDS in sign_in(client, requester, answer.headers["Location"])


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_a_note_never_comes_back_as_a_reply(
    mode: str, world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket, other = opened(into=world.desk), opened(by=agent1, into=world.desk)
    answer = client.post(f"/desk/t/{ticket.key}/{mode}/", {"body": WORDS, "mode": mode})
    client.force_login(agent1)
    for page in (f"/my/tickets/{other.key}/", f"/desk/t/{other.key}/", f"/my/tickets/{ticket.key}/", "/tickets/new/"):
        assert WORDS not in client.get(page).content.decode()
    client.logout()
    answer = client.post(f"/desk/t/{ticket.key}/{mode}/", {"body": WORDS, "mode": mode})
    page = sign_in(client, agent1, answer.headers["Location"])
    where = page.index(WORDS)
    assert f'id="composer-{mode}"' in page[where - 800 : where]
    assert page.count(WORDS) == 1


@pytest.mark.parametrize(
    ("tail", "field"),
    [("resolution/", "resolution"), ("reopening/", "reason"), ("escalate/", "asked"), ("hand-back/", "missing")],
)
def test_a_dialog_waits_too(
    tail: str, field: str, world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    if tail == "reopening/":
        commands.resolve(ticket, actor=agent1, resolution="done")
    answer = client.post(f"/desk/t/{ticket.key}/{tail}", {field: WORDS})
    assert WORDS in sign_in(client, agent1, answer.headers["Location"])


def test_passwords_and_whole_books_are_not_kept(client: Client, db: None) -> None:
    client.post("/tickets/new/", {"password": PASSWORD, "csrfmiddlewaretoken": "x"})
    assert "typed" not in client.session
    client.post("/tickets/new/", {"description": "x" * 160_000})
    assert "typed" not in client.session


def test_without_the_token_nothing_is_kept(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/tickets/new/", {"description": WORDS}).status_code == 403
    assert "typed" not in client.session


# --- stale forms --------------------------------------------------------------------------------------------------

STALE = {
    "reply/": {"body": WORDS},
    "property/": {"priority": "1"},
    "escalate/": {"team": "network", "reason": "skill", "symptom": WORDS, "asked": WORDS},
    "resolution/": {"resolution": WORDS},
}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("tail", STALE)
def test_a_stale_form_says_who_was_faster_and_keeps_the_text(
    tail: str,
    htmx: bool,
    world: SimpleNamespace,
    agent1: User,
    lead: User,
    opened: Callable[..., Ticket],
    client: Client,
) -> None:
    ticket = opened(into=world.desk)
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=2, reason="many people")
    client.force_login(agent1)
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(f"/desk/t/{ticket.key}/{tail}", {**STALE[tail], "version": seen}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Laras" in page
    if WORDS in STALE[tail].values() and not (htmx and tail == "reply/"):
        # the composer, where htmx sent it from, still stands on the page with its text
        assert WORDS in page
    if tail == "reply/":
        assert ticket.drafts.get(user=agent1, mode="reply").body == WORDS
    ticket.refresh_from_db()
    assert (ticket.status, ticket.team, ticket.priority, ticket.assignee) == ("new", world.desk, 2, None)
    assert not Message.objects.exists()


@pytest.mark.parametrize("tail", ["resolution/", "escalate/"])
def test_a_second_try_with_open_eyes_goes_through(
    tail: str, world: SimpleNamespace, agent1: User, lead: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=2, reason="many people")
    client.force_login(agent1)
    page = client.post(f"/desk/t/{ticket.key}/{tail}", {**STALE[tail], "version": seen}).content.decode()
    assert f'name="version" value="{ticket.version}"' in page
    answer = client.post(f"/desk/t/{ticket.key}/{tail}", {**STALE[tail], "version": ticket.version})
    assert answer.status_code == 302
