"""Entries are drawn once, and anew whenever anything they print is another."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from tests.cast import Opener
from tickets import commands
from tickets import drawn as keeping
from tickets.drawn import drawn
from tickets.timeline import timeline
from tickets.workflow import verbs_for

pytestmark = pytest.mark.django_db


def page(ticket, reader) -> str:
    verbs = verbs_for(reader, ticket)
    entries = timeline(ticket, reader, verbs=verbs)
    return "".join(drawn(entry, ticket, verbs) for entry in entries if not entry.is_mine)


def way_back(client: Client, ticket) -> list[str]:
    return re.findall(r'id="undo-\d+"', client.get(f"/desk/t/{ticket.key}/").content.decode())


def test_a_message_is_drawn_as_its_reader_reads(
    world: SimpleNamespace, opened: Opener, agent1: User, lead: User
) -> None:
    ticket = opened(into=world.desk)
    commands.reply(ticket, actor=agent1, body="**Done**")
    english = page(ticket, lead)
    assert english == page(ticket, lead) and "<strong>Done</strong>" in english and "Sent to" in english
    with translation.override("id"):
        assert "Sent to" not in page(ticket, lead)
    with timezone.override("Asia/Tokyo"):
        assert page(ticket, lead) != english
    assert page(ticket, lead) == english


def test_a_name_that_changed_is_shown(world: SimpleNamespace, opened: Opener, agent1: User, lead: User) -> None:
    ticket = opened(into=world.desk)
    commands.note(ticket, actor=agent1, body="x")
    assert "Arif" in page(ticket, lead)
    User.objects.filter(pk=agent1.pk).update(name="Zulkifli")
    ticket.refresh_from_db()
    assert "Zulkifli" in page(ticket, lead) and "Arif" not in page(ticket, lead)


def test_who_may_split_gets_the_menu_and_others_do_not(world: SimpleNamespace, opened: Opener, agent1: User) -> None:
    ticket = opened(into=world.desk)
    commands.note(ticket, actor=agent1, body="x")
    (entry,) = (entry for entry in timeline(ticket, agent1) if entry.message)
    for verbs in ({"split", "note"}, {"note"}, {"split"}):
        assert ("Split into a new ticket" in drawn(entry, ticket, verbs)) == ("split" in verbs)


def test_what_is_long_is_not_kept_and_what_is_old_goes(
    world: SimpleNamespace, opened: Opener, agent1: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 3)
    keeping._kept.clear()
    ticket = opened(into=world.desk)
    commands.note(ticket, actor=agent1, body="kata " * 3000)
    assert page(ticket, agent1) == page(ticket, agent1)
    assert not keeping._kept
    for n in range(5):
        commands.note(ticket, actor=agent1, body=f"short {n}")
    assert page(ticket, agent1) == page(ticket, agent1)
    assert len(keeping._kept) == 3


def test_a_way_back_is_its_readers_own(
    world: SimpleNamespace, opened: Opener, agent1: User, lead: User, client: Client
) -> None:
    ticket = opened(into=world.desk)
    commands.assign(ticket, actor=agent1, assignee=agent1)
    client.force_login(lead)
    assert not way_back(client, ticket)
    client.force_login(agent1)
    assert way_back(client, ticket)
    client.force_login(lead)
    assert not way_back(client, ticket)
