"""What packets that came back tell about training."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import TrainingNeed
from accounts.training_decisions import dismiss_need
from core.time import database_now
from escalation.models import Handover
from escalation.training import raise_needs

pytestmark = pytest.mark.django_db


@pytest.fixture
def came_back(opened, world, agent1, agent2):
    """Packets of the service desk that the network team handed back."""

    def some(count, reason="missing", *, days_ago=1, into=None):
        when = database_now() - timedelta(days=days_ago)
        for _n in range(count):
            Handover.objects.create(
                ticket=opened(into=into or world.desk), from_team=world.desk, to_team=world.network, sent_by=agent1,
                sent_at=when, reason="skill", symptom="x", asked="y", state="returned", answered_by=agent2,
                answered_at=when, return_reason=reason, return_note="z",
            )  # fmt: skip

    return some


@pytest.mark.parametrize(
    ("reason", "raised", "name"),
    [
        ("missing", "handed_back", "VPN is down"),
        ("wrong_team", "wrong_team", "Choosing the right team"),
        ("known_fix", "known_fix", "Finding known fixes"),
    ],
)
def test_three_are_enough_and_two_are_not(came_back, world, reason, raised, name):
    came_back(2, reason)
    came_back(5, reason, days_ago=31)
    assert raise_needs(database_now()) == 0
    came_back(1, reason)
    assert raise_needs(database_now()) == 1
    need = TrainingNeed.objects.get()
    assert (need.team, need.reason, need.name, need.count) == (world.desk, raised, name, 3)
    assert len(need.evidence["tickets"]) == 3


@pytest.mark.parametrize("reason", ["not_reproducible", "duplicate", "other"])
def test_other_reasons_teach_nothing(came_back, reason):
    came_back(4, reason)
    assert raise_needs(database_now()) == 0


def test_it_grows_and_a_decided_one_waits_for_three_more(came_back, lead):
    came_back(3)
    raise_needs(database_now())
    came_back(1)
    for _run in range(2):
        raise_needs(database_now())
    need = TrainingNeed.objects.get()
    assert need.count == 4
    dismiss_need(need, actor=lead, why="A new colleague")
    assert raise_needs(database_now()) == 0
    came_back(2, days_ago=-1)
    later = database_now() + timedelta(days=2)
    assert raise_needs(later) == 0
    came_back(1, days_ago=-1)
    assert raise_needs(later) == 1
    assert list(TrainingNeed.objects.order_by("pk").values_list("state", flat=True)) == ["dismissed", "open"]


def test_the_page_shows_the_tickets_its_reader_may_see(came_back, lead, manager, world):
    came_back(2)
    came_back(1, into=world.hr)
    raise_needs(database_now())
    need = TrainingNeed.objects.get()
    hidden = Handover.objects.get(ticket__team=world.hr).ticket.key
    for person, count in ((lead, 2), (manager, 3)):
        client = Client()
        client.force_login(person)
        page = client.get(f"/desk/training/needs/{need.pk}/").content.decode()
        assert sum(key in page for key in need.evidence["tickets"]) == count
        assert (hidden in page) == (person == manager)
