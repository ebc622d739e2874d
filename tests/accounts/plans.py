"""Plans to work rosters out from, in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from accounts.plan import Away, Override, Plan, Rota, Single, Swapped, Wanted, Weekly

DESK, NETWORK = 1, 2
ANI, BUDI, CITRA, DEDE = 11, 12, 13, 14
EVERYBODY = frozenset({ANI, BUDI, CITRA, DEDE})
JAKARTA = "Asia/Jakarta"
ALL_DAYS = frozenset(range(7))
WORKDAYS = frozenset(range(5))
MONDAY = date(2026, 11, 16)


def at(text: str, zone: str = JAKARTA) -> datetime:
    """What a wall clock in `zone` shows, "2026-11-16 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def plan(*parts: object, zone: str = JAKARTA, members: frozenset[int] = EVERYBODY) -> Plan:
    """A plan of two teams with the same people, holding these parts."""

    def of(kind: type) -> tuple:
        return tuple(part for part in parts if isinstance(part, kind))

    return Plan(
        zones={DESK: zone, NETWORK: zone},
        members={DESK: members, NETWORK: members},
        weekly=of(Weekly),
        single=of(Single),
        rotas=of(Rota),
        overrides=of(Override),
        away=of(Away),
        swaps=of(Swapped),
        wanted=of(Wanted),
    )


def weekly(person: int, hours: str, *, days: frozenset[int] = WORKDAYS, team: int = DESK, **rest: object) -> Weekly:
    start, end = (minutes(text) for text in hours.split("-"))
    return Weekly(person, team, person, days, start, end, **{"valid_from": MONDAY, **rest})  # type: ignore[arg-type]


def rota(*people: int, days: int = 7, hand_over: str = "08:00", first: date = MONDAY, team: int = DESK) -> Rota:
    return Rota(team, people, days, first, minutes(hand_over))


def wanted(people: int, hours: str, *, days: frozenset[int] = WORKDAYS) -> Wanted:
    start, end = (minutes(text) for text in hours.split("-"))
    return Wanted(DESK, days, start, end, people)
