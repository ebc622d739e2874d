"""Who has which duty, worked out from what was planned: values in, values out, no database and no clock.

The rules are written out in `docs/roster.md`. People and teams are their numbers. Every span is half-open: whoever
comes at 08:00 is there at 08:00, whoever goes at 17:00 is not. What is planned by the wall clock is planned by the
clock of the team's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from accounts.plan import ON_CALL, SHIFT, Plan, Rota, Swapped
from accounts.spans import Span, cut, dates, instant, local_date, overlap, without

# why somebody has a duty
PLANNED, ROTA, OVERRIDE, SWAP, STAND_IN = "shift", "rota", "override", "swap", "stand-in"
# A shift begins on one date and may end on the next; zones are at most 14 hours from UTC.
REACH = timedelta(days=2)
FOREVER = datetime.max.replace(tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class Reign:
    """The time in which one of a team's rotas counts."""

    rota: Rota
    start: datetime
    end: datetime

    @property
    def span(self) -> Span:
        return self.start, self.end


def reigns(plan: Plan) -> dict[int, list[Reign]]:
    """When which rota of each team counts, in order of time: each until the next one begins, or it ends itself."""
    begun: dict[int, list[tuple[datetime, Rota]]] = {}
    for rota in plan.rotas:
        first = turn_start(rota, 0, plan.zones[rota.team])
        begun.setdefault(rota.team, []).append((max(first, rota.begins or first), rota))
    found = {}
    for team, rows in begun.items():
        rows.sort(key=lambda row: row[0])
        following = [start for start, _rota in rows[1:]] + [FOREVER]
        spans = [
            Reign(rota, start, min(after, rota.ends or FOREVER))
            for (start, rota), after in zip(rows, following, strict=True)
        ]
        found[team] = [reign for reign in spans if reign.start < reign.end]
    return found


def duties(plan: Plan, since: datetime, until: datetime) -> list[Duty]:
    """All duties that touch [since, until), whole and not cut to it, by start.

    The same plan gives the same duties whatever window they are asked for.
    """
    window, ruling = (since, until), reigns(plan)
    found = [
        duty
        for planned in (*_shifts(plan, window), *_on_call(plan, ruling, window))
        for duty in _held(plan, planned, ruling.get(planned.team, []) if planned.kind == ON_CALL else [])
        if overlap((duty.start, duty.end), window)
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.team, duty.kind, duty.end, duty.person, duty.source))


def unheld(plan: Plan, since: datetime, until: datetime) -> list[tuple[int, Span]]:
    """When teams with a rota have nobody on call in [since, until): (team, span), in order of time for each team.

    A team has a rota from its first one's beginning until one is taken away.
    """
    have = [duty for duty in duties(plan, since, until) if duty.kind == ON_CALL]
    empty = []
    for team, rows in reigns(plan).items():
        mine = [(duty.start, duty.end) for duty in have if duty.team == team]
        for reign in rows:
            span = overlap(reign.span, (since, until))
            empty += [(team, left) for left in without(span, mine)] if span else []
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


def _on_call(plan: Plan, ruling: dict[int, list[Reign]], window: Span) -> Iterator[_Planned]:
    """Overrides, older ones as far as no newer one lies over them; then what they leave of the turns."""
    taken: dict[int, list[Span]] = {}
    for row in sorted(plan.overrides, key=lambda override: -override.pk):
        over = taken.setdefault(row.team, [])
        for start, end in without((row.start, row.end), over):
            if overlap((start, end), window):
                yield _Planned(row.person, row.team, ON_CALL, start, end, OVERRIDE, f"override-{row.pk}")
        over.append((row.start, row.end))
    for team, rows in ruling.items():
        for reign in rows:
            yield from _turns(reign, plan.zones[team], window, taken.get(team, ()))


def _turns(reign: Reign, zone: str, window: Span, taken: Iterable[Span]) -> Iterator[_Planned]:
    span, rota = overlap(reign.span, window), reign.rota
    if span is None or not rota.people:
        return
    number = turn_at(rota, span[0], zone)
    while (begin := max(reign.start, turn_start(rota, number, zone))) < span[1]:
        person = rota.people[number % len(rota.people)]
        for start, end in without((begin, min(reign.end, turn_start(rota, number + 1, zone))), taken):
            yield _Planned(person, rota.team, ON_CALL, start, end, ROTA, f"rota-{rota.team}-{number}")
        number += 1


def _held(plan: Plan, planned: _Planned, ruling: list[Reign]) -> Iterator[Duty]:
    """Who really has a planned duty, piece by piece; pieces that follow each other with the same person are one."""
    zone = plan.zones[planned.team]
    swaps = [
        swap
        for swap in sorted(plan.swaps, key=lambda row: row.pk)
        if (swap.team, swap.kind) == (planned.team, planned.kind) and overlap((swap.start, swap.end), planned.span)
    ]
    away = [row for row in plan.away if overlap((row.start, row.end), planned.span)]
    spans = [(row.start, row.end) for row in swaps] + [(row.start, row.end) for row in away]
    marks = [mark for span in spans for mark in span]
    if planned.why == OVERRIDE:
        marks += [mark for reign in ruling for mark in _hand_overs(reign, zone, planned.span)]
    duty: Duty | None = None
    for start, end in cut(planned.span, marks):
        absent = {row.person for row in away if row.start <= start < row.end}
        now = [swap for swap in swaps if swap.start <= start < swap.end]
        person, why = _holder(
            planned, now, _order(ruling, start, zone), absent, plan.members.get(planned.team, frozenset())
        )
        if duty and (person, why) == (duty.person, duty.why) and duty.end == start:
            duty = _duty(planned, person, why, duty.start, end)
            continue
        if duty:
            yield duty
        duty = _duty(planned, person, why, start, end) if person is not None else None
    if duty:
        yield duty


def _hand_overs(reign: Reign, zone: str, span: Span) -> list[datetime]:
    """When the order of a rota changes in a span."""
    inside = overlap(reign.span, span)
    if inside is None:
        return []
    first, last = (turn_at(reign.rota, at, zone) for at in inside)
    return [*inside, *(turn_start(reign.rota, number, zone) for number in range(first, last + 1))]


def _order(ruling: list[Reign], at: datetime, zone: str) -> tuple[int, ...]:
    """Whose turn it is, then whose turns follow; between rotas and before the first, those of the next one."""
    rota = next((reign.rota for reign in ruling if at < reign.end), None)
    if rota is None or not rota.people:
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
