"""Fifty workers pass five hundred tickets to and fro at random: the ledger stays a chain."""

from itertools import groupby, pairwise
from random import Random

import pytest
from django.core.management import call_command
from django.db.models import Count, F

from accounts.models import User
from core.errors import DomainError
from escalation import commands as escalation
from escalation.models import Handover, TierVisit
from tests.security.test_races import at_once
from tickets.models import Ticket

WORKERS, TICKETS, STEPS = 50, 500, 40
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def packet():
    return escalation.Packet(reason="access", symptom="no route", asked="check the gateway")


def crew(world):
    people = [User.objects.create_user(f"w{n}@arunika.example", name=f"Worker {n}") for n in range(WORKERS)]
    for number, worker in enumerate(people):
        worker.memberships.create(team=[world.desk, world.network, world.infra][number % 3])
    return people


def test_fifty_workers_passing_five_hundred_tickets_leave_a_chain_without_gaps(opened, world):
    people = crew(world)
    keys = [opened(into=world.desk).pk for _n in range(TICKETS)]
    teams = [world.desk, world.network, world.infra]

    def work(number):
        dice, worker, done = Random(number), User.objects.get(pk=people[number].pk), 0
        for _step in range(STEPS):
            ticket = Ticket.objects.get(pk=dice.choice(keys))
            try:
                match dice.randrange(4):
                    case 0 | 1:
                        escalation.escalate(ticket, actor=worker, team=dice.choice(teams), packet=packet())
                    case 2:
                        escalation.accept(ticket, actor=worker)
                    case 3:
                        escalation.hand_back(ticket, actor=worker, reason="missing", missing="the log")
            except DomainError:
                continue
            done += 1
        return done

    done = at_once(WORKERS, work, patience=300)
    assert all(isinstance(count, int) for count in done), [answer for answer in done if not isinstance(answer, int)]
    assert sum(done) > WORKERS * STEPS / 10
    visits = TierVisit.objects.order_by("ticket_id", "pk")
    for _ticket, own in groupby(visits, key=lambda visit: visit.ticket_id):
        for earlier, later in pairwise(own):
            assert earlier.left_at == later.entered_at
            assert earlier.left_event_id == later.entered_event_id
    assert TierVisit.objects.filter(left_at=None, team=F("ticket__team")).count() == TICKETS
    assert TierVisit.objects.filter(left_at=None).count() == TICKETS
    unanswered = Handover.objects.filter(state="sent").values("ticket").annotate(n=Count("pk"))
    assert all(row["n"] == 1 for row in unanswered)
    returned = Handover.objects.filter(state="returned").values("ticket").annotate(n=Count("pk"))
    counts = dict(Ticket.objects.filter(return_count__gt=0).values_list("pk", "return_count"))
    assert counts == {row["ticket"]: row["n"] for row in returned}
    call_command("rebuild_visits", "--check")
