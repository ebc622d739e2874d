"""Two hands at once: chains of tickets are tied one after the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.errors import Invalid
from tickets import commands
from tickets.models import Ticket, TicketLink

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
Kind = TicketLink.Kind


def test_of_two_merges_of_the_same_pair_one_wins(opened, world, agent1, lead):
    source, target = opened(into=world.desk), opened(into=world.desk)

    def merge(one, into, actor):
        try:
            commands.merge(Ticket.objects.get(pk=one.pk), into=Ticket.objects.get(pk=into.pk), actor=actor)
        except Invalid:
            return "refused"
        finally:
            connection.close()
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(merge, source, target, agent1), pool.submit(merge, target, source, lead)]
        assert sorted(one.result() for one in done) == ["merged", "refused"]
    assert TicketLink.objects.count() == 1 == Ticket.objects.live().count()


def test_two_hands_close_no_ring(opened, agent1, lead):
    """A below B and C below D at the same time, where B is below C and D below A: one of the two closes the ring."""
    a, b, c, d = (opened() for _number in range(4))
    commands.link(b, actor=agent1, kind=Kind.CHILD, other=c)
    commands.link(d, actor=agent1, kind=Kind.CHILD, other=a)

    def tie(one, other, actor):
        try:
            commands.link(
                Ticket.objects.get(pk=one.pk), actor=actor, kind=Kind.CHILD, other=Ticket.objects.get(pk=other.pk)
            )
        except Invalid:
            return "refused"
        finally:
            connection.close()
        return "tied"

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(tie, a, b, agent1), pool.submit(tie, c, d, lead)]
        assert sorted(one.result() for one in done) == ["refused", "tied"]
