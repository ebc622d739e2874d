"""Whom a milestone means by "whoever is on call"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest

from accounts.models import Membership, Rota, RotaTurn, SingleShift
from escalation.people import people
from tests.cast import person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 17, 10, tzinfo=timezone(timedelta(hours=7)))


def on_call(ticket, at=AT):
    return people(ticket, ["on_call"], at)


def test_it_is_whom_the_roster_names_at_that_time(opened, world, agent1, lead):
    rota = Rota.objects.create(team=world.desk, days=1, first_day=date(2026, 11, 16), hand_over=time(8))
    for place, one in enumerate((agent1, lead)):
        RotaTurn.objects.create(rota=rota, person=one, position=place)
    ticket = opened(into=world.desk)
    assert on_call(ticket) == [lead]
    assert on_call(ticket, AT + timedelta(days=1)) == [agent1]


def test_without_one_it_is_the_leads_on_shift_and_without_those_all_leads(opened, world, agent1, lead):
    other = person("second")
    Membership.objects.create(user=other, team=world.desk, role="lead")
    ticket = opened(into=world.desk)
    assert set(on_call(ticket)) == {lead, other}
    for one in (agent1, other):
        SingleShift.objects.create(team=world.desk, person=one, start=AT, end=AT + timedelta(hours=1))
    assert on_call(ticket) == [other]
    assert set(on_call(ticket, AT + timedelta(hours=1))) == {lead, other}
