"""Trying a command whose refusal must not spoil what was done before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tickets.commands._change import unit_of_work
from tickets.models import Ticket


@contextmanager
def attempt() -> Iterator[None]:
    """Inside a unit of work: what the body did is taken back when it raises, in the database and in memory.

    The exception passes on to the caller, who decides what to do about it.
    """
    with unit_of_work() as unit:
        tickets = {pk: _state_of(ticket) for pk, ticket in unit.tickets.items()}
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
            for pk, (values, related) in tickets.items():
                ticket = unit.tickets[pk]
                ticket.__dict__.clear()
                ticket.__dict__.update(values)
                # the rows it points to are remembered apart from their numbers
                ticket._state.fields_cache = related
            raise


def _state_of(ticket: Ticket) -> tuple[dict[str, Any], dict[str, Any]]:
    return dict(ticket.__dict__), dict(ticket._state.fields_cache)
