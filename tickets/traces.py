"""What every change leaves on the ticket for conditions to ask: since when, last touched by whom, and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import Team, Tier, User
from catalogue.models import Category
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

# how conditions name what these columns point to
NAMED: dict[str, tuple[Any, str]] = {"team": (Team, "slug"), "tier": (Tier, "level"), "category": (Category, "slug")}
SINCE = {"status": "status_since", "team_id": "team_since", "tier_id": "tier_since"}
REMEMBERED = ("status", "priority", "team_id", "tier_id", "assignee_id", "category_id")


def with_names(tickets: TicketQuerySet) -> TicketQuerySet:
    """Let the query that locks a ticket bring the names along, so that remembering them costs no query.

    Subqueries and no joins: after waiting for the lock PostgreSQL evaluates them anew for the row as it stands then,
    while the other side of a join stays the one it had found before.
    """
    return tickets.annotate(
        **{
            _attribute(name): Subquery(model.objects.filter(pk=OuterRef(f"{name}_id")).values(column)[:1])
            for name, (model, column) in NAMED.items()
        }
    )


def names_of(ticket: Ticket) -> dict[str, Any]:
    """The names that are at hand before a change, by field; a name that would cost a query is left out."""
    found = {}
    for name, (_model, column) in NAMED.items():
        related = ticket._state.fields_cache.get(name)
        if related is not None:
            found[name] = getattr(related, column)
        elif _attribute(name) in ticket.__dict__:
            found[name] = ticket.__dict__[_attribute(name)]
    return found


REQUESTER, STAFF, OTHERS = "requester", "staff", "others"


def begin(ticket: Ticket, at: datetime) -> None:
    """The first traces, before the row is inserted. The report is the requester's word, whoever typed it; how long
    staff have not acted counts from there too.
    """
    for name, column in SINCE.items():
        setattr(ticket, column, at if getattr(ticket, name) is not None else None)
    ticket.requester_acted_at = ticket.staff_acted_at = at


def side_of(actor: User, ticket: Ticket) -> str:
    """For which side somebody acts. An agent acts as staff, except on a ticket of their own; the verb's policy has let
    them in already.
    """
    if actor.pk == ticket.requester_id:
        return REQUESTER
    return STAFF if not actor.is_automation and actor.hats.is_agent else OTHERS


def leave(
    ticket: Ticket, side: str, at: datetime, changes: Mapping[str, list[Any]], names: Mapping[str, Any]
) -> list[str]:
    """Write the traces of a change on the ticket.

    Args:
        side: as `side_of` has it.
        at: when it happened.
        changes: old and new value by tracked column.
        names: from `names_of`, before the change.

    Returns:
        The columns to save.
    """
    written = []
    for name in changes.keys() & SINCE.keys():
        setattr(ticket, SINCE[name], at if changes[name][1] is not None else None)
        written.append(SINCE[name])
    remembered = {
        name.removesuffix("_id"): _named(name.removesuffix("_id"), changes[name][0], names)
        for name in REMEMBERED
        if name in changes
    }
    if remembered:
        ticket.was = {**ticket.was, **remembered}
        written.append("was")
        for name in remembered:
            ticket.__dict__.pop(_attribute(name), None)
    if side == REQUESTER:
        ticket.requester_acted_at = at
        written.append("requester_acted_at")
    elif side == STAFF:
        ticket.staff_acted_at = at
        written.append("staff_acted_at")
    return written


def _named(name: str, value: Any, names: Mapping[str, Any]) -> Any:
    if value is None or name not in NAMED:
        return value
    if name in names:
        return names[name]
    # only where one command changed the field twice and the new value was never loaded
    model, column = NAMED[name]
    return model.objects.values_list(column, flat=True).get(pk=value)


def _attribute(name: str) -> str:
    return f"name_of_{name}"
