"""Parts of a condition that can never hold together, so that nobody saves a rule that never applies.

What is reported is certain; that nothing is reported proves nothing. Each field is looked at on its own, and each inner
"any" against what stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tickets.conditions.fields import FieldType
from tickets.conditions.tree import Condition, Group, Leaf
from tickets.conditions.words import leaf_in_words

Finding = tuple[str, str]
Placed = tuple[str, Leaf]  # a question and where it stands: "all.2.any.0"
FILLED = {"is", "in", "at_least", "at_most", "contains", "contains_any", "has_any", "has_all", "is_set"}


def contradictions(condition: Condition) -> list[Finding]:
    """Why no ticket can ever meet this condition: where, and what is wrong there; empty where none is found.

    Each place is written as `ConditionError.path` is. Any finding means that the whole condition never holds.
    """
    root = condition.root
    if root.word == "all":
        return _in_all(root)
    found = [_dead(item, f"any.{index}", ()) for index, item in enumerate(root.items)]
    return [finding for findings in found for finding in findings] if all(found) else []


def _in_all(root: Group) -> list[Finding]:
    leaves: list[Placed] = []
    for index, item in enumerate(root.items):
        leaves += _certain(item, f"all.{index}")
    found = _clashes(leaves)
    for index, item in enumerate(root.items):
        if isinstance(item, Group) and item.word == "any" and not found:
            beside = [placed for placed in leaves if not placed[0].startswith(f"all.{index}.")]
            branches = [_dead(one, f"all.{index}.any.{place}", beside) for place, one in enumerate(item.items)]
            if all(branches):
                found.append((f"all.{index}", _("None of these can hold together with the rest.")))
    return found


def _certain(item: Leaf | Group, path: str) -> list[Placed]:
    """What must hold whenever the item does; an "any" of one is that one."""
    if isinstance(item, Leaf):
        return [(path, item)]
    if item.word == "all" or len(item.items) == 1:
        return [(f"{path}.{item.word}.{index}", one) for index, one in enumerate(item.items) if isinstance(one, Leaf)]
    return []


def _dead(item: Leaf | Group, path: str, beside: Sequence[Placed]) -> list[Finding]:
    """Why this branch cannot hold beside the others' certain parts; empty where it may."""
    own = _certain(item, path)
    if own:
        return _clashes([*beside, *own])
    assert isinstance(item, Group)
    found = [
        _clashes([*beside, (f"{path}.any.{index}", one)])
        for index, one in enumerate(item.items)
        if isinstance(one, Leaf)
    ]
    return [finding for findings in found for finding in findings] if found and all(found) else []


def _clashes(placed: Iterable[Placed]) -> list[Finding]:
    """For each field the first question that cannot hold with those before it."""
    by_field: dict[str, list[Placed]] = defaultdict(list)
    for path, leaf in placed:
        by_field[leaf.field.name].append((path, leaf))
    found = []
    for questions in by_field.values():
        leaves = [leaf for _path, leaf in questions]
        for count, (path, leaf) in enumerate(questions):
            if _impossible(leaves[: count + 1]):
                found.append((path, _told(leaf, leaves[:count])))
                break
    return found


def _told(leaf: Leaf, before: Sequence[Leaf]) -> str:
    partner = next((one for one in before if _impossible([one, leaf])), None)
    others = [partner] if partner else before
    joint = _("These can never hold together: %(parts)s.")
    return joint % {"parts": "; ".join(leaf_in_words(one) for one in (*others, leaf))}


@dataclass
class _Domain:
    """What is left of the values of one field."""

    only: set[Any] | None = None  # None: no list of values was given
    never: set[Any] = field(default_factory=set)
    lowest: float = float("-inf")
    highest: float = float("inf")
    is_filled: bool = False
    is_empty: bool = False
    has: set[Any] = field(default_factory=set)
    has_not: set[Any] = field(default_factory=set)
    one_of: list[set[Any]] = field(default_factory=list)

    def is_void(self) -> bool:
        """Whether no value is left."""
        if (self.is_filled and self.is_empty) or self.lowest > self.highest or self.has & self.has_not:
            return True
        if any(words <= self.has_not for words in self.one_of):
            return True
        return self.only is not None and not any(self._fits(key) for key in self.only - self.never)

    def _fits(self, key: tuple[bool, Any]) -> bool:
        value = key[1]
        is_number = isinstance(value, int) and not key[0]
        return not is_number or self.lowest <= value <= self.highest


def _impossible(leaves: Iterable[Leaf]) -> bool:
    """Whether no value of the field can answer all of these, all about the same field, with yes."""
    domain = _Domain()
    for leaf in leaves:
        domain.is_filled |= leaf.op in FILLED
        domain.is_empty |= leaf.op == "is_empty"
        _narrow(domain, leaf)
    return domain.is_void()


def _narrow(domain: _Domain, leaf: Leaf) -> None:
    listed = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    keys = {(isinstance(value, bool), value) for value in listed}
    if leaf.field.type is FieldType.FLAG and leaf.op == "is_not":
        keys = {(True, not leaf.value)}
    match leaf.op:
        case "is" | "in":
            domain.only = keys if domain.only is None else domain.only & keys
        case "is_not" if leaf.field.type is FieldType.FLAG:
            domain.only = keys if domain.only is None else domain.only & keys
        case "is_not" | "not_in":
            domain.never |= keys
        case "has_any":
            domain.one_of.append(keys)
        case "has_all":
            domain.has |= keys
        case "has_none":
            domain.has_not |= keys
        case "at_least" | "at_most" | "less_than":
            _bound(domain, leaf)


def _bound(domain: _Domain, leaf: Leaf) -> None:
    is_lower = (leaf.op == "at_least") != (leaf.field.type is FieldType.RANK)  # "at least P2" is 2 or less
    if is_lower:
        domain.lowest = max(domain.lowest, leaf.value)
    else:
        # ages are whole minutes: less than 60 is at most 59
        domain.highest = min(domain.highest, leaf.value - (leaf.op == "less_than"))
