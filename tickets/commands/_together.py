"""Locks of commands that touch more than one ticket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

from tickets.commands._change import held, unit_of_work
from tickets.linked import merged_into
from tickets.models import Ticket

# links form chains over many tickets, so the tickets' own locks do not keep two hands from closing a ring
LINKS_LOCK = 718_011


@contextmanager
def held_together(*tickets: Ticket) -> Iterator[None]:
    """Lock several tickets, the lowest number first, so that two such commands never wait for each other in a ring."""
    with ExitStack() as stack:
        for ticket in sorted({ticket.pk: ticket for ticket in tickets}.values(), key=lambda ticket: ticket.pk):
            stack.enter_context(held(ticket))
        yield


@contextmanager
def held_with_home(ticket: Ticket) -> Iterator[Ticket]:
    """Lock a ticket that is written on, and where it was merged the one it was merged into: the words may go there.

    Yields:
        The row as it stands now.
    """
    home = merged_into(ticket)
    with held_together(ticket, *([home] if home else [])), held(ticket) as locked:
        yield locked


@contextmanager
def links_alone() -> Iterator[None]:
    """Be the only one who ties tickets into chains until the transaction ends. Taken before any ticket's lock."""
    with unit_of_work():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINKS_LOCK])
        yield
