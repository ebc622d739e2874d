"""Which tickets the demo consists of, and under which numbers: the same plan in every run and every process."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from helpdesk.demo.arrivals import arrivals
from helpdesk.demo.backlog import Open, open_today
from helpdesk.demo.major import Struck, struck
from helpdesk.demo.promises import holidays_of
from helpdesk.demo.requester_today import Hers, hers_today
from helpdesk.demo.roster import Roster
from tickets.models import Ticket

DAYS = 548  # eighteen months
FIRST_SLICE_DAYS = 21
PREFIX = "demo-"
SEQUENCE = "pg_get_serial_sequence('tickets_ticket', 'id')"


class OtherDemo(Exception):
    """The tickets here were planned otherwise: another seed, another length, another release."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ticket of the plan. `special` is a story of today; without one it is an ordinary ticket.

    `number` is None where the planned one is taken; the database then gives the next.
    """

    reference: str
    opened_at: datetime
    number: int | None = None
    special: Open | Hers | Struck | None = None

    def is_for(self, part: int, of: int) -> bool:
        """Whether it falls to process `part` (from 1) of several, whatever the others have told meanwhile."""
        return zlib.crc32(self.reference.encode()) % of == part - 1


@dataclass(frozen=True, slots=True)
class Known:
    """What a demo ticket in the database is known by."""

    number: int
    opened_at: datetime


def ordinary(now: datetime, seed: int, days: int) -> list[Entry]:
    """The tickets that come and go, oldest first. Asks the database nothing, so no edit of the demo changes them."""
    holidays = {day for day, _name, _estimated in holidays_of(range(now.year - days // 365 - 1, now.year + 1))}
    moments = arrivals(now, days, seed, holidays)
    return [Entry(f"{PREFIX}{position}", moment) for position, moment in enumerate(moments, start=1)]


def today(roster: Roster, now: datetime, seed: int) -> list[Entry]:
    """The tickets that lie open, each with its story."""
    specials: list[Open | Hers | Struck] = [*hers_today(roster, now, seed), *open_today(roster, now, seed)]
    specials += struck(roster, now, seed)
    return [Entry(f"{PREFIX}{special.case.reference}", special.case.opened_at, special=special) for special in specials]


def is_newest(entry: Entry, now: datetime) -> bool:
    """Whether it belongs to the first slice."""
    return entry.opened_at >= now - timedelta(days=FIRST_SLICE_DAYS)


def known_tickets() -> dict[str, Known]:
    """The demo's tickets that are in the database, by reference."""
    rows = Ticket.objects.filter(external_ref__startswith=PREFIX).values_list("external_ref", "pk", "opened_at")
    return {str(reference): Known(number, opened_at) for reference, number, opened_at in rows}


def check_same_plan(entries: Sequence[Entry], known: dict[str, Known]) -> None:
    """Compare an ordinary ticket that is here with its plan.

    Raises:
        OtherDemo: it was opened at another time, or is not in the plan.
    """
    planned = {entry.reference: entry.opened_at for entry in entries}
    ours = {reference: row for reference, row in known.items() if reference.removeprefix(PREFIX).isdigit()}
    if ours:
        newest = max(ours, key=lambda reference: ours[reference].number)
        if planned.get(newest) != ours[newest].opened_at:
            raise OtherDemo


def first_number_of(ordered: Sequence[Entry], known: dict[str, Known]) -> int:
    """The number of the oldest ticket: told by one that is here, else the first of a range reserved now."""
    for index, entry in enumerate(ordered):
        if entry.reference in known:
            return known[entry.reference].number - index
    return _reserve(len(ordered))


def numbered(ordered: Sequence[Entry], first: int) -> list[Entry]:
    """Number the tickets in the order they were opened."""
    span = range(first, first + len(ordered))
    taken = set(Ticket.objects.filter(pk__gte=span.start, pk__lt=span.stop).values_list("pk", flat=True))
    return [
        replace(entry, number=None if number in taken else number) for number, entry in zip(span, ordered, strict=True)
    ]


def _reserve(count: int) -> int:
    """Take `count` ticket numbers out of the sequence; returns the first of them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # nobody may draw a number between the two steps
        cursor.execute("LOCK TABLE tickets_ticket IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"SELECT nextval({SEQUENCE})")
        (first,) = cursor.fetchone()
        cursor.execute(f"SELECT setval({SEQUENCE}, %s)", [first + count - 1])
    return int(first)
