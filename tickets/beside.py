"""What stands beside a ticket at all, asked at once: most have nothing of it, and then nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model, prefetch_related_objects

from accounts.models import User
from tickets.models import Helper, Task, Ticket, TicketLink

QUESTION = """
SELECT EXISTS (SELECT FROM tickets_helper WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM tickets_task WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM tickets_ticketlink WHERE source_id = %(ticket)s OR target_id = %(ticket)s),
    EXISTS (SELECT FROM tickets_attachment WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM tickets_departure WHERE ticket_id = %(ticket)s AND author_id = %(reader)s),
    EXISTS (SELECT FROM tickets_draft WHERE ticket_id = %(ticket)s AND user_id = %(reader)s)
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """Whether the ticket has any of these; departures and drafts are the reader's own."""

    helpers: bool = True
    tasks: bool = True
    links: bool = True
    files: bool = True
    departures: bool = True
    drafts: bool = True


EVERYTHING = Beside()


def beside(ticket: Ticket, reader: User) -> Beside:
    """Ask once, and leave on the ticket what the policies of its verbs would ask again and again: who helps, what is
    to do, what it was merged with. One query, and one for each that is there.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, {"ticket": ticket.pk, "reader": reader.pk})
        there = Beside(*cursor.fetchone())
    related = (("helpers", Helper, there.helpers), ("tasks", Task, there.tasks), ("links", TicketLink, there.links))
    for name, model, is_there in related:
        if is_there:
            prefetch_related_objects([ticket], name)
        else:
            has_none([ticket], name, model)
    return there


def has_none(owners: Iterable[Model], name: str, model: type[Model]) -> None:
    """Have a relation answer at once that there is nothing, where that is known: prefetching nothing costs a query's
    worth of processor time.

    Args:
        name: of the relation; model: of its rows.
    """
    nothing = model._default_manager.none()
    nothing._result_cache = []
    for owner in owners:
        owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = nothing
