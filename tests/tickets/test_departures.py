"""A reply from the desk waits before it leaves: once, whoever dies, and never unseen by its author."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import User
from core.errors import Conflict, Invalid
from core.time import database_now
from notifications.models import OutboxMessage
from tickets import commands
from tickets import departures as sweep
from tickets.models import Attachment, Departure, Draft, Message, Ticket
from tickets.tasks import send_replies

pytestmark = pytest.mark.django_db
WORDS = "canary-words"


@pytest.fixture
def ticket(opened: Callable[..., Ticket], world: Any) -> Ticket:
    return opened(into=world.desk)


def browser(user: User, delay: str | None = None) -> Client:
    client = Client()
    client.force_login(user)
    if delay is not None:
        client.cookies["send_delay"] = delay
    return client


def send(client: Client, ticket: Ticket, **more: Any) -> Any:
    form = {"body": WORDS, "dedupe_key": "one", "version": ticket.version, **more}
    return client.post(f"/desk/t/{ticket.key}/reply/", form)


def time_passes() -> None:
    Departure.objects.update(leaves_at=database_now() - timedelta(seconds=1))


def test_a_reply_waits_and_leaves_once(ticket, agent1, requester):
    desk = browser(agent1)
    for _click in range(2):
        assert send(desk, ticket, then="requester").status_code == 302
    wait = Departure.objects.get().leaves_at - database_now()
    assert timedelta(seconds=8) < wait < timedelta(seconds=10)
    send_replies()
    assert not Message.objects.exists() and not ticket.events.filter(verb="reply").exists()
    assert not Draft.objects.exists()
    time_passes()
    send_replies()
    send_replies()
    assert Message.objects.get().body == WORDS and not Departure.objects.exists()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.pending_reason) == ("pending", "requester")
    assert OutboxMessage.objects.filter(template="ticket_replied").count() == 1
    send(desk, ticket)
    assert not Departure.objects.exists()


def test_what_has_not_left_is_its_authors_alone(ticket, agent1, lead, requester):
    send(browser(agent1), ticket)
    assert WORDS in browser(agent1).get(f"/desk/t/{ticket.key}/").content.decode()
    assert WORDS not in browser(lead).get(f"/desk/t/{ticket.key}/").content.decode()
    assert WORDS not in browser(requester).get(f"/my/tickets/{ticket.key}/").content.decode()
    ticket.refresh_from_db()
    assert ticket.first_replied_at is None and not OutboxMessage.objects.filter(template="ticket_replied").exists()


def test_taken_back_it_is_a_draft_with_its_files_again(ticket, agent1, lead):
    desk = browser(agent1)
    send(desk, ticket, files=[SimpleUploadedFile("log.txt", b"line")])
    pk = Departure.objects.get().pk
    undo = f"/desk/t/{ticket.key}/departures/{pk}/undo/"
    assert browser(lead).post(undo).status_code == 422 and Departure.objects.exists()
    page = desk.post(undo, follow=True).content.decode()
    assert WORDS in page and f'name="attachments" value="{Attachment.objects.get().pk}"' in page
    time_passes()
    send_replies()
    assert not Message.objects.exists() and Draft.objects.get().body == WORDS
    assert desk.post(undo).status_code == 422
    send(desk, ticket, attachments=[Attachment.objects.get().pk], dedupe_key="two")
    time_passes()
    send_replies()
    assert Message.objects.get().attachments.get().name == "log.txt"


def test_in_place_the_answer_brings_the_conversation_and_the_text_back(ticket, agent1):
    desk = browser(agent1)
    answer = desk.post(
        f"/desk/t/{ticket.key}/reply/", {"body": WORDS, "dedupe_key": "one"}, headers={"hx-request": "true"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200 and "HX-Redirect" not in answer
    assert 'id="timeline"' in text and "Reply goes to" in text and "ticket-actions" in text
    undo = f"/desk/t/{ticket.key}/departures/{Departure.objects.get().pk}/undo/"
    back = desk.post(undo, headers={"hx-request": "true"})
    assert f"<pre>{WORDS}</pre>" in back.content.decode() and "undone" in back["HX-Trigger"]


def test_what_was_begun_meanwhile_stands_after_the_reply_taken_back(ticket, agent1):
    desk = browser(agent1)
    send(desk, ticket)
    desk.post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": WORDS})
    assert not Draft.objects.exists()
    desk.post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": "and more"})
    commands.take_back_reply(Departure.objects.get().pk, ticket, actor=agent1)
    assert Draft.objects.get().body == f"{WORDS}\n\nand more"


@pytest.mark.parametrize("landed", ["closed", "answered", "left", "rights"])
def test_what_can_no_longer_be_sent_is_a_draft_again_and_its_author_is_told(landed, ticket, agent1, requester, world):
    send(browser(agent1), ticket)
    if landed == "closed":
        commands.cancel(ticket, actor=requester, reason="solved itself")
    elif landed == "answered":
        commands.reply(ticket, actor=requester, body="canary-answer")
    elif landed == "left":
        User.objects.filter(pk=agent1.pk).update(is_active=False)
    else:
        Ticket.objects.filter(pk=ticket.pk).update(team=world.hr)
    time_passes()
    send_replies()
    assert not Message.objects.filter(body=WORDS).exists() and not Departure.objects.exists()
    [back] = Draft.objects.get().came_back
    assert back["body"] == WORDS and back["why"]
    told = OutboxMessage.objects.filter(template="reply_not_sent", recipient=agent1).count()
    assert told == (0 if landed == "left" else 1)
    if landed == "answered":
        page = browser(agent1).get(f"/desk/t/{ticket.key}/?write=reply").content.decode()
        assert "This reply was not sent.</strong> Another message landed before yours left." in page and WORDS in page
        assert "Your reply was not sent" in browser(agent1).get("/desk/updates/").content.decode()


def test_a_fault_gives_one_reply_back_and_the_next_still_leaves(ticket, agent1, lead, monkeypatch):
    send(browser(agent1), ticket)
    send(browser(lead), ticket, body="fine")
    real = sweep.send

    def faulty(departure: Departure, on: Ticket) -> Message:
        if departure.author == agent1:
            raise RuntimeError("broken")
        return real(departure, on)

    monkeypatch.setattr(sweep, "send", faulty)
    time_passes()
    send_replies()
    assert Message.objects.get().body == "fine" and Draft.objects.get().came_back[0]["body"] == WORDS


def test_a_refused_reply_never_gets_under_way(ticket, agent1, requester, agent2):
    seen = ticket.version
    commands.reply(ticket, actor=requester, body="one more thing")
    desk = browser(agent1)
    assert send(desk, ticket, version=seen).status_code == 409
    assert Draft.objects.get().body == WORDS and not Departure.objects.exists()
    assert send(desk, ticket).status_code == 302
    with pytest.raises(Invalid):
        commands.send_later(ticket, actor=agent1, body=" ", seconds=5, dedupe_key="empty")
    with pytest.raises(Conflict):
        commands.send_later(ticket, actor=agent1, body="x", seconds=5, dedupe_key="stale", version=seen)


@pytest.mark.parametrize(("delay", "under_way"), [("0", 0), ("60", 1), ("9999", 1), ("-1", 1), ("x", 1)])
def test_the_delay_is_the_writers_choice_up_to_a_minute(delay, under_way, ticket, agent1):
    send(browser(agent1, delay), ticket)
    assert (Departure.objects.count(), Message.objects.count()) == (under_way, 1 - under_way)
    if under_way:
        assert Departure.objects.get().leaves_at <= database_now() + timedelta(seconds=60)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_dead_worker_loses_nothing_and_two_workers_send_once(ticket, agent1, monkeypatch):
    send(browser(agent1), ticket)
    time_passes()
    real = sweep.send

    def killed(departure: Departure, on: Ticket) -> Message:
        real(departure, on)
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        send_replies()
    assert Departure.objects.exists() and not Message.objects.exists()
    monkeypatch.setattr(sweep, "send", real)

    def work() -> None:
        try:
            send_replies()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert Message.objects.count() == 1 and not Departure.objects.exists()


def test_the_first_reply_to_an_outside_address_asks_once(ticket, agent1, requester):
    User.objects.filter(pk=requester.pk).update(email="rina@partner.example")
    desk = browser(agent1, "0")
    assert 'name="outside"' in desk.get(f"/desk/t/{ticket.key}/").content.decode()
    refused = send(desk, ticket)
    assert refused.status_code == 422 and "rina@partner.example" in refused.content.decode()
    assert not Message.objects.exists() and Draft.objects.get().body == WORDS
    assert send(desk, ticket, outside="1").status_code == 302
    assert 'name="outside"' not in desk.get(f"/desk/t/{ticket.key}/").content.decode()
    ticket.refresh_from_db()
    assert send(desk, ticket, dedupe_key="two").status_code == 302
    assert Message.objects.count() == 2
