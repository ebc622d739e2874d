"""Counting what a draft of the rules would have done beside what is in force. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalation.rules.decide import LiveRule, Outcome

DRAFT, LIVE = "draft", "live"
SIDES = (DRAFT, LIVE)
MOST_SAMPLES = 500
NEEDLESS_MINUTES = 15
WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Place:
    """Where one set of rules puts a new ticket: team and tier (by slug and level), priority, policy (number)."""

    team: str | None
    tier: int | None
    priority: int
    policy: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A move that a rule would have made later in a ticket's life.

    Attributes:
        late_at: when the ticket missed its promise in fact; None when it did not.
        solved_at: when it was solved in fact.
    """

    ticket: int
    rule: LiveRule
    at: datetime
    team: str | None
    tier: int | None
    late_at: datetime | None
    solved_at: datetime | None

    @property
    def verdict(self) -> str:
        """ "needless" when it was solved within 15 minutes anyway, "saved" when it would have come before the promise
        was missed, "late" when it would have come after, else "same".
        """
        if self.solved_at is not None and 0 <= (self.solved_at - self.at).total_seconds() <= NEEDLESS_MINUTES * 60:
            return "needless"
        if self.late_at is None:
            return "same"
        return "saved" if self.at < self.late_at else "late"


@dataclass(slots=True)
class RuleCount:
    """How often one version fitted by itself, was reached, and was cut off by a rule above."""

    alone: int = 0
    applied: int = 0
    stoppers: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """Everything counted so far."""

    tickets: int = 0
    opened: int = 0
    differs: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    agrees: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, Counter[str]] = field(default_factory=lambda: {side: Counter() for side in SIDES})
    load: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    rules: dict[int, RuleCount] = field(default_factory=lambda: defaultdict(RuleCount))
    samples: list[dict[str, Any]] = field(default_factory=list)

    def opening(self, ticket: int, weekday: int, draft: Place, live: Place, real: str | None) -> None:
        """A new ticket, placed by both.

        Args:
            weekday: 0 is Monday.
            real: the team that solved it in fact; None when nobody has.
        """
        self.opened += 1
        for side, place in ((DRAFT, draft), (LIVE, live)):
            self._load(side, place.team, weekday)
            if real is not None:
                self.agrees[side] += place.team == real
        self.judged += real is not None
        differs = [
            name for name in ("team", "tier", "priority", "policy") if getattr(draft, name) != getattr(live, name)
        ]
        self.differs.update(differs)
        if differs:
            self._sample(
                kind="placed",
                ticket=ticket,
                differs=differs,
                draft=[draft.team, draft.tier, draft.priority, draft.policy],
                live=[live.team, live.tier, live.priority, live.policy],
                real=real,
            )

    def outcome(self, outcome: Outcome, fits: dict[int, bool], *, side: str) -> None:
        """Which rules applied to a new ticket; counted for the draft only, of which the report speaks."""
        if side != DRAFT:
            return
        reached = {rule.version_id for rule in outcome.matched}
        for version_id, fit in fits.items():
            count = self.rules[version_id]
            count.alone += fit
            if version_id in reached:
                count.applied += 1
            elif fit and outcome.stopped_by is not None:
                count.stoppers[outcome.stopped_by.version_id] += 1

    def act(self, rule: LiveRule, side: str) -> None:
        """A rule would have acted later in a ticket's life."""
        self.acts[side] += 1
        if side == DRAFT:
            self.rules[rule.version_id].alone += 1
            self.rules[rule.version_id].applied += 1

    def move(self, move: Move, side: str, weekday: int) -> None:
        """A rule would have moved a ticket later in its life."""
        self.moves[side] += 1
        self.verdicts[side][move.verdict] += 1
        self._load(side, move.team, weekday)
        if side == DRAFT:
            late = move.late_at and move.solved_at and move.solved_at - move.late_at
            self._sample(
                kind="moved",
                ticket=move.ticket,
                rule=move.rule.version_id,
                at=move.at.isoformat(),
                team=move.team,
                tier=move.tier,
                verdict=move.verdict,
                late_minutes=int(late.total_seconds() // 60) if late and late.total_seconds() > 0 else None,
                solved_minutes=_minutes(move.at, move.solved_at),
            )

    def _load(self, side: str, team: str | None, weekday: int) -> None:
        if team is not None:
            sides = self.load.setdefault(team, {name: [0] * WEEKDAYS for name in SIDES})
            sides[side][weekday] += 1

    def _sample(self, **row: Any) -> None:
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(row)


def _minutes(start: datetime, end: datetime | None) -> int | None:
    return int((end - start).total_seconds() // 60) if end is not None and end >= start else None


def report_of(tally: Tally, draft: list[LiveRule]) -> dict[str, Any]:
    """The report as it is kept: JSON."""
    rules = [
        {
            "version": rule.version_id,
            "rule": rule.rule_id,
            "alone": tally.rules[rule.version_id].alone,
            "applied": tally.rules[rule.version_id].applied,
            "stopper": next(iter(dict(tally.rules[rule.version_id].stoppers.most_common(1))), None),
            "broken": rule.broken,
        }
        for rule in draft
    ]
    return {
        "tickets": tally.tickets,
        "opened": tally.opened,
        "differs": dict(tally.differs),
        "judged": tally.judged,
        "agrees": {side: tally.agrees[side] for side in SIDES},
        "acts": {side: tally.acts[side] for side in SIDES},
        "moves": {side: tally.moves[side] for side in SIDES},
        "verdicts": {side: dict(tally.verdicts[side]) for side in SIDES},
        "load": tally.load,
        "rules": rules,
        "never": [row["version"] for row in rules if not row["alone"]],
        "shadowed": [row["version"] for row in rules if row["alone"] and not row["applied"]],
        "samples": tally.samples,
    }
