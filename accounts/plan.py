"""What a roster is worked out from, as values. People and teams are their numbers.

Weekdays count from 0, Monday; times of day are minutes after midnight by the clock of the team's zone. Spans
are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

SHIFT, ON_CALL = "shift", "on_call"


@dataclass(frozen=True, slots=True)
class Weekly:
    """A shift that comes back: weekdays 0 (Monday) to 6, minutes after midnight, valid on both dates too.

    An end at or before the start is on the next day.
    """

    pk: int
    team: int
    person: int
    weekdays: frozenset[int]
    start: int
    end: int
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """One shift that does not come back."""

    pk: int
    team: int
    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """On call in turn: the first person from `first_day`, the next after `days` days, always at `hand_over` minutes.

    It counts from its first turn, or from `begins` where that is later, until the team's next rota begins or `ends`.
    """

    team: int
    people: tuple[int, ...]
    days: int
    first_day: date
    hand_over: int
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """On call by name for a while, whoever's turn it is. Of two, the one entered later counts."""

    pk: int
    team: int
    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is absent."""

    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Swapped:
    """An approved swap, in the order of approval `pk`: in the span, a duty of `giver` is the `taker`'s."""

    pk: int
    team: int
    kind: str
    giver: int
    taker: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many people a team wants on shift, by weekday and minutes after midnight."""

    team: int
    weekdays: frozenset[int]
    start: int
    end: int
    people: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the roster is worked out from. `zones` maps team to time zone; `members` team to who works there now.

    Somebody planned who is no longer a member counts as absent for good.
    """

    zones: dict[int, str] = field(default_factory=dict)
    members: dict[int, frozenset[int]] = field(default_factory=dict)
    weekly: tuple[Weekly, ...] = ()
    single: tuple[Single, ...] = ()
    rotas: tuple[Rota, ...] = ()
    overrides: tuple[Override, ...] = ()
    away: tuple[Away, ...] = ()
    swaps: tuple[Swapped, ...] = ()
    wanted: tuple[Wanted, ...] = ()
