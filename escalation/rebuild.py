"""Replaying every ticket's history and holding the stored clocks against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from escalation.clock import Step
from escalation.clocks import KEPT, PINNED, clock_row, deadlines, is_over, pins, pins_of, put
from escalation.history import histories
from escalation.lives import Key, Life, replay
from escalation.models import Clock
from escalation.models.clocks import STATE_FIELDS
from escalation.terms import Pins, promises_of
from tickets.commands import set_facts_of_many
from tickets.models import Ticket

BATCH = 500
QUEUE = ("next_at", "next_step")
FACTS = ("response_due_at", "resolution_due_at", "next_due_at", "breached_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a stored clock (or a fact on the ticket) is not what the history says."""

    ticket_id: int
    what: str
    stored: Any
    told: Any

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}: {self.what} is {self.stored}, its history says {self.told}"


def check(ticket_ids: Iterable[int]) -> Iterator[list[Difference]]:
    """Compare, batch by batch, changing nothing; each batch sees one moment of the database.

    Yields:
        The differences of one batch of tickets, often none.
    """
    for ids in batched_ids(ticket_ids):
        with transaction.atomic():
            if not connection.savepoint_ids:  # inside a larger transaction its moment is the one
                _one_moment()
            yield [difference for ticket in _read(ids) for difference in _differences(ticket)]


def rebuild(ticket_ids: Iterable[int]) -> Iterator[list[Difference]]:
    """Write what the histories say over what is stored; yields what differed, batch by batch."""
    for ids in batched_ids(ticket_ids):
        with transaction.atomic():
            list(Ticket.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
            found = []
            for told in _read(ids):
                differences = list(_differences(told))
                if differences:
                    _mend(told)
                found += differences
            yield found


def batched_ids(ticket_ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """The numbers in batches of one transaction each."""
    numbers = list(ticket_ids)
    for start in range(0, len(numbers), BATCH):
        yield tuple(numbers[start : start + BATCH])


@dataclass(slots=True)
class Told:
    """One ticket as stored, and as its history tells it."""

    ticket: Ticket
    clocks: list[Clock]
    history: list[Step]
    wanted: Pins | None
    expected: dict[Key, Life]

    def as_told(self) -> list[Clock]:
        """Fresh rows that say what the history says, none saved; what has fired is taken from the stored ones."""
        stored = {(clock.metric, clock.life): clock for clock in self.clocks}
        rows = []
        for key, life in self.expected.items():
            kept = stored.get(key)
            by = pins(kept) if kept is not None and is_over(kept) else self.wanted
            assert by is not None
            row = clock_row(self.ticket.pk, by, life, self.history)
            if kept is not None:
                row.pk, row.fired = kept.pk, kept.fired if kept.cycle == life.state.cycle else []
                put(row, life.state)
            rows.append(row)
        return rows


def _read(ids: Sequence[int]) -> Iterator[Told]:
    rows: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(ticket_id__in=ids):
        rows[clock.ticket_id].append(clock)
    tickets = Ticket.objects.only("pk", "status", *FACTS).in_bulk(ids)
    for ticket_id, history in histories(ids):
        clocks = rows[ticket_id]
        wanted = pins_of(clocks)
        yield Told(tickets[ticket_id], clocks, history, wanted, expected(clocks, history, wanted))


def expected(clocks: Iterable[Clock], history: Sequence[Step], wanted: Pins | None) -> dict[Key, Life]:
    """The clocks a ticket should have: those of its present terms, and the finished ones by their own."""
    lives = dict(replay(promises_of(wanted), history)) if wanted else {}
    for clock in clocks:
        if is_over(clock) and pins(clock) != wanted:
            own = replay(promises_of(pins(clock)), history).get((clock.metric, clock.life))
            if own is not None:
                lives[clock.metric, clock.life] = own
    return lives


def _differences(told: Told) -> Iterator[Difference]:
    number = told.ticket.pk
    stored = {(clock.metric, clock.life): clock for clock in told.clocks}
    rows = told.as_told()
    for clock in rows:
        key = (clock.metric, clock.life)
        kept = stored.pop(key, None)
        if kept is None:
            yield Difference(number, f"clock {key}", "missing", clock.state)
            continue
        for name in (*STATE_FIELDS, "state", *QUEUE, "agreed"):
            if getattr(kept, name) != getattr(clock, name):
                yield Difference(number, f"{name} of clock {key}", getattr(kept, name), getattr(clock, name))
    for key, clock in stored.items():
        yield Difference(number, f"clock {key}", clock.state, "nothing")
    for name, value in deadlines(rows).items():
        if getattr(told.ticket, name) != value:
            yield Difference(number, name, getattr(told.ticket, name), value)


def _mend(told: Told) -> None:
    rows = told.as_told()
    Clock.objects.filter(ticket=told.ticket).exclude(pk__in=[row.pk for row in rows if row.pk]).delete()
    Clock.objects.bulk_create(row for row in rows if row.pk is None)
    save_many([row for row in rows if row.pk])
    set_facts_of_many({told.ticket.pk: deadlines(rows)})


def save_many(clocks: Sequence[Clock]) -> None:
    """Write existing rows in one statement."""
    Clock.objects.bulk_create(
        clocks, update_conflicts=True, unique_fields=["id"], update_fields=[*KEPT, *PINNED, "agreed"], batch_size=2_000
    )


def _one_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
