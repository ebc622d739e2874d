"""Who has which duty, worked out from what was planned: values in, values out, no database and no clock.

The rules are written out in `docs/roster.md`. People and teams are their numbers. Every span is half-open: whoever
comes at 08:00 is there at 08:00, whoever goes at 17:00 is not. What is planned by the wall clock is planned by the
clock of the team's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.plan import ON_CALL, SHIFT, Plan, Rota, Swapped
from accounts.spans import Span, cut, dates, instant, local_date, overlap, without

# why somebody has a duty
PLANNED, ROTA, OVERRIDE, SWAP, STAND_IN = "shift", "rota", "override", "swap", "stand-in"
# A shift begins on one date and may end on the next; zones are at most 14 hours from UTC.
REACH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's duty. `source` names what it comes from; `instead_of` is who was planned, where that is another."""

    person: int
    team: int
    kind: str
    start: datetime
    end: datetime
    why: str
    source: str
    instead_of: int | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the duty is on at this instant."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class _Planned:
    """A duty before swaps and absences."""

    person: int
    team: int
    kind: str
    start: datetime
    end: datetime
    why: str
    source: str

    @property
    def span(self) -> Span:
        return self.start, self.end


def duties(plan: Plan, since: datetime, until: datetime) -> list[Duty]:
    """All duties that touch [since, until), whole and not cut to it, by start.

    The same plan gives the same duties whatever window they are asked for.
    """
    window = (since, until)
    found = [
        duty
        for planned in (*_shifts(plan, window), *_on_call(plan, window))
        for duty in _held(plan, planned)
        if overlap((duty.start, duty.end), window)
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.team, duty.kind, duty.end, duty.person, duty.source))


def unheld(plan: Plan, since: datetime, until: datetime) -> list[tuple[int, Span]]:
    """When teams with a rota have nobody on call in [since, until): (team, span), in order of time for each team."""
    have = [duty for duty in duties(plan, since, until) if duty.kind == ON_CALL]
    empty = []
    for rota in plan.rotas:
        first = turn_start(rota, 0, plan.zones[rota.team])
        begin = max(since, first)
        if begin < until:
            mine = ((duty.start, duty.end) for duty in have if duty.team == rota.team)
            empty += [(rota.team, span) for span in without((begin, until), mine)]
    return empty


def turn_start(rota: Rota, number: int, zone: str) -> datetime:
    """When the turn of this number (from 0) begins."""
    return instant(rota.first_day + timedelta(days=number * rota.days), rota.hand_over, zone)


def turn_at(rota: Rota, at: datetime, zone: str) -> int:
    """The number of the turn at this instant; negative before the first."""
    number = (local_date(at, zone) - rota.first_day).days // rota.days
    while turn_start(rota, number + 1, zone) <= at:
        number += 1
    while turn_start(rota, number, zone) > at:
        number -= 1
    return number


def weekly_spans(
    days: frozenset[int], start: int, end: int, zone: str, window: Span, valid: tuple[date | None, date | None]
) -> Iterator[tuple[date, Span]]:
    """The dates and spans of something that comes back every week, as far as they can touch `window`.

    A span that a change of the clocks leaves nothing of is left out.
    """
    length_end = end if end > start else end + 24 * 60
    since, until = local_date(window[0] - REACH, zone), local_date(window[1] + REACH, zone)
    for day in dates(max(since, valid[0] or since), min(until, valid[1] or until)):
        if day.weekday() in days:
            span = instant(day, start, zone), instant(day, length_end, zone)
            if span[0] < span[1] and overlap(span, window):
                yield day, span


def _shifts(plan: Plan, window: Span) -> Iterator[_Planned]:
    for row in plan.weekly:
        valid = (row.valid_from, row.valid_until)
        for day, (start, end) in weekly_spans(row.weekdays, row.start, row.end, plan.zones[row.team], window, valid):
            yield _Planned(row.person, row.team, SHIFT, start, end, PLANNED, f"weekly-{row.pk}-{day:%Y%m%d}")
    for one in plan.single:
        if overlap((one.start, one.end), window):
            yield _Planned(one.person, one.team, SHIFT, one.start, one.end, PLANNED, f"single-{one.pk}")


