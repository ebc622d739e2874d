"""Reading the roster from the database: who is on, in how many queries, and what is wrong."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from accounts import gaps, roster
from accounts.models import Absence, Membership, OnCallOverride, SingleShift, Swap, User, WantedCover
from tests.accounts.plans import at

TUESDAY = at("2026-11-17 10:00")
NEXT_TUESDAY = TUESDAY + timedelta(days=7)


def absent(person: User, since: datetime, until: datetime) -> Absence:
    return Absence.objects.create(person=person, start=since, end=until)


def test_who_is_on_shift_and_on_call_now(desk):
    assert roster.on_shift(desk.team.pk, TUESDAY) == [desk.arif]
    assert roster.on_shift(desk.team.pk, at("2026-11-17 17:00")) == []
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.arif
    assert roster.on_call(desk.team.pk, NEXT_TUESDAY) == desk.dewi


def test_a_team_that_plans_nothing_has_nobody(desk, world):
    assert roster.on_shift(world.network.pk, TUESDAY) == []
    assert roster.on_call(world.network.pk, TUESDAY) is None
    assert roster.on_call(999_999, TUESDAY) is None


def test_many_teams_cost_one_query(desk, world, django_assert_num_queries):
    with django_assert_num_queries(1):
        now = roster.on_now([desk.team.pk, world.network.pk, world.infra.pk], TUESDAY)
    assert [person.name for person in now[desk.team.pk].on_shift] == ["Arif"]
    assert now[desk.team.pk].until[desk.arif.pk] == at("2026-11-17 17:00")
    assert not now[world.network.pk].is_planned


def test_everything_planned_is_read(desk):
    day = at("2026-11-17 00:00"), at("2026-11-18 00:00")
    SingleShift.objects.create(team=desk.team, person=desk.dewi, start=day[0], end=day[1])
    OnCallOverride.objects.create(team=desk.team, person=desk.laras, start=day[0], end=day[1])
    assert {person.name for person in roster.on_shift(desk.team.pk, TUESDAY)} == {"Arif", "Dewi"}
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.laras
    absent(desk.laras, *day)
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.arif
    absent(desk.arif, *day)
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.dewi
    assert [person.name for person in roster.on_shift(desk.team.pk, TUESDAY)] == ["Dewi"]


@pytest.mark.parametrize("state", [Swap.State.ASKED, Swap.State.AGREED, Swap.State.DECLINED, Swap.State.WITHDRAWN])
def test_only_an_approved_swap_changes_the_roster(desk, state):
    turn = at("2026-11-16 08:00"), at("2026-11-23 08:00")
    swap = Swap.objects.create(
        team=desk.team, kind="on_call", asker=desk.arif, colleague=desk.laras, start=turn[0], end=turn[1],
        asked_at=TUESDAY, state=state,
    )  # fmt: skip
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.arif
    Swap.objects.filter(pk=swap.pk).update(state=Swap.State.APPROVED, decided_at=TUESDAY)
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.laras


def test_whoever_left_is_neither_on_shift_nor_on_call(desk):
    User.objects.filter(pk=desk.arif.pk).update(is_active=False)
    assert roster.on_shift(desk.team.pk, TUESDAY) == []
    assert roster.on_call(desk.team.pk, TUESDAY) == desk.dewi
    assert not roster.is_available(desk.arif.pk, TUESDAY)


def test_available_is_whoever_is_not_absent(desk):
    assert roster.is_available(desk.dewi.pk, TUESDAY)
    absent(desk.dewi, TUESDAY, TUESDAY + timedelta(hours=1))
    assert not roster.is_available(desk.dewi.pk, TUESDAY)
    assert roster.is_available(desk.dewi.pk, TUESDAY + timedelta(hours=1))


def test_warnings_name_gaps_and_the_other_team(desk, world):
    WantedCover.objects.create(team=desk.team, weekdays=[1], start=time(8), end=time(18), people=1)
    Membership.objects.create(user=desk.arif, team=world.network)
    noon = at("2026-11-18 12:00")
    SingleShift.objects.create(team=world.network, person=desk.arif, start=noon, end=noon + timedelta(hours=1))
    found = roster.warnings(desk.team, at("2026-11-16 08:00"), at("2026-11-23 08:00"))
    # on shift and on call at home, and both at the same time as a shift elsewhere
    assert [one.kind for one in found] == [gaps.NOBODY, gaps.TWO_PLACES]
    assert (found[0].start, found[0].end) == (at("2026-11-17 17:00"), at("2026-11-17 18:00"))
    assert (found[1].person, found[1].other) == (desk.arif.pk, world.network.pk)


def test_leads_on_shift(desk):
    assert roster.leads_on_shift(desk.team.pk, TUESDAY) == []
    SingleShift.objects.create(team=desk.team, person=desk.laras, start=TUESDAY, end=TUESDAY + timedelta(hours=2))
    assert roster.leads_on_shift(desk.team.pk, TUESDAY) == [desk.laras]
