"""Reading the roster: who is on shift and on call, and what is wrong with the plan.

A plan is read with one query however many teams it is for, and the duties are worked out from it (`accounts.rota`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts import gaps, rota
from accounts.models import (
    Absence,
    Membership,
    OnCallOverride,
    Rota,
    RotaTurn,
    SingleShift,
    Swap,
    Team,
    User,
    WantedCover,
    WeeklyShift,
)
from accounts.models.people import all_teams
from accounts.plan import ON_CALL, Away, Override, Plan, Single, Swapped, Wanted, Weekly
from accounts.plan import Rota as InTurn

# No single duty is longer (turns, single shifts and overrides are limited): what lies further from a window cannot
# change a duty that touches it.
LONGEST_DUTY = timedelta(days=62)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Roster:
    """A plan together with the people it speaks of: by number, and what they are in which team."""

    plan: Plan
    people: dict[int, User]
    roles: dict[int, dict[int, str]]

    def duties(self, since: datetime, until: datetime) -> list[rota.Duty]:
        """All duties that touch [since, until), whole, by start."""
        return rota.duties(self.plan, since, until)

    def findings(self, since: datetime, until: datetime) -> list[gaps.Finding]:
        """What to look at in [since, until), cut to it, by start."""
        return gaps.findings(self.plan, since, until)


@dataclass(slots=True)
class OnNow:
    """One team at one instant.

    `until` maps the number of each person on shift to the end of that shift; `absent` holds the numbers of those who
    are absent; `is_planned` says whether anything is planned around then at all.
    """

    on_shift: list[User] = field(default_factory=list)
    on_call: User | None = None
    why: str = ""
    until: dict[int, datetime] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    is_planned: bool = False


def read(team_ids: Iterable[int], since: datetime, until: datetime) -> Roster:
    """The plan of these teams as far as it can touch [since, until); one query."""
    rows = list(_rows(set(team_ids), since - LONGEST_DUTY, until + LONGEST_DUTY))
    people = {
        member["person"]: User.from_db("default", ["id", "email", "name"], [member["person"], *_known_by(member)])
        for row in rows
        for member in row["staff"]
    }
    roles = {row["pk"]: {member["person"]: member["role"] for member in row["staff"]} for row in rows}
    return Roster(_plan(rows), people, roles)


def on_shift(team_id: int, at: datetime) -> list[User]:
    """Who is on shift in this team at this instant, by name."""
    return on_now([team_id], at)[team_id].on_shift


def on_call(team_id: int, at: datetime) -> User | None:
    """Who is on call for this team at this instant."""
    return on_now([team_id], at)[team_id].on_call


def on_now(team_ids: Iterable[int], at: datetime) -> dict[int, OnNow]:
    """Everybody on duty in these teams at this instant; one query. A team that plans nothing has nobody."""
    wanted = set(team_ids)
    roster = read(wanted, at, at + INSTANT)
    return {team_id: of_roster(roster, team_id, at) for team_id in wanted}


def leads_on_shift(team_id: int, at: datetime) -> list[User]:
    """The leads of this team who are on shift at this instant, by name."""
    roster = read([team_id], at, at + INSTANT)
    roles = roster.roles.get(team_id, {})
    return [person for person in of_roster(roster, team_id, at).on_shift if roles[person.pk] == Membership.Role.LEAD]


def is_available(user_id: int, at: datetime) -> bool:
    """Whether this person works here and is not absent at this instant, on duty or not."""
    away = Absence.objects.filter(person_id=user_id, start__lte=at, end__gt=at)
    return User.objects.filter(pk=user_id, is_active=True).exists() and not away.exists()


def duties(team: Team, since: datetime, until: datetime) -> list[rota.Duty]:
    """The team's duties that touch [since, until), whole, by start."""
    return read([team.pk], since, until).duties(since, until)


def warnings(team: Team, since: datetime, until: datetime) -> list[gaps.Finding]:
    """What is wrong with the team's roster in [since, until), by start. Other teams are read for who is in both."""
    found = read((one.pk for one in all_teams()), since, until).findings(since, until)
    return [finding for finding in found if finding.team == team.pk]


def of_roster(roster: Roster, team_id: int, at: datetime) -> OnNow:
    """Everybody on duty in one team at one instant, from a roster that was read around it."""
    plan = roster.plan
    is_in_turn = any(reign.end > at for reign in rota.reigns(plan).get(team_id, ()))
    now = OnNow(
        absent=frozenset(row.person for row in plan.away if row.start <= at < row.end),
        is_planned=is_in_turn or any(team_id in {row.team for row in rows} for rows in (plan.weekly, plan.single)),
    )
    for duty in roster.duties(at, at + INSTANT):
        if duty.team != team_id:
            continue
        if duty.kind == ON_CALL:
            now.on_call, now.why = roster.people[duty.person], duty.why
        else:
            now.until[duty.person] = max(duty.end, now.until.get(duty.person, duty.end))
    now.on_shift = sorted((roster.people[pk] for pk in now.until), key=lambda person: person.name)
    return now


