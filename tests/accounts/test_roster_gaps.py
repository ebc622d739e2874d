"""Leads are told of gaps ahead, each day's once."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Absence, Membership, Rota, SingleShift, WantedCover
from accounts.roster_gaps import tell_of_gaps
from notifications.models import OutboxMessage
from tests.accounts.plans import at

NOW = at("2026-11-17 10:00")


def told() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(channel="in_app").order_by("pk")
    return list(rows.values_list("recipient__name", "context__what"))


def test_a_gap_is_told_to_the_lead_once(desk):
    WantedCover.objects.create(team=desk.team, weekdays=[3], start="08:00", end="18:00", people=1)
    for minutes in (0, 15, 60 * 24 * 2 + 60 * 6):
        tell_of_gaps(NOW + timedelta(minutes=minutes))
    assert told() == [("Laras", "gap_nobody")]
    assert OutboxMessage.objects.filter(channel="email").count() == 1


def test_every_week_has_a_gap_of_its_own(desk):
    WantedCover.objects.create(team=desk.team, weekdays=[3], start="08:00", end="18:00", people=1)
    for days in range(14):
        tell_of_gaps(NOW + timedelta(days=days))
    assert len(told()) == 3


def test_a_gap_that_comes_up_while_it_is_on_is_told(desk):
    Rota.objects.all().delete()
    WantedCover.objects.create(team=desk.team, weekdays=[1], start="08:00", end="17:00", people=1)
    assert tell_of_gaps(NOW) == 0
    Absence.objects.create(person=desk.arif, start=NOW - timedelta(hours=1), end=NOW + timedelta(days=1))
    assert tell_of_gaps(NOW) == 1
    assert told() == [("Laras", "gap_nobody")]


def test_too_few_and_nobody_on_call_have_words_of_their_own(desk):
    WantedCover.objects.create(team=desk.team, weekdays=[2], start="08:00", end="17:00", people=2)
    day = at("2026-11-20 00:00"), at("2026-11-21 00:00")
    for person in (desk.arif, desk.dewi, desk.laras):
        Absence.objects.create(person=person, start=day[0], end=day[1])
    tell_of_gaps(NOW)
    assert told() == [("Laras", "gap_too_few"), ("Laras", "gap_no_on_call")]


def test_what_is_long_past_and_what_is_filled_is_not_told(desk):
    WantedCover.objects.create(team=desk.team, weekdays=[0], start="18:00", end="20:00", people=1)
    SingleShift.objects.create(
        team=desk.team, person=desk.dewi, start=at("2026-11-23 17:00"), end=at("2026-11-23 21:00")
    )
    assert tell_of_gaps(NOW) == 0


def test_a_team_without_a_lead_tells_nobody(desk):
    Membership.objects.filter(user=desk.laras).update(role="agent")
    WantedCover.objects.create(team=desk.team, weekdays=[3], start="08:00", end="18:00", people=1)
    assert tell_of_gaps(NOW) == 1
    assert told() == []
