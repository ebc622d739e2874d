"""Trying a command whose refusal must not spoil what was done before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tickets.commands._change import unit_of_work


@contextmanager
def attempt() -> Iterator[None]:
    """Inside a unit of work: what the body did is taken back when it raises, in the database and in memory.

    The exception passes on to the caller, who decides what to do about it.
    """
    with unit_of_work() as unit:
        tickets = {pk: dict(ticket.__dict__) for pk, ticket in unit.tickets.items()}
        events, facts = deque(unit.events), {pk: dict(row) for pk, row in unit.facts.items()}
        try:
            with transaction.atomic():
                yield
        except BaseException:
            unit.events.clear()
            unit.events.extend(events)
            unit.facts.clear()
            unit.facts.update(facts)
            for pk in set(unit.tickets) - set(tickets):
                del unit.tickets[pk]
            for pk, state in tickets.items():
                unit.tickets[pk].__dict__.clear()
                unit.tickets[pk].__dict__.update(state)
            raise
