"""Which rules apply to a ticket and what they come to. Pure: facts and rules in, a plan out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.naming import in_reader_language
from escalation.conditions import first_no
from escalation.rules.definition import RuleDefinition, Step
from tickets.automation import actions
from tickets.conditions import Leaf

OUT_OF_WINDOW = -1
BROKEN = -2


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule as it is in force; `definition` is None where it cannot be used, `broken` says why."""

    rule_id: int
    version_id: int
    number: int
    name: str
    name_id: str
    definition: RuleDefinition | None
    broken: str = ""
    leaves: tuple[Leaf, ...] = ()

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name, self.name_id)

    @property
    def names(self) -> dict[str, str]:
        """The name in both languages, as the history keeps a reason."""
        return {"en": self.name, "id": self.name_id or self.name}


@dataclass(frozen=True, slots=True)
class Planned:
    """One action to do. `lost_to` is the rule that had decided the same point before: then it is not done."""

    rule: LiveRule
    step: Step
    lost_to: LiveRule | None = None


@dataclass(slots=True)
class Outcome:
    """What a walk down the rules came to.

    Attributes:
        skipped: (version, number of the first question answered with no, or OUT_OF_WINDOW or BROKEN) in order.
        decided: each point of the ticket and the action that has it.
        facts: the facts as the effects leave them.
        stopped_by: the rule that said "stop here".
    """

    matched: list[LiveRule] = field(default_factory=list)
    plan: list[Planned] = field(default_factory=list)
    skipped: list[tuple[int, int]] = field(default_factory=list)
    decided: dict[str, Planned] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    stopped_by: LiveRule | None = None


Holds = Callable[[LiveRule, Mapping[str, Any]], bool]


def decide(
    facts: Mapping[str, Any],
    rules: Iterable[LiveRule],
    at: datetime | None,
    *,
    holds: Holds | None = None,
    explains: bool = True,
) -> Outcome:
    """Walk the rules in order. Rules further down see what those above would change; of the rules that decide the same
    point of a ticket (its team, priority, owner, ...) the first has it; "stop here" ends the walk.

    Args:
        facts: the ticket's facts as `tickets.conditions.facts_of` gives them.
        rules: rules of one trigger, in order.
        at: the instant, for the rules' windows; None takes every rule as active.
        holds: answers a rule's condition in place of asking it, for callers who know some answers.
        explains: whether `skipped` is kept.
    """
    outcome = Outcome(facts=dict(facts))
    ask = holds or _holds
    for rule in rules:
        definition = rule.definition
        if definition is None:
            outcome.skipped.append((rule.version_id, BROKEN))
        elif at is not None and not definition.is_active(at):
            outcome.skipped.append((rule.version_id, OUT_OF_WINDOW))
        elif not ask(rule, outcome.facts):
            if explains:
                outcome.skipped.append((rule.version_id, first_no(definition.condition, outcome.facts)))
        else:
            _take(outcome, rule, definition)
            if definition.stops:
                outcome.stopped_by = rule
                break
    return outcome


def _holds(rule: LiveRule, facts: Mapping[str, Any]) -> bool:
    return rule.definition is not None and rule.definition.condition.evaluate(facts)


def _take(outcome: Outcome, rule: LiveRule, definition: RuleDefinition) -> None:
    outcome.matched.append(rule)
    for step in definition.steps:
        action = actions()[step.do]
        before = outcome.decided.get(action.decides) if action.decides else None
        if before is not None:
            outcome.plan.append(Planned(rule, step, lost_to=before.rule))
            continue
        planned = Planned(rule, step)
        outcome.plan.append(planned)
        if action.decides:
            outcome.decided[action.decides] = planned
        outcome.facts |= action.effect(step.params, outcome.facts)
