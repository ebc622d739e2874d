"""Keeping rules: each change is a draft, a draft is put in force with its dry run, and what was in force can return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation.models import Rule, RuleSwitch, RuleVersion
from escalation.policies import keeps_rules, writes_rules
from escalation.rules.checks import loops, troubles
from escalation.rules.definition import RuleError, parse
from escalation.rules.stamp import changed, lock_rules
from escalation.rules.stored import IN_FORCE, live_rules
from tickets.texts import checked_line, is_blank, plain

NAME_LENGTH = 120
NOTE_LENGTH = 200
Setting = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleWording:
    """What somebody wrote about a rule. `definition` is as `escalation.rules.definition` reads it."""

    name: str
    definition: Mapping[str, Any]
    name_id: str = ""
    owner: User | None = None
    note: str = ""


def draft_rule(rule: Rule | None, wording: RuleWording, *, actor: User, seen: int | None = None) -> RuleVersion:
    """Write a new version of a rule, or a first one; it is not in force yet.

    Args:
        rule: None makes a new rule.
        seen: the number of the newest version when the page was opened; None for imports.

    Raises:
        Invalid: the wording makes no sense, contradicts itself or would loop with the rules in force; the place is
            named.  Conflict: somebody wrote a newer version meanwhile.  NotAllowed: only leads and managers.
    """
    if not writes_rules(actor):
        raise NotAllowed()
    name = checked_line(wording.name, "name", NAME_LENGTH, _("Give the rule a name."))
    name_id = "" if is_blank(wording.name_id) else checked_line(wording.name_id, "name_id", NAME_LENGTH, "")
    definition = checked(wording.definition)
    with transaction.atomic():
        lock_rules()
        kept = _locked(rule) if rule else _new_rule(name, wording.owner or actor)
        newest = kept.versions.first()
        _refuse_overtaken(newest, seen)
        if wording.owner is not None and _gives_owner(kept, actor):
            kept.owner = wording.owner
        if name != kept.name:
            _refuse_taken(name)
        if kept.current_id is None:
            kept.name, kept.name_id, kept.position = name, name_id, definition.get("order", 0)
        kept.save()
        version = RuleVersion.objects.create(
            rule=kept,
            number=newest.number + 1 if newest else 1,
            name=name,
            name_id=name_id,
            definition=definition,
            author=actor,
            note=plain(wording.note).strip()[:NOTE_LENGTH],
            created_at=database_now(),
        )
        _refuse_loops([version])
    return version


def _refuse_overtaken(newest: RuleVersion | None, seen: int | None) -> None:
    if seen is not None and newest is not None and newest.number > seen:
        raise Conflict(_("Somebody saved version %(number)s of this rule meanwhile.") % {"number": newest.number})


def _gives_owner(rule: Rule, actor: User) -> bool:
    """A draft changes nothing in force, and the owner may turn a rule off: only a draft of one's own is given away."""
    return keeps_rules(actor) or (rule.current_id is None and rule.owner_id in (None, actor.pk))


def _new_rule(name: str, owner: User) -> Rule:
    _refuse_taken(name)
    return Rule.objects.create(name=name, owner=owner)


def _refuse_taken(name: str) -> None:
    """Two rules of one name would be told apart by nobody; a form that was sent twice makes one."""
    if Rule.objects.filter(name=name, removed_at__isnull=True).exists():
        raise Invalid.field("name", _("There is a rule of this name already."))


