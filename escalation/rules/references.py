"""What rules name and could go away: teams, services, policies, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from accounts.models import Department, Site, Skill, Team, Tier, User
from catalogue.models import Category, Service
from escalation.models import BusinessCalendar, Rule, RuleVersion, SlaPolicy
from escalation.rules.definition import RuleDefinition, RuleError, parse
from tickets.automation import Action, Reference, actions, actions_by_hand
from tickets.condition_forms.naming import FIELD_KINDS

# kind -> the keys of these that are there
LOOKUPS: dict[str, Callable[[set[Any]], Iterable[Any]]] = {
    "team": lambda keys: Team.objects.filter(slug__in=keys).values_list("slug", flat=True),
    "tier": lambda keys: Tier.objects.filter(level__in=keys).values_list("level", flat=True),
    "service": lambda keys: Service.objects.filter(slug__in=keys).values_list("slug", flat=True),
    "category": lambda keys: Category.objects.filter(slug__in=keys).values_list("slug", flat=True),
    "requester_department": lambda keys: Department.objects.filter(name__in=keys).values_list("name", flat=True),
    "requester_site": lambda keys: Site.objects.filter(name__in=keys).values_list("name", flat=True),
    "policy": lambda keys: SlaPolicy.objects.filter(pk__in=keys).values_list("pk", flat=True),
    "calendar": lambda keys: BusinessCalendar.objects.filter(pk__in=keys, current__isnull=False).values_list(
        "pk", flat=True
    ),
    "person": lambda keys: User.objects.filter(pk__in=keys, is_active=True).values_list("pk", flat=True),
    "skill": lambda keys: Skill.objects.filter(pk__in=keys).values_list("pk", flat=True),
}
EQUALITY = ("is", "is_not", "in", "not_in")


def named(definition: RuleDefinition) -> Iterator[tuple[str, Reference]]:
    """Everything a rule names that could go away: (where in the rule, (kind, key))."""
    if definition.when.calendar is not None:
        yield "when.calendar", ("calendar", definition.when.calendar)
    for leaf in definition.condition.leaves():
        kind = FIELD_KINDS.get(leaf.field.name)
        if kind and leaf.op in EQUALITY:
            for value in leaf.value if isinstance(leaf.value, tuple | list | frozenset) else (leaf.value,):
                yield f"if.{leaf.field.name}", (kind, value)
    for index, step in enumerate(definition.steps):
        for reference in _every_action()[step.do].references(step.params):
            yield f"then.{index}", reference


def rules_naming(kind: str, key: Any) -> list[str]:
    """The names of the rules in force that name something, in their order and the reader's language."""
    in_force = Rule.objects.filter(is_active=True, removed_at__isnull=True).exclude(current=None)
    return [rule.label for rule in in_force.select_related("current") if _names(rule.current, (kind, key))]


def _every_action() -> dict[str, Action]:
    """Those of rules and those of macros; of one name they name the same things."""
    return actions_by_hand() | actions()


def _names(version: RuleVersion | None, wanted: Reference) -> bool:
    try:
        definition = parse(version.definition if version else None, lookup=False)
    except RuleError:
        return False
    return any(reference == wanted for _place, reference in named(definition))


def missing(definitions: Iterable[RuleDefinition]) -> set[Reference]:
    """What these rules name and is not there (any more); one query for each kind of thing."""
    wanted: dict[str, set[Any]] = {}
    for definition in definitions:
        for _place, (kind, key) in named(definition):
            wanted.setdefault(kind, set()).add(key)
    lookups = {
        **LOOKUPS,
        **{kind: look for action in _every_action().values() for kind, look in action.lookups.items()},
    }
    return {(kind, key) for kind, keys in wanted.items() for key in keys - set(lookups[kind](keys)) if kind in lookups}
