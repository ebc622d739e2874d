"""The ladder as data: its rungs in order, the steps between them, and what a handover must contain on each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from accounts.naming import in_indonesian
from tickets.texts import is_blank

UP, DOWN = "up", "down"
# what a packet may be asked for; the first two are what makes it a packet at all
FIELDS = ("symptom", "asked", "tried", "evidence", "urgency")
ALWAYS = ("symptom", "asked")
ANYBODY, LEADS = "agents", "leads"
SENDERS = (ANYBODY, LEADS)
MOST_RUNGS = 5
MOST_ITEMS = 20
NAME_CHARACTERS = 120
ITEM_CHARACTERS = 200
MOST_MINUTES = 60 * 24 * 60


class LadderError(ValueError):
    """A ladder nobody could climb; `field` names the part at fault ("rungs", "steps")."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier, by its primary key, with its name in both languages."""

    tier_id: int
    name: str
    name_id: str = ""

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_id if in_indonesian() and self.name_id else self.name


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist, in both languages."""

    en: str
    id: str = ""

    @property
    def label(self) -> str:
        """The words in the reader's language."""
        return self.id if in_indonesian() and self.id else self.en


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A way from one rung to another.

    Attributes:
        fields: what the packet must hold besides symptom and what is asked.
        checklist: what must be ticked before it goes.
        senders: ANYBODY of the sending team, or its LEADS.
        teams: which teams of the rung may use it; empty for all.
        accept_minutes: working minutes until the receiving team is reminded; None for never.
        lead_minutes: working minutes until its lead is told; None for never.
    """

    start: int
    end: int
    direction: str
    fields: tuple[str, ...] = ()
    checklist: tuple[Item, ...] = ()
    senders: str = ANYBODY
    teams: tuple[int, ...] = ()
    accept_minutes: int | None = None
    lead_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the first up, the steps between them, and whether a step may skip rungs."""

    rungs: tuple[Rung, ...]
    steps: tuple[LadderStep, ...]
    skips: bool = True

    def position(self, tier_id: int | None) -> int:
        """Where a rung stands, from 0; -1 for none."""
        return next((place for place, rung in enumerate(self.rungs) if rung.tier_id == tier_id), -1)

    def step(self, start: int | None, end: int) -> LadderStep | None:
        """The way from one rung to another; None where the ladder has none.

        On one rung, and from outside the ladder, a plain packet does. A step that skips rungs asks for everything the
        steps it skips ask for.
        """
        here, there = self.position(start), self.position(end)
        if start is None or here == there:
            return LadderStep(start or 0, end, UP)
        written = next((step for step in self.steps if (step.start, step.end) == (start, end)), None)
        if written is not None or here < 0 or there < here or not self.skips:
            return written
        legs = [self._leg(place) for place in range(here, there)]
        return _joined([leg for leg in legs if leg is not None], start, end) if all(legs) else None

    def _leg(self, place: int) -> LadderStep | None:
        start, end = self.rungs[place].tier_id, self.rungs[place + 1].tier_id
        return next((step for step in self.steps if (step.start, step.end) == (start, end)), None)


def _joined(legs: Sequence[LadderStep], start: int, end: int) -> LadderStep:
    asked = {field for leg in legs for field in leg.fields}
    last = legs[-1]
    return LadderStep(
        start,
        end,
        UP,
        fields=tuple(field for field in FIELDS if field in asked),
        checklist=tuple(dict.fromkeys(item for leg in legs for item in leg.checklist)),
        senders=LEADS if any(leg.senders == LEADS for leg in legs) else ANYBODY,
        teams=legs[0].teams,
        accept_minutes=last.accept_minutes,
        lead_minutes=last.lead_minutes,
    )


def usual(rungs: Sequence[Rung]) -> Ladder:
    """The ladder of a house that has not written its own: one rung at a time, skips allowed, down to any rung."""
    up = [LadderStep(low.tier_id, high.tier_id, UP) for low, high in pairwise(rungs)]
    down = [
        LadderStep(high.tier_id, low.tier_id, DOWN) for place, high in enumerate(rungs) for low in rungs[:place][::-1]
    ]
    return Ladder(tuple(rungs), (*up, *down))


def parse(tree: Mapping[str, Any]) -> Ladder:
    """Read a stored or typed ladder.

    Raises:
        LadderError: on the part that makes no sense, in words for whoever wrote it.
    """
    try:
        rungs = tuple(_rung(row) for row in tree["rungs"])
        steps = tuple(_step(row) for row in tree["steps"])
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, LadderError):
            raise
        raise LadderError("steps", _("The ladder cannot be read.")) from error
    ladder = Ladder(rungs, steps, skips=bool(tree.get("skips", True)))
    _check_rungs(ladder)
    _check_steps(ladder)
    return ladder


def as_tree(ladder: Ladder) -> dict[str, Any]:
    """The ladder as it is stored; `parse` reads it back."""
    return {
        "rungs": [{"tier": rung.tier_id, "name": rung.name, "name_id": rung.name_id} for rung in ladder.rungs],
        "steps": [
            {
                "from": step.start,
                "to": step.end,
                "direction": step.direction,
                "fields": list(step.fields),
                "checklist": [{"en": item.en, "id": item.id} for item in step.checklist],
                "senders": step.senders,
                "teams": list(step.teams),
                "accept_minutes": step.accept_minutes,
                "lead_minutes": step.lead_minutes,
            }
            for step in ladder.steps
        ],
        "skips": ladder.skips,
    }


