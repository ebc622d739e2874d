"""The demo's roster: shifts and turns of every team, one leave that leaves a gap, one swap that waits for its lead."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from accounts.models import (
    Absence,
    Membership,
    Rota,
    RotaTurn,
    Swap,
    Team,
    User,
    WantedCover,
    WeeklyShift,
)
from accounts.plan import SHIFT
from accounts.spans import instant, local_date
from helpdesk.demo.shapes import Content

FRONT = "service-desk"
WITHOUT_ROTA = "hr-systems"
IN_TRAINING = "infrastructure"
WORKDAYS, SATURDAY = [0, 1, 2, 3, 4], [5]
OFFICE = time(8), time(17)
# the front line's shifts in the order of its members
FRONT_SHIFTS = (OFFICE, (time(7), time(15)), (time(11), time(19)), (time(7), time(15)), (time(10), time(19)))
PLANNED_DAYS = 56  # how long before today the demo's plans begin
TRAINING_DAYS = 9


def make_duties(content: Content, now: datetime) -> None:
    """Write the plans of all teams, around `now`. Draws nothing: the same for the same day."""
    today = local_date(now, "Asia/Jakarta")
    first = today - timedelta(days=today.weekday() + PLANNED_DAYS)
    for shape in content.teams:
        team = Team.objects.get(slug=shape.slug)
        found = Membership.objects.filter(team=team).select_related("user").order_by("pk")
        members = [row.user for row in found]
        _make_shifts(team, members, first)
        if team.slug != WITHOUT_ROTA:
            _make_rota(team, members, first)
        if team.slug == FRONT:
            _make_front(team, members, first, today, now)
        elif team.slug == IN_TRAINING:
            _away(members[-1], team, today + timedelta(days=TRAINING_DAYS), Absence.Kind.TRAINING)


def _make_shifts(team: Team, members: list[User], first: date) -> None:
    hours = FRONT_SHIFTS if team.slug == FRONT else (OFFICE,) * len(members)
    WeeklyShift.objects.bulk_create(
        WeeklyShift(team=team, person=person, weekdays=WORKDAYS, start=start, end=end, valid_from=first)
        for person, (start, end) in zip(members, hours, strict=False)
    )


def _make_rota(team: Team, members: list[User], first: date) -> None:
    rota = Rota.objects.create(team=team, days=7, first_day=first, hand_over=time(8))
    RotaTurn.objects.bulk_create(RotaTurn(rota=rota, person=one, position=place) for place, one in enumerate(members))


def _make_front(team: Team, members: list[User], first: date, today: date, now: datetime) -> None:
    """Cover is wanted here. Whoever works on Saturdays is on leave on the next one, and somebody wants to swap."""
    _lead, _early, _late, other, on_saturday = members
    WeeklyShift.objects.create(
        team=team, person=on_saturday, weekdays=SATURDAY, start=time(8), end=time(13), valid_from=first
    )
    WantedCover.objects.create(team=team, weekdays=WORKDAYS, start=time(7), end=time(19), people=2)
    WantedCover.objects.create(team=team, weekdays=SATURDAY, start=time(8), end=time(13), people=1)
    _away(on_saturday, team, next_weekday(today, 5), Absence.Kind.LEAVE)
    # the Saturday after that one: then nobody else of the team has a shift
    day = next_weekday(today, 5) + timedelta(days=7)
    Swap.objects.create(
        team=team,
        kind=SHIFT,
        asker=on_saturday,
        colleague=other,
        start=instant(day, 8 * 60, team.time_zone),
        end=instant(day, 13 * 60, team.time_zone),
        note="Anak saya wisuda hari itu.",
        state=Swap.State.AGREED,
        asked_at=now - timedelta(hours=20),
        decided_at=now - timedelta(hours=18),
        decided_by=other,
    )


def _away(person: User, team: Team, day: date, kind: str) -> None:
    start, end = instant(day, 0, team.time_zone), instant(day + timedelta(days=1), 0, team.time_zone)
    Absence.objects.create(person=person, start=start, end=end, kind=kind)


def next_weekday(today: date, weekday: int) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
