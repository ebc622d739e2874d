"""What helps with writing: preview, saved replies, mentions; none of it sends anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tickets.models import Draft, Message, ReplyTemplate, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def ticket(opened: Callable[..., Ticket], world: Any) -> Ticket:
    return opened(into=world.desk)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def template(db: None) -> ReplyTemplate:
    return ReplyTemplate.objects.create(
        name="VPN reset",
        name_id="Atur ulang VPN",
        body_en="Dear {requester}, {ticket} {vip}",
        body_id="Halo {requester}",
    )


def test_a_preview_reads_as_the_message_will(ticket, agent1, requester):
    form = {"mode": "reply", "body": "**bold** <script>owned()</script> [x](javascript:owned())"}
    html = browser(agent1).post(f"/desk/t/{ticket.key}/preview/", form, headers=HTMX).content.decode()
    assert "<strong>bold</strong>" in html and "<script>" not in html and 'href="javascript' not in html
    assert not Draft.objects.exists()
    assert browser(requester).post(f"/desk/t/{ticket.key}/preview/", form, headers=HTMX).status_code == 404


def test_without_scripts_the_page_comes_back_with_text_and_preview(ticket, agent1):
    desk = browser(agent1)
    page = desk.post(f"/desk/t/{ticket.key}/preview/", {"mode": "note", "body": "*slanted*"}, follow=True)
    text = page.content.decode()
    assert "<em>slanted</em>" in text and ">*slanted*</textarea>" in text and not Message.objects.exists()


def test_saved_replies_are_filled_for_the_ticket_and_name_what_is_not(ticket, agent1, requester, template):
    ReplyTemplate.objects.create(name="Old", body_en="switched off", is_active=False)
    form = {"mode": "reply", "body": "half a sen"}
    desk = browser(agent1)
    html = desk.post(f"/desk/t/{ticket.key}/saved-replies/", form, headers=HTMX).content.decode()
    assert "Not filled in: {vip}" in html or "Halo Rina" in html
    assert "Rina" in html and "switched off" not in html
    assert Draft.objects.get().body == "half a sen"
    chosen = {"mode": "reply", "template": template.pk}
    page = desk.post(f"/desk/t/{ticket.key}/saved-replies/", chosen, follow=True).content.decode()
    assert "half a sen" in page and Draft.objects.get().body.startswith("half a sen\n\n")
    assert not Message.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("id", "Halo Rina"), ("en", "Dear Rina")])
def test_the_language_of_the_ticket_comes_first(language, words, ticket, agent1, template):
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    html = browser(agent1).post(f"/desk/t/{ticket.key}/saved-replies/", {"mode": "note"}, headers=HTMX).content.decode()
    assert words in html


def test_a_saved_reply_out_of_use_cannot_be_chosen(ticket, agent1, template):
    ReplyTemplate.objects.update(is_active=False)
    chosen = {"mode": "reply", "template": template.pk}
    assert browser(agent1).post(f"/desk/t/{ticket.key}/saved-replies/", chosen).status_code == 404
    assert not Draft.objects.exists()
