"""The rules in force, read once per change of them, and the ones that cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.steady import kept
from core.time import database_now
from escalation.models import Rule, RuleSwitch, RuleVersion
from escalation.rules.decide import LiveRule
from escalation.rules.definition import RuleDefinition, RuleError, parse
from escalation.rules.references import missing, named
from escalation.rules.stamp import changed
from notifications.outbox import Channel, Letter, post

logger = logging.getLogger(__name__)
REASON_LENGTH = 300
LONG_TEXTS = frozenset({"text", "subject", "description"})
IN_FORCE = Q(is_active=True, removed_at__isnull=True, current__isnull=False)


@dataclass(frozen=True, slots=True)
class LiveSet:
    """What is in force. `asked` names the facts that some rule looks at, prose left out."""

    is_on: bool = True
    rules: tuple[LiveRule, ...] = ()
    by_trigger: dict[str, tuple[LiveRule, ...]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    def for_triggers(self, names: frozenset[str]) -> tuple[LiveRule, ...]:
        """The rules that one of these triggers sets off, in order."""
        if len(names) == 1:
            return self.by_trigger.get(next(iter(names)), ())
        wanted = {rule.rule_id for name in names for rule in self.by_trigger.get(name, ())}
        return tuple(rule for rule in self.rules if rule.rule_id in wanted)


_cached: dict[int, LiveSet] = {}
_parsed: dict[int, RuleDefinition] = {}
MOST_PARSED = 4096


@kept
def live_set() -> LiveSet:
    """The rules in force: one small query, and the rules themselves again only after a change."""
    switch = RuleSwitch.objects.filter(pk=1).values_list("is_on", "stamp").first()
    is_on, stamp = switch or (True, 0)
    if not is_on:
        return LiveSet(is_on=False)
    found = _cached.get(stamp)
    if found is None:
        found = read_set()
        if stamp:
            _cached.clear()
            _cached[stamp] = found
    return found


def read_set() -> LiveSet:
    """Read the rules in force; one that cannot be used is flagged and its owner told."""
    rows = list(Rule.objects.filter(IN_FORCE).select_related("current", "owner").order_by("position", "pk"))
    live = live_rules(row.current for row in rows if row.current)
    for row, rule in zip(rows, live, strict=True):
        if rule.broken:
            flag(row, rule.broken)
    return set_of(live)


def in_force() -> list[int]:
    """The versions in force, in order."""
    rows = Rule.objects.filter(IN_FORCE).order_by("position", "pk").values_list("current_id", flat=True)
    return [pk for pk in rows if pk is not None]


def check_stored() -> None:
    """Look at every rule in force anew: what names something that is gone is skipped from now on, what is mended runs
    again.
    """
    known = set(Rule.objects.filter(IN_FORCE).exclude(broken="").values_list("pk", flat=True))
    found = {rule.rule_id for rule in read_set().rules if rule.broken}
    Rule.objects.filter(pk__in=known - found).update(broken="", broken_at=None)
    if known != found:
        changed()


def live_rules(versions: Iterable[RuleVersion]) -> list[LiveRule]:
    """Versions as rules to decide by; what they name is looked up for all of them together."""
    # in the house's language, whoever reads: a reason that is told once must not differ from reader to reader
    with override(settings.LANGUAGE_CODE):
        found = [_live(version) for version in versions]
        gone = missing(rule.definition for rule in found if rule.definition)
        return [_without_what_is_gone(rule, gone) for rule in found]


def set_of(rules: Iterable[LiveRule]) -> LiveSet:
    """Rules in order as a set."""
    ordered = tuple(rules)
    by_trigger: dict[str, tuple[LiveRule, ...]] = {}
    for rule in ordered:
        for name in rule.definition.when.on if rule.definition else ("opened",):
            by_trigger[name] = (*by_trigger.get(name, ()), rule)
    asked = frozenset(name for rule in ordered for leaf in rule.leaves for name in leaf.field.facts)
    return LiveSet(True, ordered, by_trigger, asked - LONG_TEXTS)


def flag(rule: Rule, reason: str) -> None:
    """Note that a rule is skipped and tell its owner, once per reason."""
    reason = reason[:REASON_LENGTH]
    now = database_now()
    changed = Rule.objects.filter(pk=rule.pk).exclude(broken=reason).update(broken=reason, broken_at=now)
    if not changed:
        return
    logger.error("rule %s is skipped: %s", rule.pk, reason)
    tell_owner(rule, "rule_broken", {"reason": reason}, f"rule-{rule.pk}-broken-{now.isoformat()}")


def tell_owner(rule: Rule, template: str, context: dict[str, str], key: str) -> None:
    """Write to the owner of a rule, by mail and in the product."""
    if rule.owner is None:
        return
    context = {"name": rule.name, "name_id": rule.name_id, "path": f"/desk/rules/{rule.pk}/", **context}
    letters = [
        Letter(recipient=rule.owner, template=template, key=key, context=context, channel=channel)
        for channel in (Channel.EMAIL, Channel.IN_APP)
    ]
    post(letters, at=database_now())


def definition_of(version: RuleVersion) -> RuleDefinition:
    """A version's wording; versions never change, so it is kept.

    Raises:
        RuleError: what is stored makes no sense.
    """
    found = _parsed.get(version.pk)
    if found is None:
        if len(_parsed) >= MOST_PARSED:
            _parsed.clear()
        found = _parsed[version.pk] = parse(version.definition, lookup=False)
    return found


def _live(version: RuleVersion) -> LiveRule:
    broken, definition = "", None
    try:
        definition = definition_of(version)
    except RuleError as error:
        broken = str(error)
    leaves = tuple(definition.condition.leaves()) if definition else ()
    names = version.name, version.name_id
    return LiveRule(version.rule_id, version.pk, version.number, *names, definition, broken, leaves)


def _without_what_is_gone(rule: LiveRule, gone: set[tuple[str, object]]) -> LiveRule:
    if rule.definition is None or not gone:
        return rule
    lost = next((one for _place, one in named(rule.definition) if one in gone), None)
    if lost is None:
        return rule
    words = _("“%(key)s” is gone.") % {"key": lost[1]}
    return LiveRule(rule.rule_id, rule.version_id, rule.number, rule.name, rule.name_id, None, words)
