"""Several hands on one major incident: one winner, nothing twice, nobody waits in a ring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from core.errors import Conflict, DomainError
from core.time import database_now
from escalation import commands
from escalation.major_sweep import propose_due, remind_due
from escalation.models import MajorIncident, MajorTicket, MajorUpdate
from notifications.models import OutboxMessage
from tests.escalation.major import EN, ID, declaration
from tests.security.test_races import at_once
from tickets.commands import reply
from tickets.models import Ticket, TicketEvent

Opener = Callable[..., Ticket]
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]
HANDS = 6


@pytest.fixture
def proposed(opened: Opener, world: SimpleNamespace, agent1: User) -> MajorIncident:
    return commands.propose(opened(into=world.desk), actor=agent1, reason="Many calls")


@pytest.fixture
def declared(proposed: MajorIncident, world: SimpleNamespace, manager: User) -> MajorIncident:
    return commands.promote(proposed, actor=manager, declaration=declaration(world))


def mine(incident: MajorIncident) -> MajorIncident:
    return MajorIncident.objects.get(pk=incident.pk)


def test_two_managers_declare_at_once_and_one_wins(
    proposed: MajorIncident, world: SimpleNamespace, manager: User, admin: User
) -> None:
    people = [manager, admin]
    answers = at_once(2, lambda n: commands.promote(mine(proposed), actor=people[n], declaration=declaration(world)).pk)
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(lost) == 1 and isinstance(lost[0], Conflict) and "already declared" in lost[0].message, answers
    assert TicketEvent.objects.filter(verb="promote").count() == 1


def test_two_candidates_of_one_service_become_one_active(
    proposed: MajorIncident, opened: Opener, world: SimpleNamespace, agent1: User, manager: User
) -> None:
    other = commands.propose(opened(category=None, into=world.desk), actor=agent1, reason="x")
    both = [proposed, other]
    answers = at_once(2, lambda n: commands.promote(mine(both[n]), actor=manager, declaration=declaration(world)).pk)
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1, answers
    assert MajorIncident.objects.active().count() == 1


def test_many_hands_attach_the_same_ticket_once(
    declared: MajorIncident, opened: Opener, world: SimpleNamespace, agent1: User
) -> None:
    tickets = [opened(into=world.desk) for _n in range(4)]

    def work(n: int) -> Any:
        order = tickets if n % 2 else tickets[::-1]
        return commands.attach(mine(declared), actor=agent1, tickets=[Ticket.objects.get(pk=t.pk) for t in order])

    at_once(HANDS, work)
    assert MajorTicket.objects.filter(is_open=True, is_lead=False).count() == 4
    assert TicketEvent.objects.filter(verb="attach").count() == 4


def test_ten_clicks_send_one_update(declared: MajorIncident, manager: User) -> None:
    answers = at_once(
        HANDS,
        lambda _n: commands.send_update(mine(declared), actor=manager, text=EN, text_id=ID, dedupe_key="same").pk,
    )
    assert len(set(answers)) == 1, answers
    assert MajorUpdate.objects.count() == 1
    assert OutboxMessage.objects.filter(template="major_update").count() == 1


def test_updates_attaching_and_answers_beside_each_other_wait_for_nobody_in_a_ring(
    declared: MajorIncident, opened: Opener, world: SimpleNamespace, agent1: User, manager: User, requester: User
) -> None:
    tickets = [opened(into=world.desk) for _n in range(3)]
    commands.attach(declared, actor=agent1, tickets=tickets[:2])

    def work(n: int) -> Any:
        if n == 0:
            return commands.send_update(mine(declared), actor=manager, text=EN, text_id=ID)
        if n == 1:
            return commands.attach(mine(declared), actor=agent1, tickets=[Ticket.objects.get(pk=tickets[2].pk)])
        if n == 2:
            return commands.detach(mine(declared), actor=agent1, ticket=Ticket.objects.get(pk=tickets[0].pk))
        return reply(Ticket.objects.get(pk=tickets[n % 2].pk), actor=requester, body="still broken")

    answers = at_once(HANDS, work)
    assert not any(isinstance(answer, Exception) for answer in answers), answers


def test_standing_down_happens_once(declared: MajorIncident, manager: User, admin: User) -> None:
    people = [manager, admin]
    answers = at_once(2, lambda n: commands.stand_down(mine(declared), actor=people[n], text=EN, text_id=ID))
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1, answers
    assert MajorUpdate.objects.filter(is_final=True).count() == 1


def test_four_sweeps_propose_and_remind_once(
    opened: Opener, world: SimpleNamespace, manager: User, settings: Any
) -> None:
    settings.MAJOR_TICKETS = 2
    for _n in range(3):
        opened(into=world.desk, at=database_now())
    answers = at_once(4, lambda _n: propose_due())
    assert sum(answers) == 1, answers
    incident = commands.promote(MajorIncident.objects.get(), actor=manager, declaration=declaration(world))
    due = database_now() - timedelta(minutes=1)
    MajorIncident.objects.filter(pk=incident.pk).update(next_update_at=due, cadence_at=due)
    at_once(4, lambda _n: remind_due())
    assert OutboxMessage.objects.filter(template="major_overdue", channel="in_app").count() == 1
