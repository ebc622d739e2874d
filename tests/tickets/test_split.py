"""A message becomes a ticket of its own: once, for whoever may read its words, and both tickets say so."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import NotAllowed
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Attachment, Ticket, TicketLink
from tickets.tasks import remove_unsent_uploads
from tickets.timeline import timeline
from tickets.uploads import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(opened, world, agent1):
    return opened(into=world.desk)


@pytest.fixture
def answer(ticket, requester):
    """The requester writes of something else, with a file."""
    files = [store(SimpleUploadedFile("error.txt", b"0x80070035"), requester)]
    return commands.reply(
        ticket, actor=requester, body="\nThe printer is broken too\nSince today", attachments=files, dedupe_key="m"
    )


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def split(ticket, message, actor, **more):
    return commands.split(
        ticket, message=message, report=Report(subject="Printer", description="x"), actor=actor, **more
    )


def test_the_words_and_files_of_a_message_go_on_in_a_new_ticket(ticket, answer, agent1, requester):
    fresh = split(ticket, answer, agent1)
    assert (fresh.requester, fresh.opened_by, fresh.description) == (requester, agent1, answer.body)
    copy, original = fresh.attachments.get(), answer.attachments.get()
    assert copy.file.read() == b"0x80070035" and copy.message is None and copy.pk != original.pk
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.message) == (fresh, ticket, answer)
    assert fresh.key in browser(agent1).get(ticket.get_absolute_url()).content.decode()
    assert fresh.key in browser(requester).get(f"/my/tickets/{ticket.key}/").content.decode()
    assert ticket.key in " ".join(str(one.sentence) for one in timeline(fresh, agent1))


def test_files_outlive_the_sweep_of_unsent_uploads(ticket, answer, agent1):
    fresh = split(ticket, answer, agent1)
    Attachment.objects.update(created_at="2020-01-01T00:00Z")
    remove_unsent_uploads()
    assert fresh.attachments.get().file.read() == answer.attachments.get().file.read() != b""


def test_a_note_is_opened_in_the_agent_s_name_and_stays_inside(ticket, agent1, requester):
    note = commands.note(ticket, actor=agent1, body="canary-note")
    fresh = split(ticket, note, agent1)
    assert fresh.requester == agent1
    assert not Ticket.objects.visible_to(requester).filter(pk=fresh.pk).exists()
    assert fresh.key not in browser(requester).get(f"/my/tickets/{ticket.key}/").content.decode()


def test_words_of_staff_are_opened_for_the_requester_and_those_of_a_follower_for_them(
    ticket, agent1, requester, colleague
):
    said = commands.reply(ticket, actor=agent1, body="We also replace your headset")
    assert split(ticket, said, agent1).requester == requester
    commands.watch(ticket, actor=agent1, follower=colleague)
    theirs = commands.reply(ticket, actor=colleague, body="Mine is broken too")
    assert split(ticket, theirs, agent1).requester == colleague


def test_a_restricted_team_keeps_what_is_split_off(opened, world, other_team_agent, requester, agent1):
    secret = opened(into=world.hr)
    words = commands.reply(secret, actor=requester, body="canary-salary")
    fresh = split(secret, words, other_team_agent)
    assert fresh.team == world.hr and not Ticket.objects.visible_to(agent1).filter(pk=fresh.pk).exists()


def test_those_who_do_not_work_on_it_split_nothing(ticket, answer, agent2, requester):
    for whoever in (agent2, requester):
        with pytest.raises(NotAllowed):
            split(ticket, answer, whoever)
    assert Ticket.objects.count() == 1


def test_splitting_twice_clicked_opens_one_ticket(ticket, answer, agent1, world):
    client, url = browser(agent1), f"/desk/t/{ticket.key}/messages/{answer.pk}/split/"
    assert 'value="The printer is broken too"' in client.get(url).content.decode()
    sent = {"subject": "Printer", "category": "vpn-down", "submission_key": "k"}
    places = {client.post(url, sent).url for _click in range(2)}
    fresh = TicketLink.objects.get().source
    assert places == {fresh.get_absolute_url()} and fresh.category == world.category
    assert fresh.attachments.count() == 1 and ticket.events.filter(verb="split").count() == 1


def test_what_was_typed_stays_when_it_is_refused(ticket, answer, agent1):
    url = f"/desk/t/{ticket.key}/messages/{answer.pk}/split/"
    refused = browser(agent1).post(url, {"subject": " ", "category": "vpn-down", "submission_key": "canary-key"})
    assert refused.status_code == 422 and b"canary-key" in refused.content


def test_a_message_of_another_ticket_is_not_reached(ticket, opened, answer, agent1, world):
    other = opened(into=world.desk)
    assert browser(agent1).get(f"/desk/t/{other.key}/messages/{answer.pk}/split/").status_code == 404
