"""Choosing whom a ticket goes to. Pure: a strategy, candidates and facts in, a choice with its account out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from escalation.assignment.definition import LEAD, QUEUE, Step, Strategy, StrategyError, parse
from escalation.assignment.words import Account, reason_of

__all__ = ["Candidate", "Choice", "Facts", "Step", "Strategy", "StrategyError", "choose", "parse"]
CHOSEN = "chosen"
IN_TURN = Step("round_robin")
AWAY = Step("absent")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the team, as far as a strategy asks.

    Attributes:
        skills: level of each skill that counts that day; a skill whose certificate has run out is not there.
        languages: codes of all they speak.
        open: how many live tickets they own, P1 first.
        turn: number of the last turn that was theirs; 0 when none was.
    """

    id: int
    name: str
    is_on_shift: bool = True
    is_absent: bool = False
    is_lead: bool = False
    skills: Mapping[int, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    open: tuple[int, ...] = (0, 0, 0, 0)
    turn: int = 0

    @property
    def open_count(self) -> int:
        return sum(self.open)

    def open_effort(self, weights: tuple[int, ...]) -> int:
        """Their open tickets, each weighed by its priority."""
        return sum(count * weight for count, weight in zip(self.open, weights, strict=True))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a strategy asks about the ticket and its team.

    Attributes:
        language: the code of the language it is written in.
        previous_owner: who had it when it ended, where it was reopened.
        is_planned: whether the team plans who is on shift; where it does not, everybody is.
        skill_names: what the skills asked for are called, in each language.
    """

    language: str = "en"
    previous_owner: int | None = None
    is_planned: bool = True
    skill_names: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a strategy came to.

    Attributes:
        person: number of who gets it; None when it stays in the queue.
        by: the step that named them, "lead", "queue", or "owner" where it had one already.
        considered: for each candidate {"person", "by", "step"}: what put them out, or "chosen"; fit for JSON.
        reason: one sentence in each language.
    """

    person: int | None
    by: str
    considered: tuple[Mapping[str, Any], ...]
    reason: Mapping[str, str]

    @property
    def took_a_turn(self) -> bool:
        """Whether it counts as a turn: a ticket that comes back to its owner is none."""
        return self.person is not None and self.by not in ("previous_owner", "owner")


@dataclass(slots=True)
class _Sieve:
    """Those still in question, and why the others are not."""

    left: list[Candidate]
    out: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    kept: list[Step] = field(default_factory=list)
    passed_over: list[Step] = field(default_factory=list)

    def keep(self, candidates: Iterable[Candidate], by: str, number: int | None) -> None:
        """Only these go on."""
        staying = list(candidates)
        names = {one.id for one in staying}
        self.out |= {one.id: (by, number) for one in self.left if one.id not in names}
        self.left = staying


def choose(strategy: Strategy, candidates: Iterable[Candidate], facts: Facts) -> Choice:
    """Walk the steps: each puts some out, the last names one of those left; nobody absent is ever chosen.

    Whose turn is longest ago comes first, and who never had one before all others; the lower number breaks a tie.
    """
    everybody = sorted(candidates, key=lambda one: one.id)
    sieve = _Sieve(list(everybody))
    sieve.keep([one for one in everybody if not one.is_absent], AWAY.by, None)
    for number, step in enumerate(strategy.steps):
        if step.by == "previous_owner":
            owner = next((one for one in sieve.left if one.id == facts.previous_owner), None)
            if owner is not None and (owner.is_on_shift or not facts.is_planned):
                return _chosen(owner, step, number, everybody, sieve, facts)
        elif step.picks:
            break
        else:
            _filter(sieve, step, number, facts)
    if not sieve.left:
        return _nobody(strategy, everybody, sieve, facts)
    last = len(strategy.steps) - 1
    picker = strategy.steps[last] if strategy.steps and strategy.steps[last].picks else IN_TURN
    number = last if picker is not IN_TURN else last + 1
    return _chosen(_first(sieve.left, picker), picker, number, everybody, sieve, facts)


def _filter(sieve: _Sieve, step: Step, number: int, facts: Facts) -> None:
    fitting = [one for one in sieve.left if _fits(step, one, facts)]
    if sieve.left and not fitting and step.by == "language" and not step.only:
        sieve.passed_over.append(step)
        return
    sieve.keep(fitting, step.by, number)
    sieve.kept.append(step)


def _fits(step: Step, one: Candidate, facts: Facts) -> bool:
    match step.by:
        case "on_shift":
            return one.is_on_shift or not facts.is_planned
        case "skill":
            return one.skills.get(step.skill, 0) >= step.level
        case "language":
            return facts.language in one.languages
        case _:
            return one.open_count < step.most


def _first(left: list[Candidate], picker: Step) -> Candidate:
    if picker.by == "least_effort":
        return min(left, key=lambda one: (one.open_effort(picker.weights), one.turn, one.id))
    return min(left, key=lambda one: (one.turn, one.id))


def _chosen(one: Candidate, step: Step, number: int, everybody: list[Candidate], sieve: _Sieve, facts: Facts) -> Choice:
    account = Account(step, len(sieve.left), sieve.kept, sieve.passed_over, facts.language, facts.is_planned)
    sieve.keep([one], step.by, number)
    return Choice(one.id, step.by, _considered(everybody, sieve), reason_of(account, facts.skill_names))


def _nobody(strategy: Strategy, everybody: list[Candidate], sieve: _Sieve, facts: Facts) -> Choice:
    """The lead who is on shift before one who is not; without a lead at work it stays in the queue."""
    leads = [one for one in everybody if one.is_lead and not one.is_absent] if strategy.otherwise == LEAD else []
    lead = min(leads, key=lambda one: (not one.is_on_shift, one.turn, one.id), default=None)
    out = [(by, strategy.steps[number] if number is not None else AWAY) for by, number in sieve.out.values()]
    account = Account(Step(LEAD if lead else QUEUE), 0, language=facts.language, out=[step for _by, step in out])
    if lead is not None:
        sieve.out.pop(lead.id)
        sieve.left = [lead]
    reason = reason_of(account, facts.skill_names)
    return Choice(lead.id if lead else None, account.step.by, _considered(everybody, sieve), reason)


def _considered(everybody: list[Candidate], sieve: _Sieve) -> tuple[Mapping[str, Any], ...]:
    """Numbers, no names: people are called as they are called when it is read."""
    rows = []
    for one in everybody:
        by, number = sieve.out.get(one.id, (CHOSEN, None))
        rows.append({"person": one.id, "by": by, **({"step": number} if number is not None else {})})
    return tuple(rows)
