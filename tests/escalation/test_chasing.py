"""Reminders to ask the vendor: told once per date, whatever dies in between, until the referral ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Invalid
from escalation import chasing, due
from escalation import commands as escalation
from escalation.models import VendorReferral
from escalation.tasks import chase_vendors
from notifications.models import OutboxMessage
from tests.escalation.vendors import referred
from tests.escalation.waits import local
from tickets import commands

pytestmark = pytest.mark.django_db


def at(monkeypatch, now):
    monkeypatch.setattr(due, "database_now", lambda: now)


def told():
    return list(OutboxMessage.objects.filter(template="chase_vendor").values_list("recipient__name", flat=True))


def test_the_owner_is_told_after_half_of_the_promise_once_per_date(opened, agent1, lead, world, monkeypatch):
    ticket = opened(into=world.desk, impact=1, urgency=1)
    commands.assign(ticket, actor=lead, assignee=agent1, at=local(16, 9))
    referred(ticket, agent1, reference="TK-1")
    at(monkeypatch, local(16, 12) - timedelta(seconds=1))
    assert chasing.chase_due() == 0
    at(monkeypatch, local(16, 12))
    assert [chasing.chase_due(), chasing.chase_due()] == [1, 0]
    assert told() == [agent1.name]
    assert OutboxMessage.objects.get(template="chase_vendor").context["about"] == "Telkom (TK-1)"
    row = VendorReferral.objects.get()
    assert (row.chased, row.chase_at) == (1, local(16, 14))
    at(monkeypatch, local(16, 14))
    chase_vendors()
    assert ticket.events.filter(verb="chase_vendor").count() == 2


def test_the_team_is_told_where_nobody_owns_it(opened, agent1, lead, world, monkeypatch):
    ticket = opened(into=world.desk)
    referred(ticket, agent1, chase_at=local(18, 9))
    at(monkeypatch, local(18, 9))
    chasing.chase_due()
    assert sorted(told()) == sorted([agent1.name, lead.name])


def test_an_answer_moves_the_date_and_the_end_takes_it_away(opened, agent1, monkeypatch):
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1)
    escalation.vendor_answer(ticket, actor=agent1, direction="heard", words="Soon.", at=local(16, 11, 30))
    assert VendorReferral.objects.get().chase_at == local(16, 13, 30)
    escalation.take_back(ticket, actor=agent1, reason="rejected", words="x", at=local(16, 12))
    at(monkeypatch, local(20, 9))
    assert chasing.chase_due() == 0


def test_a_date_in_the_past_is_refused(opened, agent1):
    with pytest.raises(Invalid) as refused:
        referred(opened(), agent1, chase_at=local(16, 9))
    assert "chase_at" in refused.value.fields


def test_a_past_that_is_told_again_reminds_nobody(opened, agent1):
    with commands.quietly():
        referred(opened(), agent1)
    assert VendorReferral.objects.get().chase_at is None


def test_what_dies_half_way_is_done_once_by_the_next(opened, agent1, world, monkeypatch):
    ticket = opened(into=world.desk)
    referred(ticket, agent1, chase_at=local(18, 9))
    at(monkeypatch, local(18, 9))

    def die(*_args, **_kwargs):
        chase(*_args, **_kwargs)
        raise RuntimeError("killed")

    chase = chasing.chase
    monkeypatch.setattr(chasing, "chase", die)
    assert chasing.chase_due() == 0
    assert not told() and not ticket.events.filter(verb="chase_vendor").exists()
    monkeypatch.setattr(chasing, "chase", chase)
    at(monkeypatch, local(18, 10))
    assert chasing.chase_due() == 1
    assert VendorReferral.objects.get().chased == 1
