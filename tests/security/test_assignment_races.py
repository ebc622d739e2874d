"""Many hands on one queue: each ticket goes to one person, the work is spread, nobody waits in a ring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from accounts.models import User
from core.steady import steady
from escalation import commands
from escalation.assignment.strategy import Choice, parse
from escalation.models import AssignmentTurn
from tests.security.test_races import _agents, at_once
from tickets.models import Ticket, TicketEvent

Opener = Callable[..., Ticket]
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]
WORKERS = 12
PATIENCE_SECONDS = 120


def _open(opened: Opener, world: SimpleNamespace, count: int) -> list[int]:
    with steady():
        return [opened(into=world.network).pk for _n in range(count)]


@pytest.mark.parametrize(("picker", "count"), [("round_robin", 240), ("least_effort", 60)])
def test_twelve_workers_give_each_ticket_to_one_person_and_spread_them_within_one(
    picker: str, count: int, world: SimpleNamespace, opened: Opener, automation: User
) -> None:
    """Each ticket is tried by three of them, so that they meet on tickets as well as on the turn."""
    people = _agents(world, 7)
    tickets = _open(opened, world, count)
    strategy = parse({"steps": [{"by": "on_shift"}, {"by": picker}]})

    def work(number: int) -> list[Choice]:
        begin = number * len(tickets) // WORKERS
        own = [*tickets[begin:], *tickets[:begin]][: len(tickets) // 4]
        return [commands.assign_by(Ticket.objects.get(pk=pk), strategy, actor=automation) for pk in own]

    answers = at_once(WORKERS, work, PATIENCE_SECONDS)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    events = Counter(TicketEvent.objects.filter(verb="assign").values_list("ticket_id", flat=True))
    assert events == Counter(tickets), "each once"
    owned = Counter(Ticket.objects.values_list("assignee_id", flat=True))
    assert sorted(owned) == sorted(person.pk for person in people)
    assert max(owned.values()) - min(owned.values()) <= 1
    assert AssignmentTurn.objects.get().count == len(tickets)


def test_twelve_people_who_ask_for_the_next_at_once_get_twelve_tickets(world: SimpleNamespace, opened: Opener) -> None:
    people = _agents(world, WORKERS)
    tickets = _open(opened, world, WORKERS + 3)
    answers = at_once(WORKERS, lambda number: commands.take_next(actor=people[number]))
    taken = [answer.ticket.pk for answer in answers if not isinstance(answer, Exception) and answer]
    assert sorted(taken) == sorted(set(taken)) and len(taken) == WORKERS, answers
    owners = dict(Ticket.objects.filter(pk__in=taken).values_list("pk", "assignee_id"))
    assert owners == {pk: person.pk for pk, person in zip(taken, people, strict=True)}
    assert set(taken) <= set(tickets)


def test_the_last_ticket_goes_to_one_and_the_others_hear_there_is_none(world: SimpleNamespace, opened: Opener) -> None:
    people = _agents(world, 8)
    _open(opened, world, 1)
    answers = at_once(8, lambda number: commands.take_next(actor=people[number]))
    assert len([answer for answer in answers if answer is not None]) == 1, answers
    assert TicketEvent.objects.filter(verb="assign").count() == 1


def test_a_strategy_beside_people_who_take_what_they_see(
    world: SimpleNamespace, opened: Opener, automation: User
) -> None:
    people = _agents(world, 6)
    tickets = _open(opened, world, 30)
    strategy = parse({"steps": []})

    def work(number: int) -> int:
        if number < 6:
            return sum(commands.take_next(actor=people[number]) is not None for _n in range(3))
        found = [commands.assign_by(Ticket.objects.get(pk=pk), strategy, actor=automation) for pk in tickets]
        return sum(choice.by != "owner" for choice in found)

    answers = at_once(8, work, PATIENCE_SECONDS)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert sum(answers) == 30
    assert TicketEvent.objects.filter(verb="assign").count() == 30
    assert not Ticket.objects.filter(assignee=None).exists()
