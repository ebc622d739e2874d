"""What helps with writing: preview, saved replies, mentions; none of it sends anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import OutboxMessage
from tests.cast import person
from tickets import commands
from tickets.markup import to_html
from tickets.mentions import tickets_like
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
    html = browser(agent1).post(f"/desk/t/{ticket.key}/draft/preview/", form, headers=HTMX).content.decode()
    assert "<strong>bold</strong>" in html and "<script>" not in html and 'href="javascript' not in html
    assert not Draft.objects.exists()
    assert browser(requester).post(f"/desk/t/{ticket.key}/draft/preview/", form, headers=HTMX).status_code == 404


def test_without_scripts_the_page_comes_back_with_text_and_preview(ticket, agent1):
    desk = browser(agent1)
    page = desk.post(f"/desk/t/{ticket.key}/draft/preview/", {"mode": "note", "body": "*slanted*"}, follow=True)
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


def note(client: Client, ticket: Ticket, body: str) -> None:
    client.post(f"/desk/t/{ticket.key}/note/", {"body": body})


def told() -> list[tuple[str, str]]:
    found = OutboxMessage.objects.filter(template="mentioned").values_list("recipient__name", "channel")
    return sorted(found)


def test_a_mention_in_a_note_tells_only_colleagues_who_see_the_ticket(
    ticket, agent1, agent2, lead, requester, other_team_agent, world
):
    Ticket.objects.filter(pk=ticket.pk).update(team=world.hr)
    note(browser(other_team_agent), ticket, "@bayu @hana @rina @nobody mail a@bayu.example")
    assert told() == []
    Ticket.objects.filter(pk=ticket.pk).update(team=world.desk)
    note(browser(agent1), ticket, "Can you look, @bayu. And @LARAS, @arif, @rina?")
    assert told() == [("Bayu", "email"), ("Bayu", "in_app"), ("Laras", "email"), ("Laras", "in_app")]
    assert "mentioned you" in browser(agent2).get("/desk/updates/").content.decode()


@pytest.mark.parametrize("typed", ["²", "٣", "INC-²", "9" * 40, "#"])
def test_odd_digits_find_no_ticket_to_mention(agent1, typed):
    assert tickets_like(typed, asker=agent1) == []


def test_a_reply_mentions_nobody(ticket, agent1, agent2):
    desk = browser(agent1)
    desk.cookies["send_delay"] = "0"
    desk.post(f"/desk/t/{ticket.key}/reply/", {"body": "ask @bayu"})
    assert Message.objects.exists() and told() == []


def test_only_those_who_see_the_ticket_are_offered(ticket, agent1, agent2, requester, world):
    for number in range(12):
        world.desk.memberships.create(user=person(f"budi{number}"))
    url = f"/desk/t/{ticket.key}/mentions/"
    desk = browser(agent1)
    assert desk.get(url, {"kind": "people", "q": "budi"}).content.decode().count("role=") == 8
    assert 'data-mention="@bayu"' in desk.get(url, {"kind": "people", "q": "bay"}).content.decode()
    assert "rina" not in desk.get(url, {"kind": "people", "q": "rin"}).content.decode()
    Ticket.objects.filter(pk=ticket.pk).update(team=world.hr)
    commands.invite(ticket, actor=manager_of(world), person=agent1, asked="help")
    assert "bayu" not in desk.get(url, {"kind": "people", "q": "bay"}).content.decode()


def manager_of(world: Any) -> User:
    return person("wati", is_manager=True)


def test_tickets_are_offered_to_those_who_see_them(ticket, opened, agent1, world):
    hidden = opened(subject="Salary", into=world.hr)
    url, desk = f"/desk/t/{ticket.key}/mentions/", browser(agent1)
    for typed in (str(ticket.pk), str(ticket.pk)[:-1], ticket.key, "vpn"):
        assert ticket.key in desk.get(url, {"kind": "tickets", "q": typed}).content.decode()
    for typed in (str(hidden.pk), "Salary", ""):
        assert hidden.key not in desk.get(url, {"kind": "tickets", "q": typed}).content.decode()
    assert desk.get(url, {"kind": "tickets", "q": "9" * 40}).status_code == 200


def test_a_number_in_a_text_is_a_link_whether_or_not_there_is_such_a_ticket():
    html = to_html("See INC-5 and REQ-7.\n\n`INC-8` [INC-9](https://x.example) XINC-3 INC-4-b INC-12345678901234")
    assert html.count('href="/t/') == 2
    assert '<a href="/t/INC-5/" rel="noopener noreferrer nofollow ugc">INC-5</a>' in html
    assert "<code>INC-8</code>" in html


def test_the_link_leads_each_reader_to_their_own_page_and_others_nowhere(ticket, agent1, requester, colleague):
    assert browser(agent1).get(f"/t/{ticket.key}/").url == f"/desk/t/{ticket.key}/"
    assert browser(requester).get(f"/t/{ticket.key}/").url == f"/my/tickets/{ticket.key}/"
    assert browser(colleague).get(f"/t/{ticket.key}/").status_code == 404
    assert browser(agent1).get("/t/INC-999999/").status_code == 404


@pytest.mark.parametrize("text", [">" * 10_000 + " x", "*_[" * 6_600, "*_[" * 33_000, "INC-1 " * 3_000])
def test_hostile_text_is_shown_in_no_time(text):
    began = time.thread_time()
    to_html(text)
    assert time.thread_time() - began < 2
