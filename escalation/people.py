"""Who is meant by "the lead", "the team", "on call" on a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts import roster
from accounts.models import Membership, User
from tickets.models import Ticket


def people(ticket: Ticket, who: Iterable[str], at: datetime) -> list[User]:
    """The people meant at an instant, once each."""
    found: dict[int, User] = {}
    for name in who:
        for person in _people(ticket, name, at):
            found.setdefault(person.pk, person)
    return list(found.values())


def leads(ticket: Ticket) -> Iterator[User]:
    """Who leads the team that has the ticket."""
    yield from members(ticket, role=Membership.Role.LEAD)


def on_call(ticket: Ticket, at: datetime) -> list[User]:
    """Whom the roster of the ticket's team names at that moment; without one the leads on shift, and without any of
    them all its leads.
    """
    team_id = ticket.team_id or 0
    named = roster.on_call(team_id, at)
    return [named] if named else roster.leads_on_shift(team_id, at) or list(leads(ticket))


def _people(ticket: Ticket, name: str, at: datetime) -> Iterator[User]:
    if name == "owner":
        yield from [ticket.assignee] if ticket.assignee else members(ticket)
    elif name == "team":
        yield from members(ticket)
    elif name == "lead":
        yield from leads(ticket)
    elif name == "on_call":
        yield from on_call(ticket, at)
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
