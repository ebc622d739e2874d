"""Asking as a person does."""

from __future__ import annotations

from accounts.models import User
from tickets.models import Ticket
from tickets.search.candidates import TicketsFound, find_tickets
from tickets.search.language import parse
from tickets.search.meaning import meaning_of


def asked(user: User, text: str) -> TicketsFound:
    user.__dict__.pop("hats", None)  # a new request reads them anew
    question = parse(text)
    return find_tickets(user, question, meaning_of(question, user))


def found(user: User, text: str) -> list[int]:
    return asked(user, text).ids


def numbers(*tickets: Ticket) -> set[int]:
    return {ticket.pk for ticket in tickets}
