"""Invitations to help, kept by listening, and what the pages show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from tickets.choices import ENDED
from tickets.commands.helping import end
from tickets.models import Helper, Ticket, TicketEvent


def on_event(event: TicketEvent) -> None:
    """An ended ticket asks nobody any more, and whoever becomes the owner is no helper."""
    if event.moved("status") and event.changes["status"][1] in ENDED:
        for row in Helper.objects.open().filter(ticket_id=event.ticket_id):
            end(row, why=Helper.Why.ENDED, by=event.actor_id, at=event.at)
    elif event.moved("assignee") and event.changes["assignee"][1]:
        owner = event.changes["assignee"][1]
        for row in Helper.objects.open().filter(ticket_id=event.ticket_id, person_id=owner):
            end(row, why=Helper.Why.OWNS, by=event.actor_id, at=event.at)


@dataclass(frozen=True, slots=True)
class Help:
    """What the panel shows: the rows, how long all of them helped, and this person's own open row."""

    rows: Sequence[Helper]
    minutes: int
    own: Helper | None


def help_on(ticket: Ticket, user: User) -> Help:
    """Who was asked and who helped, oldest first; one query."""
    rows = list(ticket.helpers.select_related("person", "team__tier", "tier", "invited_by"))
    own = [row for row in rows if row.person_id == user.pk]
    return Help(rows, sum(row.minutes for row in rows), own[-1] if own else None)


def asked_of(user: User) -> list[Helper]:
    """Where this person is asked to help or helps, the newest first; each ticket once. Two queries at most."""
    if not user.hats.is_agent:
        return []
    rows = Helper.objects.asking(user).filter(ticket__in=Ticket.objects.visible_to(user))
    found: dict[int, Helper] = {}
    for row in rows.select_related("ticket", "invited_by").order_by("-pk"):
        if row.ticket.assignee_id == user.pk:
            continue
        kept = found.get(row.ticket_id)
        # one's own row says more than that of the team
        if kept is None or (row.person_id == user.pk and kept.person_id is None):
            found[row.ticket_id] = row
    return list(found.values())
