"""S20 Races, on the real database: one winner, nothing twice, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from accounts.models import User
from core.errors import Conflict, DomainError
from core.time import database_now
from escalation import commands as escalation
from escalation.models import Clock, Milestone, Pause
from escalation.pauses import wake_due
from escalation.sweep import fire_due
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tickets import commands
from tickets.commands.conversation import message_key
from tickets.commands.opening import Report
from tickets.models import Message, Ticket, TicketEvent

Opener = Callable[..., Ticket]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
LONG = 20


def at_once(count: int, work: Callable[[int], Any], patience: float = LONG) -> list[Any]:
    """Run `work(0)` … `work(count - 1)` in threads that start together; answers and exceptions in order.

    Args:
        patience: seconds until a thread that has not ended is taken to be waiting for ever.
    """
    gate = threading.Barrier(count)
    answers: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            gate.wait(LONG)
            answers[number] = work(number)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for somebody in a ring"
    return answers


def _agents(world: SimpleNamespace, count: int) -> list[User]:
    agents = [User.objects.create_user(f"a{n}@arunika.example", name=f"A {n}") for n in range(count)]
    for agent in agents:
        agent.memberships.create(team=world.network)
    return agents


def test_twenty_hands_one_owner(world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket]) -> None:
    ticket = opened(into=world.desk)
    packet = escalation.Packet(reason="skill", symptom="a", asked="b")
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet)
    agents = _agents(world, 20)
    answers = at_once(20, lambda n: escalation.accept(Ticket.objects.get(pk=ticket.pk), actor=agents[n]))
    losers = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(losers) == 19
    assert all(isinstance(loser, DomainError) for loser in losers), losers
    assert TicketEvent.objects.filter(ticket=ticket, verb="accept").count() == 1
    ticket.refresh_from_db()
    assert ticket.assignee in agents


def test_twenty_stale_forms_one_change(world: SimpleNamespace, opened: Callable[..., Ticket]) -> None:
    ticket = opened(into=world.network)
    agents = _agents(world, 20)

    def set_priority(n: int) -> None:
        seen = Ticket.objects.get(pk=ticket.pk)
        commands.prioritise(seen, actor=agents[n], priority=1 + n % 2, reason="now", version=1)

    answers = at_once(20, set_priority)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert all(answer is None or isinstance(answer, Conflict) for answer in answers), answers


def test_ten_clicks_one_ticket(world: SimpleNamespace, requester: User) -> None:
    def send(_n: int) -> int:
        report = Report(subject="a", description="b", category=world.category)
        return commands.open(report, actor=requester, requester=requester, submission_key="same").pk

    answers = at_once(10, send)
    assert len(set(answers)) == 1, answers
    assert Ticket.objects.count() == 1
    assert OutboxMessage.objects.filter(template="ticket_opened").count() == 1


def test_ten_clicks_one_reply(opened: Callable[..., Ticket], requester: User) -> None:
    ticket = opened()
    key = message_key(requester, ticket, "reply", "same")

    def send(_n: int) -> int:
        return commands.reply(Ticket.objects.get(pk=ticket.pk), actor=requester, body="x", dedupe_key=key).pk

    answers = at_once(10, send)
    assert len(set(answers)) == 1, answers
    assert Message.objects.count() == 1


def test_numbers_are_unique(world: SimpleNamespace, requester: User) -> None:
    def send(n: int) -> list[int]:
        return [
            commands.open(Report(subject=f"{n} {m}", description="b"), actor=requester, requester=requester).pk
            for m in range(5)
        ]

    numbers = [number for answer in at_once(10, send) for number in answer]
    assert len(set(numbers)) == 50


@pytest.mark.parametrize("ending", ["resolve", "close"])
def test_an_answer_beside_an_ending_is_never_silent(
    ending: str, world: SimpleNamespace, requester: User, agent1: User, opened: Callable[..., Ticket]
) -> None:
    """Whoever comes second: an answer on an ended ticket opens it again, an ending after the answer stands."""
    for _round in range(6):
        ticket = opened(into=world.desk)
        if ending == "close":
            commands.resolve(ticket, actor=agent1, resolution="done")

        def work(n: int, ticket: Ticket = ticket) -> Any:
            mine = Ticket.objects.get(pk=ticket.pk)
            if n:
                return commands.reply(mine, actor=requester, body="still broken")
            return getattr(commands, ending)(mine, actor=agent1, **({"resolution": "x"} if ending == "resolve" else {}))

        ended, said = at_once(2, work)
        assert isinstance(said, Message), said
        verbs = list(TicketEvent.objects.filter(ticket=ticket).values_list("verb", flat=True))
        ticket.refresh_from_db()
        if verbs[-1] == ending:
            assert ticket.has_ended
        else:
            assert ticket.is_live and verbs[-1] == "reopen", (verbs, ended)


def test_two_sweeps_fire_each_promise_once(world: SimpleNamespace, opened: Callable[..., Ticket]) -> None:
    for _n in range(40):
        opened(into=world.infra)
    past = database_now() - timedelta(minutes=5)
    Clock.objects.filter(metric=Clock.Metric.RESOLUTION).update(due_at=past, next_at=past, next_step="breach")
    answers = at_once(4, lambda _n: fire_due())
    assert all(isinstance(answer, int) for answer in answers), answers
    while fire_due():
        pass
    assert TicketEvent.objects.filter(verb="breach", data__metric="resolution").count() == 40
    assert Milestone.objects.filter(step="breach", clock__metric="resolution").count() == 40


def test_four_sweeps_remind_each_requester_once(world: SimpleNamespace, agent1: User, opened: Opener) -> None:
    for _n in range(30):
        commands.pend(opened(into=world.desk), actor=agent1, reason="requester")
    Pause.objects.update(next_at=database_now() - timedelta(minutes=5))
    answers = at_once(4, lambda _n: wake_due())
    assert all(isinstance(answer, int) for answer in answers), answers
    while wake_due():
        pass
    assert TicketEvent.objects.filter(verb="nudge").count() == 30
    assert set(Pause.objects.values_list("nudges", flat=True)) == {1}
    assert OutboxMessage.objects.filter(template="waiting_reminder", channel="email").count() == 30


def test_an_answer_beside_the_last_sweep_is_never_lost(
    world: SimpleNamespace, agent1: User, requester: User, opened: Opener
) -> None:
    """Whoever comes second: the answer finds the ticket resolved and opens it, or the sweep finds it answered."""
    for _round in range(6):
        ticket = commands.pend(opened(into=world.desk), actor=agent1, reason="requester")
        due = Pause.objects.filter(ticket=ticket)
        due.update(nudges=2, next_at=database_now() - timedelta(minutes=5))

        def work(n: int, ticket: Ticket = ticket) -> Any:
            return commands.reply(Ticket.objects.get(pk=ticket.pk), actor=requester, body="x") if n else wake_due()

        swept, said = at_once(2, work)
        assert isinstance(said, Message) and isinstance(swept, int), (swept, said)
        ticket.refresh_from_db()
        assert ticket.status == "open"
        assert due.filter(ended_at__isnull=True).count() == 0
        assert TicketEvent.objects.filter(ticket=ticket, verb="resolve").count() == swept


def test_four_deliveries_send_each_mail_once(opened: Callable[..., Ticket]) -> None:
    for _n in range(40):
        opened()
    answers = at_once(4, lambda _n: [deliver_due(10) for _round in range(5)])
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    while deliver_due():
        pass
    ids = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert len(ids) == len(set(ids)) == 40
    assert not OutboxMessage.objects.filter(sent_at__isnull=True).exists()
