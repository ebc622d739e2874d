"""A condition as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.spoken_time import compact_duration
from tickets.conditions.fields import FieldType
from tickets.conditions.tree import Condition, Group, Leaf

Names = Mapping[str, Mapping[Any, str]]
DAY_MINUTES = 24 * 60
QUOTED = ("contains", "contains_any", "matches")


def in_words(condition: Condition, names: Names | None = None) -> str:
    """The condition in one line, in the active language.

    `names` gives names for values that only the database knows: {"service": {"erp": "ERP Finance"}}. Values without a
    name are shown as they are.
    """
    if not condition.root.items:
        return _("every ticket")
    return _group(condition.root, names or {})


def leaf_in_words(leaf: Leaf, names: Names | None = None) -> str:
    """One question of a condition, as `in_words` says it."""
    return _leaf(leaf, names or {})


def _group(group: Group, names: Names) -> str:
    joint = pgettext("joins conditions", "and") if group.word == "all" else pgettext("joins conditions", "or")
    return f" {joint} ".join(_item(item, names) for item in group.items)


def _item(item: Leaf | Group, names: Names) -> str:
    if isinstance(item, Leaf):
        return _leaf(item, names)
    return f"({_group(item, names)})" if len(item.items) > 1 else _group(item, names)


def _leaf(leaf: Leaf, names: Names) -> str:
    if leaf.field.type is FieldType.FLAG:
        return _flag(leaf)
    return _sentence(leaf) % {"field": _lower_first(str(leaf.field.label)), "value": _value(leaf, names)}


def _flag(leaf: Leaf) -> str:
    holds = leaf.value if leaf.op == "is" else not leaf.value
    return _lower_first(str(leaf.field.label if holds else leaf.field.denied))


def _sentence(leaf: Leaf) -> str:
    if leaf.field.name == "assignee" and leaf.op in ("is_empty", "is_set"):
        return _("nobody is assigned") if leaf.op == "is_empty" else _("somebody is assigned")
    if leaf.field.name == "tags" and leaf.op in ("is_empty", "is_set"):
        return _("it has no tags") if leaf.op == "is_empty" else _("it has tags")
    return {
        "is": _("%(field)s is %(value)s"),
        "is_not": _("%(field)s is not %(value)s"),
        "in": _("%(field)s is %(value)s"),
        "not_in": _("%(field)s is not %(value)s"),
        "at_least": _("%(field)s is at least %(value)s"),
        "at_most": _("%(field)s is at most %(value)s"),
        "less_than": _("%(field)s is less than %(value)s"),
        "has_any": _("%(field)s include %(value)s"),
        "has_all": _("%(field)s include %(value)s"),
        "has_none": _("%(field)s do not include %(value)s"),
        "contains": _("%(field)s contains %(value)s"),
        "contains_any": _("%(field)s mentions %(value)s"),
        "matches": _("%(field)s matches %(value)s"),
        "is_empty": _("%(field)s is empty"),
        "is_set": _("%(field)s is set"),
    }[leaf.op]


def _value(leaf: Leaf, names: Names) -> str:
    if not isinstance(leaf.value, tuple):
        return _one(leaf, leaf.value, names)
    joint = pgettext("joins values", "and") if leaf.op == "has_all" else pgettext("joins values", "or")
    shown = [_one(leaf, value, names) for value in leaf.value]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}"


def _one(leaf: Leaf, value: Any, names: Names) -> str:
    if leaf.field.type is FieldType.AGE:
        return _span(value)
    known: Any = names.get(leaf.field.name, {}).get(value)
    if known is None and leaf.field.choices is not None:
        known = leaf.field.choices.get(value)
        # A label that is translated is a common word; "English", "API" and the days of the week are names.
        is_word = isinstance(known, Promise) and leaf.field.type is not FieldType.NUMBER
        known = _lower_first(str(known)) if is_word else known
    if known is not None:
        return str(known)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"“{value}”" if leaf.op in QUOTED else str(value)


def _span(minutes: int) -> str:
    """Minutes to the minute: "45m", "2h", "26h 30m", "3d"; before zero with a minus."""
    whole_days = minutes % DAY_MINUTES == 0
    span = compact_duration(abs(minutes) * 60, days=whole_days)
    return f"−{span}" if minutes < 0 else span


def _lower_first(label: str) -> str:
    # "Service" reads "service" inside a sentence; "VIP" and "P2" stay as they are.
    rest_of_first_word = label.split(" ")[0][1:]
    is_name = any(character.isupper() or character.isdigit() for character in rest_of_first_word)
    return label if is_name else label[:1].lower() + label[1:]
