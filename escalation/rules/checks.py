"""What is wrong with rules before they ever run: contradictions, things that are gone, and circles. Pure but for the
look-up of what is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from escalation.rules.decide import LiveRule
from escalation.rules.definition import RuleDefinition
from escalation.rules.references import missing, named
from escalation.rules.timing import stay_columns
from tickets.automation import actions
from tickets.conditions import Condition, Leaf, contradictions


def troubles(definition: RuleDefinition) -> Iterator[tuple[str, str]]:
    """What is wrong with one rule: (place, words)."""
    for path, message in contradictions(definition.condition):
        yield f"if.{path}".rstrip("."), message
    gone = missing([definition])
    for place, (kind, key) in named(definition):
        if (kind, key) in gone:
            yield place, _("“%(key)s” is gone.") % {"key": key}


def loops(rules: Sequence[LiveRule]) -> list[LiveRule] | None:
    """Rules that would set each other off without end, in order; None when there are none.

    One rule sets off another when an action changes what the other listens to, and the other's condition can hold once
    it has. A step to a value that stands already is no event, so a circle is endless only where some field is set to
    two different values on its way round.
    """
    effects = [_effects(rule) for rule in rules]
    follows = {
        index: [other for other in range(len(rules)) if _sets_off(rules[index], effects[index], rules[other])]
        for index in range(len(rules))
    }
    for start in follows:
        path = _circle(start, follows, effects)
        if path:
            return [rules[index] for index in path]
    return None


def _circle(start: int, follows: Mapping[int, list[int]], effects: Sequence[dict[str, Any]]) -> list[int] | None:
    """The shortest way from a rule back to itself on which a field changes more than once."""
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop(0)
        for after in follows[path[-1]]:
            if after == start and _alternates([effects[index] for index in path]):
                return path
            if after not in seen:
                seen.add(after)
                paths.append([*path, after])
    return None


def _alternates(effects: Sequence[dict[str, Any]]) -> bool:
    for name in {name for effect in effects for name in effect}:
        values = [effect[name] for effect in effects if name in effect]
        if len(values) > 1 and any(value != values[0] for value in values):
            return True
    return False


def _effects(rule: LiveRule) -> dict[str, Any]:
    assert rule.definition is not None
    found: dict[str, Any] = {}
    for step in rule.definition.steps:
        found |= actions()[step.do].effect(step.params, {})
    return found


def _sets_off(first: LiveRule, effect: Mapping[str, Any], then: LiveRule) -> bool:
    assert first.definition is not None and then.definition is not None
    if then.definition.is_timed:
        # it waits for a time that the move starts anew: it will find the ticket again
        restarted = {f"{name}_since" for name in effect} | ({"tier_since"} if "team" in effect else set())
        if not restarted & set(stay_columns(then.definition)):
            return False
    else:
        pulled = {trigger for step in first.definition.steps for trigger in actions()[step.do].sets_off}
        if not pulled & then.definition.when.on:
            return False
    return _can_hold(then.definition.condition, effect)


def _can_hold(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """Whether a condition can be true of a ticket of which only these facts are known."""
    if condition.root.word == "any":
        return any(_item_can_hold(item, facts) for item in condition.root.items)
    return all(_item_can_hold(item, facts) for item in condition.root.items)


def _item_can_hold(item: Any, facts: Mapping[str, Any]) -> bool:
    if not isinstance(item, Leaf):
        can = [_item_can_hold(one, facts) for one in item.items]
        return all(can) if item.word == "all" else any(can)
    if not set(item.field.facts) <= set(facts):
        return True
    return item.holds(facts)
