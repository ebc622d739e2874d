"""S20 Races around vendors, bugs and helpers, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from core.errors import DomainError
from core.time import database_now
from escalation import chasing
from escalation import commands as escalation
from escalation.models import BugLink, VendorReferral
from tests.escalation.vendors import contract_of
from tests.security.test_races import at_once
from tickets import commands
from tickets.models import Helper, Ticket, TicketEvent

Opener = Callable[..., Ticket]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_four_sweeps_chase_each_vendor_once(world: SimpleNamespace, agent1: User, opened: Opener) -> None:
    contract = contract_of()
    for _n in range(12):
        escalation.refer_to_vendor(opened(into=world.desk), actor=agent1, contract=contract, request="x")
    VendorReferral.objects.update(chase_at=database_now() - timedelta(minutes=5))
    answers = at_once(4, lambda _n: chasing.chase_due())
    assert all(isinstance(answer, int) for answer in answers), answers
    while chasing.chase_due():
        pass
    assert TicketEvent.objects.filter(verb="chase_vendor").count() == 12
    assert set(VendorReferral.objects.values_list("chased", flat=True)) == {1}


def test_two_hands_refer_it_once(world: SimpleNamespace, agent1: User, opened: Opener) -> None:
    contract, ticket = contract_of(), opened(into=world.desk)

    def refer(_n: int) -> Any:
        fresh = Ticket.objects.get(pk=ticket.pk)
        return escalation.refer_to_vendor(fresh, actor=agent1, contract=contract, request="x")

    answers = at_once(6, refer)
    losers = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(losers) == 5 and all(isinstance(loser, DomainError) for loser in losers), losers
    assert VendorReferral.objects.count() == 1


def test_a_link_beside_a_fix_is_never_forgotten(world: SimpleNamespace, agent1: User, opened: Opener) -> None:
    """Whoever comes second knows of the first: the ticket hears of the fix, or is linked to a bug that is fixed."""
    for number in range(4):
        url = f"https://x.example/{number}"
        bug = escalation.link_bug(opened(into=world.desk), actor=agent1, url=url, title="x")
        late = opened(into=world.desk)

        def work(n: int, bug: Any = bug, late: Ticket = late, url: str = url) -> Any:
            if n:
                return escalation.link_bug(Ticket.objects.get(pk=late.pk), actor=agent1, url=url)
            return escalation.fix_bug(bug, actor=agent1, fixed_version="2")

        answers = at_once(2, work)
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        while chasing.tell_due():
            pass
        told = TicketEvent.objects.filter(ticket=late, verb="bug_fixed").exists()
        assert told or answers[1].state == "fixed"
    assert not BugLink.objects.filter(tell_at__isnull=False).exists()


def test_six_hands_of_a_team_join_beside_its_end(world: SimpleNamespace, agent1: User, opened: Opener) -> None:
    ticket = opened(into=world.desk)
    row = commands.invite(ticket, actor=agent1, asked="x", team=world.network)
    helpers = [User.objects.create_user(f"h{n}@arunika.example", name=f"H {n}") for n in range(5)]
    for helper in helpers:
        helper.memberships.create(team=world.network)

    def work(n: int) -> Any:
        fresh = Ticket.objects.get(pk=ticket.pk)
        if n == 5:
            return commands.uninvite(fresh, actor=agent1, helper=row)
        return commands.join(fresh, actor=User.objects.get(pk=helpers[n].pk))

    answers = at_once(6, work)
    assert all(isinstance(answer, Ticket | Helper | DomainError) for answer in answers), answers
    assert not Helper.objects.open().exists()