def checked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A wording as it is stored.

    Raises:
        Invalid: naming the part that is wrong, contradicts itself or names what is gone.
    """
    try:
        parsed = parse(definition)
    except RuleError as error:
        raise Invalid.field(error.path, error.message) from error
    for place, message in troubles(parsed):
        raise Invalid.field(place, message)
    stored = {key: value for key, value in definition.items() if value not in (None, {}, "")}
    return {
        **stored,
        "if": parsed.condition.to_tree(),
        "then": [{"do": step.do, **step.params} for step in parsed.steps],
    }


def put_in_force(versions: Sequence[RuleVersion], *, actor: User, at: datetime | None = None) -> list[Setting]:
    """Turn these versions on, each in the place of what its rule said before.

    Returns:
        What was in force before, for `restore`.

    Raises:
        Invalid: together with the rest they would loop.  Conflict: a newer version of one is in force.
        NotAllowed: only incident managers and operators turn rules on.
    """
    if not keeps_rules(actor):
        raise NotAllowed(_("Rules are turned on by an incident manager. Yours is saved as a draft."))
    now = at or database_now()
    with transaction.atomic():
        lock_rules()
        before = []
        for version in versions:
            rule = _locked(version.rule)
            if rule.removed_at is not None:
                raise Conflict(_("“%(rule)s” was removed meanwhile.") % {"rule": rule.label})
            if rule.current and rule.is_active and rule.current.number > version.number:
                raise Conflict(_("A newer version is in force already. Look at that one first."))
            before.append(_setting(rule))
            _use(rule, version, now)
        _refuse_loops([])
        changed()
    return before


def restore(settings: Iterable[Setting], *, actor: User) -> None:
    """Put back what was in force, as `put_in_force` returned it.

    Raises:
        NotAllowed: only incident managers and operators.
    """
    if not keeps_rules(actor):
        raise NotAllowed()
    with transaction.atomic():
        lock_rules()
        for setting in settings:
            rule = Rule.objects.select_for_update(of=("self",)).filter(pk=setting["rule"]).first()
            if rule is None:
                continue
            version = rule.versions.filter(pk=setting["version"]).first() if setting["version"] else None
            if version is not None and setting["is_active"]:
                _use(rule, version, database_now())
            else:
                _off(rule, "")
        _refuse_loops([])
        changed()


def turn_off(rule: Rule, *, actor: User, reason: str = "") -> None:
    """Stop a rule at once; its versions and what it did stay.

    Raises:
        NotAllowed: only leads and managers.
    """
    if not (keeps_rules(actor) or (writes_rules(actor) and rule.owner_id == actor.pk)):
        raise NotAllowed()
    with transaction.atomic():
        lock_rules()
        _off(_locked(rule), reason[:NOTE_LENGTH])
        changed()


def remove(rule: Rule, *, actor: User) -> None:
    """Take a rule off the list; what it decided stays readable.

    Raises:
        NotAllowed: only incident managers and operators; its owner while it was never in force.
    """
    is_own_draft = rule.current_id is None and rule.owner_id == actor.pk and writes_rules(actor)
    if not (keeps_rules(actor) or is_own_draft):
        raise NotAllowed()
    with transaction.atomic():
        lock_rules()
        kept = _locked(rule)
        _off(kept, "")
        Rule.objects.filter(pk=kept.pk).update(removed_at=database_now())
        changed()


def switch(*, is_on: bool, actor: User, reason: str = "") -> None:
    """The kill switch: whether rules run at all. New tickets then go to the first team of their service.

    Raises:
        NotAllowed: only incident managers and operators.  Invalid: stopping them needs a reason.
    """
    if not keeps_rules(actor):
        raise NotAllowed()
    why = "" if is_on else checked_line(reason, "reason", NOTE_LENGTH, _("Say why the rules are stopped."))
    with transaction.atomic():
        lock_rules()
        changed()
        RuleSwitch.objects.filter(pk=1).update(is_on=is_on, reason=why, changed_by=actor, changed_at=database_now())


def _locked(rule: Rule) -> Rule:
    return Rule.objects.select_for_update(of=("self",)).select_related("current", "owner").get(pk=rule.pk)


def _setting(rule: Rule) -> Setting:
    return {"rule": rule.pk, "version": rule.current_id, "is_active": rule.is_active}


def _use(rule: Rule, version: RuleVersion, now: datetime) -> None:
    try:
        definition = parse(version.definition, lookup=False)
    except RuleError as error:
        raise Invalid.field(error.path, error.message) from error
    rule.current, rule.is_active = version, True
    rule.name, rule.name_id, rule.position = version.name, version.name_id, definition.order
    rule.failures, rule.switched_off_why, rule.broken, rule.broken_at = 0, "", "", None
    rule.next_look_at = now if definition.is_timed else None
    rule.version += 1
    rule.save()
    if version.applied_at is None:
        version.applied_at = now
        version.save(update_fields=["applied_at"])


def _off(rule: Rule, why: str) -> None:
    rule.is_active, rule.next_look_at, rule.switched_off_why = False, None, why
    rule.version += 1
    rule.save(update_fields=["is_active", "next_look_at", "switched_off_why", "version"])


def _refuse_loops(drafts: Sequence[RuleVersion]) -> None:
    """What is in force together with these drafts must not set itself off without end."""
    instead = {draft.rule_id: draft for draft in drafts}
    current = Rule.objects.filter(IN_FORCE).exclude(pk__in=instead).select_related("current")
    versions = [rule.current for rule in current if rule.current] + list(instead.values())
    found = loops([rule for rule in live_rules(versions) if rule.definition])
    if found:
        names = " → ".join(rule.name for rule in [*found, found[0]])
        raise Invalid.field(
            "then", _("These rules would set each other off without end: %(rules)s.") % {"rules": names}
        )
