"""What the list of rules does with a rule: another place in the order, an older version again, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from escalation.commands.rules import RuleWording, Setting, draft_rule, put_in_force
from escalation.models import Rule, RuleVersion
from escalation.policies import keeps_rules, writes_rules
from escalation.rules.described import newest_versions
from escalation.rules.notes import AGAIN, IMPORTED, MOVED_DOWN, MOVED_UP

STEP = 10
Place = tuple[float, int]  # order and key of a rule


def wording_of(version: RuleVersion) -> RuleWording:
    """What a version says, to be written again."""
    return RuleWording(version.name, version.definition, version.name_id)


def move_rule(rule: Rule, *, up: bool, actor: User) -> RuleVersion:
    """Draft a rule with an order one place further up or down; it moves when that is turned on. Nothing is smaller than
    0, so a rule that is to pass one at 0 stays, and the other is drafted further down instead.

    Returns:
        The draft, of this rule or of the one above it.

    Raises:
        Invalid: it is the first or the last.  NotAllowed: only leads and managers.
    """
    others = list(Rule.objects.filter(removed_at__isnull=True).exclude(pk=rule.pk).values_list("position", "pk"))
    here = (_newest(rule).definition.get("order", 0), rule.pk)
    above = sorted((place for place in others if place < here), reverse=True)
    below = sorted(place for place in others if place > here)
    ahead = above if up else below
    if not ahead:
        raise Invalid(_("It is the first already.") if up else _("It is the last already."))
    if up and ahead[0][0] == 0:
        rule, up, ahead = Rule.objects.get(pk=ahead[0][1]), False, [here, *below]
    newest = _newest(rule)
    note = MOVED_UP if up else MOVED_DOWN
    definition = {**newest.definition, "order": _order_beside(ahead, up=up)}
    return draft_rule(rule, replace(wording_of(newest), definition=definition, note=note), actor=actor)


def put_back(version: RuleVersion, *, actor: User) -> list[Setting]:
    """Put a version in force, an older one too: that is written anew, so that numbers only grow.

    Returns:
        What was in force before, for `escalation.commands.rules.restore`.

    Raises:
        Invalid: what it says cannot be used any more.  NotAllowed: only incident managers and operators.
    """
    if not keeps_rules(actor):
        raise NotAllowed(_("Rules are turned on by an incident manager. Yours is saved as a draft."))
    with transaction.atomic():
        current = version.rule.current
        if current is not None and current.number > version.number:
            note = AGAIN % {"number": version.number}
            version = draft_rule(version.rule, replace(wording_of(version), note=note), actor=actor)
        return put_in_force([version], actor=actor)


def draft_all(rules: Iterable[Mapping[str, Any]], *, actor: User) -> list[RuleVersion]:
    """Draft rules as an export has them ("name", "name_id", "definition"): each a new version of the rule of its name,
    or a new rule. All of them or none. One that says what the newest version of its rule says is left out.

    Returns:
        What was drafted.

    Raises:
        Invalid: one cannot be used; the place is "rules.3.definition.if.all.0.value".  NotAllowed: as `draft_rule`.
    """
    if not writes_rules(actor):
        raise NotAllowed()
    made: list[RuleVersion] = []
    with transaction.atomic():
        known = {rule.name: rule for rule in Rule.objects.filter(removed_at__isnull=True)}
        newest = {version.rule_id: version for version in newest_versions()}
        for index, one in enumerate(rules):
            said = RuleWording(one["name"], one["definition"], one.get("name_id", ""), note=IMPORTED)
            rule = known.get(said.name.strip())
            if rule is not None and _is_said(said, newest.get(rule.pk)):
                continue
            try:
                version = draft_rule(rule, said, actor=actor)
            except Invalid as error:
                raise _placed(error, f"rules.{index}") from error
            known[version.name] = version.rule
            newest[version.rule_id] = version
            made.append(version)
    return made


def _is_said(wording: RuleWording, newest: RuleVersion | None) -> bool:
    if newest is None:
        return False
    names = wording.name.strip(), wording.name_id.strip()
    return names == (newest.name, newest.name_id) and wording.definition == newest.definition


def _newest(rule: Rule) -> RuleVersion:
    newest = rule.versions.first()
    assert newest is not None
    return newest


def _order_beside(ahead: Sequence[Place], *, up: bool) -> float:
    """An order behind the first of these places, which stand in the order in which they are met on the way."""
    near = ahead[0][0]
    beyond = next((order for order, _pk in ahead if order != near), None)
    if beyond is not None:
        return (near + beyond) / 2
    return max(0, near - STEP) if up else near + STEP


def _placed(error: Invalid, place: str) -> Invalid:
    fields = {
        f"{place}.{name}" if name in ("name", "name_id") else f"{place}.definition.{name}".rstrip("."): texts
        for name, texts in error.fields.items()
    }
    return Invalid(error.message, fields=fields or {place: [error.message]})
