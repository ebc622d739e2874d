"""A policy in words: targets as a table, milestones and pauses as lines, for people who read what they may change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Tier
from core.spoken_time import compact_duration
from escalation.clock import SINGLE
from escalation.conditions import compiled
from escalation.models import Clock
from escalation.policy_definition import BREACH, Minutes, PolicyDefinition, StepAction, StepRule
from tickets.choices import PendingReason, Priority
from tickets.conditions import in_words

WHO = {
    "owner": gettext_lazy("owner of the ticket"),
    "team": gettext_lazy("team"),
    "lead": gettext_lazy("team lead"),
    "department": gettext_lazy("department manager"),
    "managers": gettext_lazy("incident managers"),
    "on_call": gettext_lazy("whoever is on call"),
    "requester": gettext_lazy("requester"),
    "watchers": gettext_lazy("followers"),
}
PRIORITIES = tuple(int(priority) for priority in Priority)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One line of the table of targets: what is promised, and for each priority how soon ("" for nothing)."""

    label: str
    cells: tuple[str, ...]


def span_in_words(minutes: int | None) -> str:
    """ "45m", "4h", "1h 30m" of working time; "" for None."""
    return "" if minutes is None else compact_duration(minutes * 60, days=False)


def metric_in_words(metric: str) -> str:
    """What a clock is called."""
    return str(Clock.Metric(metric).label)


def tier_in_words(level: int, tiers: Mapping[int, Tier]) -> str:
    """The row of a tier in the table of targets."""
    numeral = tiers[level].numeral if level in tiers else str(level)
    return _("On tier %(tier)s") % {"tier": numeral}


def tiers_by_level() -> dict[int, Tier]:
    """The rungs there are."""
    return {tier.level: tier for tier in Tier.objects.all()}


def target_rows(definition: PolicyDefinition, tiers: Mapping[int, Tier]) -> list[TargetRow]:
    """The table of targets, without rows in which nothing is promised."""
    named: list[tuple[str, Minutes]] = [(metric_in_words(name), definition.targets.get(name, {})) for name in SINGLE]
    named += [(tier_in_words(level, tiers), definition.ola[level]) for level in sorted(definition.ola)]
    named.append((metric_in_words(Clock.Metric.VENDOR), definition.vendor))
    return [TargetRow(label, tuple(_cells(minutes))) for label, minutes in named if minutes]


def _cells(minutes: Minutes) -> Iterable[str]:
    return (span_in_words(minutes.get(priority)) for priority in PRIORITIES)


def conditions_in_words(tree: Mapping[str, Any]) -> str:
    """Which tickets a policy is for.

    Raises:
        ConditionError: the tree is not valid.
    """
    return in_words(compiled(json.dumps(tree, sort_keys=True)))


def pauses_in_words(pauses: Iterable[str]) -> str:
    """What stops the clocks: "Waiting for requester, Scheduled"."""
    chosen = set(pauses)
    named = [str(reason.label) for reason in PendingReason if reason.value in chosen]
    return ", ".join(named) if named else _("Nothing: the time runs on while a ticket waits")


def steps_in_words(definition: PolicyDefinition) -> list[str]:
    """A line for each milestone."""
    return [step_in_words(step) for step in definition.steps]


def step_in_words(step: StepRule) -> str:
    """ "Solution, at 75% of the time: notify team lead"."""
    point = {"clock": metric_in_words(step.metric), "point": _point(step), "what": _actions(step.actions)}
    words = _("%(clock)s, %(point)s: %(what)s") % point
    if step.only_if:
        words += " " + _("(only if %(condition)s)") % {"condition": conditions_in_words(step.only_if)}
    return words


def step_point(step: StepRule) -> str:
    """ "Solution, when the time has run out": a milestone without what it does."""
    return _("%(clock)s, %(point)s") % {"clock": metric_in_words(step.metric), "point": _point(step)}


def _point(step: StepRule) -> str:
    if step.key == BREACH:
        return _("when the time has run out")
    if step.minutes is None:
        return _("at %(share)d%% of the time") % {"share": step.percent or 0}
    span = {"span": span_in_words(abs(step.minutes))}
    return (_("%(span)s before the time runs out") if step.minutes < 0 else _("%(span)s after it has run out")) % span


def _actions(actions: Sequence[StepAction]) -> str:
    if not actions:
        return _("only noted in the history")
    return get_text_list([_action(action) for action in actions], _("and"))


def _action(action: StepAction) -> str:
    people = ", ".join(str(WHO[name]) for name in action.who)
    if action.do == "notify":
        return _("notify %(people)s") % {"people": people}
    if action.do == "call":
        return _("call %(people)s") % {"people": people}
    if action.do == "summon":
        return _("call %(people)s, and on up until somebody answers") % {"people": WHO[action.to]}
    if action.do == "reassign":
        return _("give it to the team lead") if action.to == "lead" else _("put it back into the queue")
    if action.do == "raise_tier":
        return _("pass it to the next tier")
    # the rest of the address may be a secret
    return _("tell %(host)s") % {"host": urlsplit(action.url).hostname}