def _rung(row: Mapping[str, Any]) -> Rung:
    return Rung(int(row["tier"]), str(row["name"]).strip(), str(row.get("name_id", "")).strip())


def _step(row: Mapping[str, Any]) -> LadderStep:
    items = tuple(Item(str(item["en"]).strip(), str(item.get("id", "")).strip()) for item in row.get("checklist", ()))
    return LadderStep(
        start=int(row["from"]),
        end=int(row["to"]),
        direction=str(row["direction"]),
        fields=tuple(field for field in FIELDS if field in row.get("fields", ())),
        checklist=items,
        senders=str(row.get("senders", ANYBODY)),
        teams=tuple(int(team) for team in row.get("teams", ())),
        accept_minutes=_minutes(row.get("accept_minutes")),
        lead_minutes=_minutes(row.get("lead_minutes")),
    )


def _minutes(value: Any) -> int | None:
    if value is None:
        return None
    if not 0 < int(value) <= MOST_MINUTES:
        raise LadderError("steps", _("A time to accept is between one minute and sixty days."))
    return int(value)


def _check_rungs(ladder: Ladder) -> None:
    if not ladder.rungs:
        raise LadderError("rungs", _("The ladder has no first rung: add at least one tier."))
    if len(ladder.rungs) > MOST_RUNGS:
        raise LadderError("rungs", _("A ladder has at most %(most)s tiers.") % {"most": MOST_RUNGS})
    if any(is_blank(rung.name) or len(rung.name) > NAME_CHARACTERS for rung in ladder.rungs):
        raise LadderError("rungs", _("Every tier needs a name, at most %(most)s long.") % {"most": NAME_CHARACTERS})
    if len({rung.tier_id for rung in ladder.rungs}) != len(ladder.rungs):
        raise LadderError("rungs", _("A tier stands on the ladder twice."))
    if len({rung.name.casefold() for rung in ladder.rungs}) != len(ladder.rungs):
        raise LadderError("rungs", _("Two tiers have the same name."))


def _check_steps(ladder: Ladder) -> None:
    known = {rung.tier_id for rung in ladder.rungs}
    for step in ladder.steps:
        _check_step(step, known)
    ways = [(step.start, step.end) for step in ladder.steps]
    if len(set(ways)) != len(ways):
        raise LadderError("steps", _("The same step is written twice."))
    above = {start: [step.end for step in ladder.steps if step.start == start and step.direction == UP]
             for start in known}  # fmt: skip
    _check_first(ladder, above)
    if circle := next(_circles(above), None):
        raise LadderError("steps", _("The steps up go in a circle: %(path)s.") % {"path": _path(ladder, circle)})
    for step in ladder.steps:
        climbs = ladder.position(step.end) > ladder.position(step.start)
        if climbs != (step.direction == UP):
            way = {"path": _path(ladder, (step.start, step.end))}
            words = _("%(path)s leads down, not up.") if step.direction == UP else _("%(path)s leads up, not down.")
            raise LadderError("steps", words % way)
    stuck = next((rung for rung in ladder.rungs[:-1] if not above[rung.tier_id]), None)
    if stuck is not None:
        raise LadderError("steps", _("No step leads up from %(name)s.") % {"name": stuck.name})


def _check_step(step: LadderStep, known: set[int]) -> None:
    if not {step.start, step.end} <= known:
        raise LadderError("steps", _("A step leads to a tier that is not on the ladder."))
    if step.start == step.end:
        raise LadderError("steps", _("A step leads from a tier to itself."))
    if step.direction not in (UP, DOWN) or step.senders not in SENDERS:
        raise LadderError("steps", _("The ladder cannot be read."))
    if len(step.checklist) > MOST_ITEMS:
        raise LadderError("steps", _("A checklist has at most %(most)s lines.") % {"most": MOST_ITEMS})
    if any(is_blank(item.en) or max(len(item.en), len(item.id)) > ITEM_CHARACTERS for item in step.checklist):
        raise LadderError(
            "steps",
            _("Every line of a checklist needs English words, at most %(most)s long.") % {"most": ITEM_CHARACTERS},
        )
    if step.accept_minutes and step.lead_minutes and step.lead_minutes < step.accept_minutes:
        raise LadderError("steps", _("The lead is told after the team is reminded, not before."))


def _check_first(ladder: Ladder, above: Mapping[int, Sequence[int]]) -> None:
    entered = {end for ends in above.values() for end in ends}
    firsts = [rung for rung in ladder.rungs if rung.tier_id not in entered]
    if not firsts:
        raise LadderError("steps", _("The ladder has no first rung: every tier is reached from another one."))
    first = min(firsts, key=lambda rung: ladder.position(rung.tier_id))
    lost = next((rung for rung in firsts if rung is not first), None)
    if lost is not None:
        raise LadderError("steps", _("No step leads up to %(name)s.") % {"name": lost.name})


def _circles(above: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Walks up that come back to a rung they passed, with that rung at both ends."""

    def walk(path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for end in above[path[-1]]:
            if end in path:
                yield (*path[path.index(end) :], end)
            else:
                yield from walk((*path, end))

    for start in above:
        yield from walk((start,))


def _path(ladder: Ladder, tiers: Sequence[int]) -> str:
    names = {rung.tier_id: rung.name for rung in ladder.rungs}
    return " → ".join(names[tier] for tier in tiers)
