"""A reply that could not leave stands beside what its author writes since, until they take it up or throw it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import Invalid
from core.time import database_now
from tickets import commands
from tickets.departures import send_due
from tickets.models import Attachment, Departure, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
FIRST, SECOND = "canary-first", "canary-second"
HTMX = {"hx-request": "true"}


@pytest.fixture
def ticket(opened: Callable[..., Ticket], world: Any) -> Ticket:
    return opened(into=world.desk)


@pytest.fixture
def desk(agent1: Any) -> Client:
    client = Client()
    client.force_login(agent1)
    return client


@pytest.fixture
def came_back(ticket: Ticket, desk: Client, requester: Any) -> int:
    """The first reply could not leave while the second was being written."""
    files = [SimpleUploadedFile("log.txt", b"line")]
    desk.post(f"/desk/t/{ticket.key}/reply/", {"body": FIRST, "dedupe_key": "one", "files": files})
    autosave(desk, ticket, SECOND)
    commands.reply(ticket, actor=requester, body="one more thing")
    departure = Departure.objects.get()
    Departure.objects.update(leaves_at=database_now() - timedelta(seconds=1))
    send_due(5)
    assert not Departure.objects.exists() and not Message.objects.filter(body=FIRST).exists()
    return departure.pk


def autosave(desk: Client, ticket: Ticket, body: str) -> None:
    desk.post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": body})


def shown(desk: Client, ticket: Ticket) -> bool:
    return FIRST in desk.get(f"/desk/t/{ticket.key}/").content.decode()


def test_what_is_typed_on_never_overwrites_it(ticket, desk, came_back):
    for typed in (f"{SECOND} goes on", "", "begun anew"):
        autosave(desk, ticket, typed)
        assert shown(desk, ticket)
    assert Draft.objects.get().body == "begun anew"


def test_sending_the_next_reply_leaves_it_there(ticket, desk, came_back):
    ticket.refresh_from_db()
    desk.cookies["send_delay"] = "0"
    sent = {"body": SECOND, "dedupe_key": "two", "version": ticket.version}
    assert desk.post(f"/desk/t/{ticket.key}/reply/", sent).status_code == 302
    assert shown(desk, ticket) and Draft.objects.get().body == ""
    again = {"body": f"{FIRST} and more", "dedupe_key": "three"}
    assert desk.post(f"/desk/t/{ticket.key}/reply/", again).status_code == 302
    assert not Draft.objects.exists()


def test_the_open_page_is_told_with_its_next_redraw(ticket, desk, came_back, lead):
    html = desk.get(f"/desk/t/{ticket.key}/changes/?since=0").content.decode()
    assert 'id="came-back" hx-swap-oob="morph"' in html and FIRST in html and "With 1 file" in html
    desk.force_login(lead)
    assert not shown(desk, ticket)


def test_put_back_it_stands_before_what_was_begun_since_with_its_files(ticket, desk, came_back):
    url = f"/desk/t/{ticket.key}/came-back/{came_back}/put/"
    answer = desk.post(url, {"body": f"{SECOND} goes on"}, headers=HTMX).content.decode()
    assert f"<pre>{FIRST}</pre>" in answer and "log.txt" in answer
    draft = Draft.objects.get()
    assert draft.body == f"{FIRST}\n\n{SECOND} goes on" and not draft.came_back
    assert draft.data["attachments"] == [Attachment.objects.get().pk]
    assert desk.post(url).status_code == 422
    assert Draft.objects.get().body == draft.body


def test_thrown_away_it_leaves_what_was_begun_since(ticket, desk, came_back, lead):
    url = f"/desk/t/{ticket.key}/came-back/{came_back}/drop/"
    with pytest.raises(Invalid):
        commands.throw_away_reply(came_back, ticket, actor=lead)
    assert FIRST not in desk.post(url, follow=True).content.decode()
    assert Draft.objects.get().body == SECOND


def test_without_scripts_the_page_comes_back_with_both_texts(ticket, desk, came_back):
    page = desk.post(f"/desk/t/{ticket.key}/came-back/{came_back}/put/", {"body": SECOND}, follow=True)
    assert f">{FIRST}\n\n{SECOND}</textarea>" in page.content.decode()