def _on_call(plan: Plan, window: Span) -> Iterator[_Planned]:
    """Overrides, older ones as far as no newer one lies over them; then what they leave of the turns."""
    taken: dict[int, list[Span]] = {}
    for row in sorted(plan.overrides, key=lambda override: -override.pk):
        over = taken.setdefault(row.team, [])
        for start, end in without((row.start, row.end), over):
            if overlap((start, end), window):
                yield _Planned(row.person, row.team, ON_CALL, start, end, OVERRIDE, f"override-{row.pk}")
        over.append((row.start, row.end))
    for rota in plan.rotas:
        yield from _turns(rota, plan.zones[rota.team], window, taken.get(rota.team, ()))


def _turns(rota: Rota, zone: str, window: Span, taken: Iterable[Span]) -> Iterator[_Planned]:
    number = max(0, turn_at(rota, window[0], zone))
    while rota.people and (begin := turn_start(rota, number, zone)) < window[1]:
        person = rota.people[number % len(rota.people)]
        for start, end in without((begin, turn_start(rota, number + 1, zone)), taken):
            yield _Planned(person, rota.team, ON_CALL, start, end, ROTA, f"rota-{rota.team}-{number}")
        number += 1


def _held(plan: Plan, planned: _Planned) -> Iterator[Duty]:
    """Who really has a planned duty, piece by piece; pieces that follow each other with the same person are one."""
    swaps = [
        swap
        for swap in sorted(plan.swaps, key=lambda row: row.pk)
        if (swap.team, swap.kind) == (planned.team, planned.kind) and overlap((swap.start, swap.end), planned.span)
    ]
    away = [row for row in plan.away if overlap((row.start, row.end), planned.span)]
    rota = next((row for row in plan.rotas if row.team == planned.team), None) if planned.kind == ON_CALL else None
    spans = [(row.start, row.end) for row in swaps] + [(row.start, row.end) for row in away]
    marks = [mark for span in spans for mark in span]
    if rota and planned.why == OVERRIDE:
        marks += _hand_overs(rota, plan.zones[rota.team], planned.span)
    duty: Duty | None = None
    for start, end in cut(planned.span, marks):
        absent = {row.person for row in away if row.start <= start < row.end}
        now = [swap for swap in swaps if swap.start <= start < swap.end]
        order = _order(rota, start, plan.zones[rota.team]) if rota else ()
        person, why = _holder(planned, now, order, absent, plan.members.get(planned.team, frozenset()))
        if duty and (person, why) == (duty.person, duty.why) and duty.end == start:
            duty = _duty(planned, person, why, duty.start, end)
            continue
        if duty:
            yield duty
        duty = _duty(planned, person, why, start, end) if person is not None else None
    if duty:
        yield duty


def _hand_overs(rota: Rota, zone: str, span: Span) -> list[datetime]:
    first, last = (turn_at(rota, at, zone) for at in span)
    return [turn_start(rota, number, zone) for number in range(first, last + 1)]


def _order(rota: Rota, at: datetime, zone: str) -> tuple[int, ...]:
    """Whose turn it is, then whose turns follow."""
    if not rota.people:
        return ()
    first = max(0, turn_at(rota, at, zone)) % len(rota.people)
    return rota.people[first:] + rota.people[:first]


def _holder(
    planned: _Planned, swaps: list[Swapped], order: tuple[int, ...], absent: set[int], members: frozenset[int]
) -> tuple[int | None, str]:
    """Follow the swaps from who was planned; where that leads to somebody absent, the next in the rota stands in.

    A stand-in may have swapped in turn. Each swap counts once, so this ends.
    """
    person, why, left = planned.person, planned.why, list(swaps)
    while True:
        swap = next((row for row in left if row.giver == person), None)
        if swap:
            left.remove(swap)
            person, why = swap.taker, SWAP if swap.taker != planned.person else planned.why
        elif person not in absent and person in members:
            return person, why
        else:
            stand_in = next((one for one in order if one not in absent and one in members), None)
            if stand_in is None:
                return None, why
            person, why = stand_in, STAND_IN


def _duty(planned: _Planned, person: int | None, why: str, start: datetime, end: datetime) -> Duty:
    assert person is not None
    instead = planned.person if planned.person != person else None
    return Duty(person, planned.team, planned.kind, start, end, why, planned.source, instead)
