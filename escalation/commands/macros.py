"""Keeping macros: writing and changing them, their order, in use or not, removing them and having them back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation.macros.wording import parse
from escalation.models import Macro
from escalation.models.macros import MacroQuerySet
from escalation.policies import changes_macro, writes_macros
from escalation.rules.definition import RuleError
from tickets.models import SavedView
from tickets.models.views import NAME_LENGTH
from tickets.texts import checked_line

MACROS_AT_MOST = 50


def keep_macro(macro: Macro, *, actor: User, seen: int | None = None) -> Macro:
    """Save a new or changed macro.

    Args:
        macro: with what was written; a new one has no number yet.
        seen: the version the writer saw; None for a new one.

    Raises:
        NotAllowed: it is not theirs to change, or reaches further than this person may.
        Invalid: it makes no sense, the place is named ("name", "then.0.team", "if.all.1"); or there are 50 already.
        Conflict: somebody saved it meanwhile.
    """
    if macro.pk and not changes_macro(actor, Macro.objects.get(pk=macro.pk)):
        raise NotAllowed()
    if not writes_macros(actor, macro.scope, macro.team_id):
        raise NotAllowed(_("Leads write macros for their teams, managers for everybody; yours are for yourself."))
    macro.name = checked_line(macro.name, "name", NAME_LENGTH, _("Give the macro a name."))
    try:
        definition = parse(macro.steps, macro.only_if)
    except RuleError as error:
        raise Invalid.field(error.path, error.message) from error
    macro.steps = [{"do": step.do, **step.params} for step in definition.steps]
    macro.only_if = definition.condition.to_tree()
    with transaction.atomic():
        # two that are saved at once are counted one after the other
        User.objects.select_for_update(no_key=True).filter(pk=macro.owner_id).first()
        _check_room(macro)
        if macro.pk:
            macro.version = _version(macro, seen) + 1
        else:
            macro.position = (_beside(macro).aggregate(last=Max("position"))["last"] or 0) + 1
        macro.save()
    return macro


def move_macro(macro: Macro, *, up: bool, actor: User) -> Macro:
    """Change places with the one before or behind it of the same reach; the first and the last stay where they are.

    Raises:
        NotAllowed: it is not theirs to change.
    """
    _allow(actor, macro)
    with transaction.atomic():
        rows = list(_beside(macro).select_for_update().order_by("position", "pk"))
        order = [row.pk for row in rows]
        at = order.index(macro.pk)
        to = max(0, at - 1) if up else min(len(order) - 1, at + 1)
        order.insert(to, order.pop(at))
        _number({row.pk: row for row in rows}, order)
    macro.refresh_from_db(fields=["position"])
    return macro


def switch_macro(macro: Macro, *, actor: User, is_active: bool) -> Macro:
    """Take a macro out of use, or back into it.

    Raises:
        NotAllowed: it is not theirs to change.
    """
    return _set(macro, actor, is_active=is_active)


def remove_macro(macro: Macro, *, actor: User) -> Macro:
    """Take a macro off every menu; it can be had back, and what it did stays told.

    Raises:
        NotAllowed: it is not theirs to change.
    """
    return _set(macro, actor, removed_at=database_now())


def restore_macro(macro: Macro, *, actor: User) -> Macro:
    """Have a removed macro back.

    Raises:
        NotAllowed: it is not theirs to change.  Invalid: there are 50 again by now.
    """
    _check_room(macro)
    return _set(macro, actor, removed_at=None)


def _set(macro: Macro, actor: User, **fields: object) -> Macro:
    _allow(actor, macro)
    with transaction.atomic():
        macro.version = _version(macro, None) + 1
        for name, value in fields.items():
            setattr(macro, name, value)
        macro.save(update_fields=[*fields, "version"])
    return macro


def _version(macro: Macro, seen: int | None) -> int:
    """The version that is stored, locked until the change is made."""
    version = Macro.objects.select_for_update().values_list("version", flat=True).get(pk=macro.pk)
    if seen is not None and version != seen:
        raise Conflict(_("Somebody saved this macro meanwhile. Save again to replace what they wrote."))
    return version


def _number(rows: dict[int, Macro], order: Sequence[int]) -> None:
    for position, pk in enumerate(order, start=1):
        if rows[pk].position != position:
            Macro.objects.filter(pk=pk).update(position=position)


def _beside(macro: Macro) -> MacroQuerySet:
    """The macros of the same reach."""
    others = Macro.objects.kept().filter(scope=macro.scope)
    if macro.team_id is not None:
        return others.filter(team_id=macro.team_id)
    return others.filter(owner_id=macro.owner_id) if macro.scope == SavedView.Scope.PRIVATE else others


def _check_room(macro: Macro) -> None:
    if _beside(macro).exclude(pk=macro.pk).count() >= MACROS_AT_MOST:
        raise Invalid(_("There are %(count)s such macros already. Remove one first.") % {"count": MACROS_AT_MOST})


def _allow(actor: User, macro: Macro) -> None:
    if not changes_macro(actor, macro):
        raise NotAllowed()