def _rows(team_ids: set[int], since: datetime, until: datetime) -> QuerySet[Any]:
    """One row for each team with everything planned in it, as lists of objects."""
    touching = Q(end__gt=since, start__lt=until)
    in_team = Q(team=OuterRef("pk"))
    valid = Q(valid_from__lte=until.date()) & (Q(valid_until__isnull=True) | Q(valid_until__gte=since.date()))
    swaps = Swap.objects.filter(in_team & touching, state=Swap.State.APPROVED).order_by("decided_at", "pk")
    staff = Membership.objects.filter(in_team, user__is_active=True)
    away = Absence.objects.filter(touching, person__memberships__team=OuterRef("pk"))
    week = ("pk", "weekdays", "start", "end")
    return (
        Team.objects.filter(pk__in=team_ids)
        .order_by("pk")
        .values("pk", "time_zone")
        .annotate(
            staff=_listed(staff, "role", person="user_id", name="user__name", email="user__email"),
            weekly=_listed(
                WeeklyShift.objects.filter(in_team & valid), *week, "valid_from", "valid_until", "person_id"
            ),
            single=_listed(SingleShift.objects.filter(in_team & touching), "pk", "start", "end", "person_id"),
            in_turn=_rotas(),
            overriding=_listed(OnCallOverride.objects.filter(in_team & touching), "pk", "start", "end", "person_id"),
            away=_listed(away, "pk", "start", "end", "person_id"),
            swapped=_listed(swaps, "kind", "asker_id", "colleague_id", "start", "end"),
            cover=_listed(WantedCover.objects.filter(in_team), *week, "people"),
        )
    )


def _rotas() -> ArraySubquery:
    """All rotas of a team, past ones too: each counts until the next begins."""
    people = RotaTurn.objects.filter(rota=OuterRef("pk")).order_by("position").values("person_id")
    fields = ("days", "first_day", "hand_over", "begins", "ends")
    listed = JSONObject(people=ArraySubquery(people), **{name: name for name in fields})
    return ArraySubquery(Rota.objects.filter(team=OuterRef("pk")).order_by("pk").values(listed=listed))


def _listed(rows: QuerySet[Any], *names: str, **renamed: str) -> ArraySubquery:
    fields = {**{name: name for name in names}, **renamed}
    ordered = rows if rows.query.order_by else rows.order_by("pk")
    return ArraySubquery(ordered.values(listed=JSONObject(**fields)))


def _plan(rows: list[dict[str, Any]]) -> Plan:
    away = {one["pk"]: one for row in rows for one in row["away"]}
    swaps = [(row["pk"], one) for row in rows for one in row["swapped"]]
    return Plan(
        zones={row["pk"]: row["time_zone"] for row in rows},
        members={row["pk"]: frozenset(member["person"] for member in row["staff"]) for row in rows},
        weekly=tuple(_weekly(row["pk"], one) for row in rows for one in row["weekly"]),
        single=tuple(Single(*_span(row["pk"], one)) for row in rows for one in row["single"]),
        rotas=tuple(_rota(row["pk"], one) for row in rows for one in row["in_turn"]),
        overrides=tuple(Override(*_span(row["pk"], one)) for row in rows for one in row["overriding"]),
        away=tuple(Away(one["person_id"], _at(one["start"]), _at(one["end"])) for one in away.values()),
        swaps=tuple(_swapped(number, team, one) for number, (team, one) in enumerate(swaps)),
        wanted=tuple(_wanted(row["pk"], one) for row in rows for one in row["cover"]),
    )


def _weekly(team: int, row: Mapping[str, Any]) -> Weekly:
    until = row["valid_until"] and date.fromisoformat(row["valid_until"])
    valid = date.fromisoformat(row["valid_from"]), until
    return Weekly(row["pk"], team, row["person_id"], *_hours(row), *valid)


def _wanted(team: int, row: Mapping[str, Any]) -> Wanted:
    return Wanted(team, *_hours(row), row["people"])


def _hours(row: Mapping[str, Any]) -> tuple[frozenset[int], int, int]:
    start, end = (minutes_of(time.fromisoformat(row[name])) for name in ("start", "end"))
    return frozenset(row["weekdays"]), start, end


def _rota(team: int, row: Mapping[str, Any]) -> InTurn:
    hand_over = minutes_of(time.fromisoformat(row["hand_over"]))
    first_day = date.fromisoformat(row["first_day"])
    begins, ends = (row[name] and _at(row[name]) for name in ("begins", "ends"))
    return InTurn(team, tuple(row["people"]), row["days"], first_day, hand_over, begins, ends)


def _span(team: int, row: Mapping[str, Any]) -> tuple[int, int, int, datetime, datetime]:
    return row["pk"], team, row["person_id"], _at(row["start"]), _at(row["end"])


def _swapped(number: int, team: int, row: Mapping[str, Any]) -> Swapped:
    span = _at(row["start"]), _at(row["end"])
    return Swapped(number, team, row["kind"], row["asker_id"], row["colleague_id"], *span)


def minutes_of(clock: time) -> int:
    """Minutes after midnight."""
    return clock.hour * 60 + clock.minute


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _known_by(member: Mapping[str, Any]) -> tuple[str, str]:
    return member["email"], member["name"]
