"""The requester's pages: translation of forms into commands and back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tickets import commands
from tickets.models import Attachment, Draft, Message, Rating, Ticket

pytestmark = pytest.mark.django_db
FORM = {"subject": "VPN down", "description": "It does not connect.", "category": "vpn-down", "submission_key": "k1"}


@pytest.fixture
def portal(requester) -> Client:
    client = Client()
    client.force_login(requester)
    return client


def test_reporting_leads_to_the_ticket_with_number_and_promise(portal, world, agent1):
    page = portal.post("/tickets/new/", {**FORM, "stops": "many"}, follow=True)
    ticket = Ticket.objects.get()
    text = page.content.decode()
    assert ticket.key in text
    assert "We aim to solve this by about" in text
    assert (ticket.impact, ticket.urgency, ticket.priority) == (2, 1, 2)


def test_an_impatient_double_click_opens_one_ticket(portal, world):
    first, second = (portal.post("/tickets/new/", FORM) for _click in range(2))
    assert first.url == second.url
    assert Ticket.objects.count() == 1


def test_a_refused_form_keeps_everything_typed(portal, world):
    page = portal.post("/tickets/new/", {**FORM, "subject": "", "description": "long story", "stops": "many"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "long story" in text
    assert "Say what is happening" in text
    assert 'value="many" checked' in text


def test_an_unknown_category_is_refused_on_its_field(portal, world):
    page = portal.post("/tickets/new/", {**FORM, "category": "no-such"})
    assert page.status_code == 422
    assert "Choose one of the list." in page.content.decode()


def test_a_category_brings_its_questions(portal, world):
    text = portal.get("/tickets/new/intake/?category=vpn-down").content.decode()
    assert "intake.profile" in text
    portal.post("/tickets/new/", {**FORM, "intake.profile": "HQ"})
    assert Ticket.objects.get().intake == {"profile": "HQ"}


def test_files_come_along(portal, world):
    file = SimpleUploadedFile("log.txt", b"line")
    portal.post("/tickets/new/", {**FORM, "files": [file]})
    assert Attachment.objects.get().ticket == Ticket.objects.get()


def test_what_is_typed_is_kept_as_a_draft(portal, requester, world):
    portal.post("/tickets/new/draft/", {"subject": "half a sen"})
    assert 'value="half a sen"' in portal.get("/tickets/new/").content.decode()
    portal.post("/tickets/new/", FORM)
    assert not Draft.objects.exists()


def test_the_answer_reaches_the_desk(portal, opened, agent1):
    ticket = opened()
    commands.pend(ticket, actor=agent1, reason="requester")
    portal.post(f"/my/tickets/{ticket.key}/reply/", {"body": "HQ profile", "dedupe_key": "a"})
    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.get().body) == ("open", "HQ profile")


def test_confirming_closes_and_rates(portal, opened, agent1):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="Switched the profile")
    assert "Switched the profile" in portal.get(f"/my/tickets/{ticket.key}/").content.decode()
    portal.post(f"/my/tickets/{ticket.key}/confirmation/", {"score": "5", "comment": "quick"})
    ticket.refresh_from_db()
    assert (ticket.status, Rating.objects.get().score) == ("closed", 5)


def test_reopening_says_why(portal, opened, agent1):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done")
    assert portal.post(f"/my/tickets/{ticket.key}/reopening/", {"reason": ""}).status_code == 422
    portal.post(f"/my/tickets/{ticket.key}/reopening/", {"reason": "still down"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopen_count) == ("open", 1)


def test_pages_speak_the_readers_language(portal, requester, world):
    requester.language = "id"
    requester.save()
    assert '<html lang="id"' in portal.get("/").content.decode()


def test_an_older_prefix_still_finds_the_ticket(portal, opened):
    ticket = opened()
    assert portal.get(f"/my/tickets/REQ-{ticket.pk}/").status_code == 200
    assert portal.get(f"/my/tickets/{ticket.pk}/").status_code == 200
    assert portal.get("/my/tickets/INC-99999999999999999999/").status_code == 404
