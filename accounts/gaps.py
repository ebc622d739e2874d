"""What is wrong with a roster: nobody there, too few, in two places at once, absent on call. Pure, like `rota`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from accounts.plan import ON_CALL, SHIFT, Plan, Wanted
from accounts.rota import STAND_IN, Duty, duties, unheld, weekly_spans
from accounts.spans import Span, cut, overlap

NOBODY, TOO_FEW, NO_ON_CALL, TWO_PLACES, STANDS_IN = "nobody", "too_few", "no_on_call", "two_places", "stands_in"
# somebody has to be found; the others are for looking at
GAPS = frozenset({NOBODY, TOO_FEW, NO_ON_CALL})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `have` and `want` count people; `person` is who has the duty, `other` the other team's
    number (two places) or the absent person's (stands in).
    """

    kind: str
    team: int
    start: datetime
    end: datetime
    have: int = 0
    want: int = 0
    person: int | None = None
    other: int | None = None

    @property
    def is_gap(self) -> bool:
        """Whether somebody is missing."""
        return self.kind in GAPS


def findings(plan: Plan, since: datetime, until: datetime) -> list[Finding]:
    """Everything to look at in [since, until), cut to it, by start; what follows on without a change is one finding."""
    window = (since, until)
    have = duties(plan, since, until)
    found = [finding for wanted in plan.wanted for finding in _too_few(plan, wanted, have, window)]
    found += [Finding(NO_ON_CALL, team, start, end) for team, (start, end) in unheld(plan, since, until)]
    found += _two_places(have, window)
    found += _stand_ins(have, window)
    return sorted(_joined(found), key=lambda one: (one.start, one.team, one.kind, one.end))


def _too_few(plan: Plan, wanted: Wanted, have: list[Duty], window: Span) -> Iterator[Finding]:
    """Of the people wanted, those on shift are counted once however many shifts they have at a time."""
    zone = plan.zones[wanted.team]
    on_shift = [duty for duty in have if duty.team == wanted.team and duty.kind == SHIFT]
    for _day, whole in weekly_spans(wanted.weekdays, wanted.start, wanted.end, zone, window, (None, None)):
        span = overlap(whole, window)
        if span is None:
            continue
        for start, end in cut(span, (mark for duty in on_shift for mark in (duty.start, duty.end))):
            there = len({duty.person for duty in on_shift if duty.covers(start)})
            if there < wanted.people:
                yield Finding(TOO_FEW if there else NOBODY, wanted.team, start, end, there, wanted.people)


def _two_places(have: list[Duty], window: Span) -> Iterator[Finding]:
    """Each of two teams is told of the other."""
    by_person: dict[int, list[Duty]] = {}
    for duty in have:
        by_person.setdefault(duty.person, []).append(duty)
    for person, mine in by_person.items():
        for one, other in combinations(mine, 2):
            both = overlap((one.start, one.end), (other.start, other.end))
            span = overlap(both, window) if both and one.team != other.team else None
            if span:
                yield Finding(TWO_PLACES, one.team, *span, person=person, other=other.team)
                yield Finding(TWO_PLACES, other.team, *span, person=person, other=one.team)


def _stand_ins(have: list[Duty], window: Span) -> Iterator[Finding]:
    for duty in have:
        span = overlap((duty.start, duty.end), window)
        if duty.kind == ON_CALL and duty.why == STAND_IN and span:
            yield Finding(STANDS_IN, duty.team, *span, person=duty.person, other=duty.instead_of)


def _joined(found: Iterable[Finding]) -> list[Finding]:
    joined: list[Finding] = []
    same: dict[tuple[object, ...], int] = {}
    for one in sorted(found, key=lambda finding: finding.start):
        about = (one.kind, one.team, one.have, one.want, one.person, one.other)
        place = same.get(about)
        if place is not None and one.start <= joined[place].end:
            joined[place] = replace(joined[place], end=max(joined[place].end, one.end))
            continue
        same[about] = len(joined)
        joined.append(one)
    return joined
