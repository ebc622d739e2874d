"""Who is meant by "the lead", "the team", "on call" on a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts.models import Membership, User
from tickets.models import Ticket


def people(ticket: Ticket, who: Iterable[str]) -> list[User]:
    """The people meant, once each. On call is the team's lead as long as no roster says otherwise."""
    found: dict[int, User] = {}
    for name in who:
        for person in _people(ticket, name):
            found.setdefault(person.pk, person)
    return list(found.values())


def leads(ticket: Ticket) -> Iterator[User]:
    """Who leads the team that has the ticket."""
    yield from members(ticket, role=Membership.Role.LEAD)


def on_call(ticket: Ticket, at: datetime) -> Iterator[User]:
    """Who answers for the ticket's team at that moment, by the roster; the leads where it names nobody."""
    yield from leads(ticket)


def _people(ticket: Ticket, name: str) -> Iterator[User]:
    if name == "owner":
        yield from [ticket.assignee] if ticket.assignee else members(ticket)
    elif name == "team":
        yield from members(ticket)
    elif name in ("lead", "on_call"):
        yield from leads(ticket)
    elif name == "managers":
        yield from User.objects.filter(is_manager=True, is_active=True)
    elif name == "requester":
        yield ticket.requester
    elif name == "watchers":
        yield from User.objects.filter(watching__ticket=ticket, is_active=True)


def members(ticket: Ticket, **role: str) -> Iterator[User]:
    """Who works for the team that has the ticket; those of one role where asked."""
    membership = {f"memberships__{name}": value for name, value in role.items()}
    yield from User.objects.filter(memberships__team_id=ticket.team_id or 0, is_active=True, **membership)
