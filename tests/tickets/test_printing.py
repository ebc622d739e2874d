"""Tickets on paper: everything for staff, public words alone for requesters."""

import pytest
from django.test import Client

from tickets import commands
from tickets.views import printing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(opened, world, agent1, requester):
    ticket = opened(into=world.desk)
    commands.note(ticket, actor=agent1, body="Secret suspicion")
    commands.reply(ticket, actor=agent1, body="We look at it")
    commands.tag(ticket, actor=agent1, add=["inside"])
    commands.log_time(ticket, actor=agent1, minutes=80)
    return ticket


def page(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address)


def test_staff_print_everything(ticket, agent1):
    text = page(agent1, f"/desk/t/{ticket.key}/print/").content.decode()
    for words in ("It does not connect.", "Secret suspicion", "We look at it", "inside", "1 h 20 min"):
        assert words in text


def test_requesters_print_the_public_words(ticket, requester, agent1, colleague):
    text = page(requester, f"/my/tickets/{ticket.key}/print/").content.decode()
    assert "We look at it" in text and "It does not connect." in text
    for words in ("Secret suspicion", "inside", "1 h 20 min"):
        assert words not in text
    assert page(requester, f"/desk/t/{ticket.key}/print/").status_code == 404
    for stranger in (colleague, agent1):
        assert page(stranger, f"/my/tickets/{ticket.key}/print/").status_code == 404


def test_a_long_ticket_is_printed_in_parts(ticket, requester, agent1, monkeypatch):
    monkeypatch.setattr(printing, "PAGE_ENTRIES", 2)
    for number in range(3):
        commands.reply(ticket, actor=requester, body=f"More {number}")
    first = page(requester, f"/my/tickets/{ticket.key}/print/").content.decode()
    second = page(requester, f"/my/tickets/{ticket.key}/print/?page=2").content.decode()
    assert "More 0" in first and "More 1" not in first and "?page=2" in first
    assert "More 1" in second and "More 2" in second and "?page=3" not in second
