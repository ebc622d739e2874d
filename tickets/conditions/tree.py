"""Reading a condition, refusing a wrong one by naming the place, and asking it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.conditions.fields import BARE_OPERATORS, LARGEST_NUMBER, LIST_OPERATORS, Field, FieldType, field_named
from tickets.conditions.operators import OPERATORS_BY_TYPE, Operator
from tickets.conditions.patterns import PatternError, emitted
from tickets.tags import TAG_LENGTH, normal_tag

LEAVES_AT_MOST = 50
LIST_VALUES_AT_MOST = 100
TEXT_VALUE_LENGTH = 200
NUMBERS = (FieldType.RANK, FieldType.NUMBER, FieldType.PERSON, FieldType.AGE)


class ConditionError(ValueError):
    """A condition that cannot be read. `path` is where: "all.2.any.0.value"; "" is the whole."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Leaf:
    """One question: field, operator, value (None for is_empty and is_set, a tuple for lists)."""

    field: Field
    op: str
    value: Any = None

    @property
    def cost(self) -> int:
        """Which questions to ask last: patterns, and before them other texts."""
        return (self.field.type is FieldType.TEXT) + (self.op == "matches")

    @property
    def operator(self) -> Operator:
        """What the operator means for this type of field."""
        return OPERATORS_BY_TYPE[self.field.type][self.op]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        holds, ready = self._question
        return holds(self.field, [facts[name] for name in self.field.facts], ready)

    def to_q(self, now: datetime) -> Q:
        return self.operator.q(self.field, self._boundary(now) if self.field.type is FieldType.AGE else self.value)

    @cached_property
    def _question(self) -> tuple[Any, Any]:
        return self.operator.holds, self.operator.prepare(self.value)

    def _boundary(self, now: datetime) -> datetime:
        """The instant that is this many minutes old at `now`, or still to come."""
        minutes = timedelta(minutes=self.value)
        return now + minutes if self.field.counts_down else now - minutes

    def to_tree(self) -> dict[str, Any]:
        tree: dict[str, Any] = {"field": self.field.name, "op": self.op}
        if self.op not in BARE_OPERATORS:
            tree["value"] = list(self.value) if isinstance(self.value, tuple) else self.value
        return tree


@dataclass(frozen=True)
class Group:
    """All or any of its items."""

    word: str
    items: tuple[Leaf | Group, ...]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        decisive = self.word == "any"
        for item in self._cheapest_first:
            if item.holds(facts) is decisive:
                return decisive
        return not decisive

    def first_no(self, facts: Mapping[str, Any]) -> Leaf | None:
        """The first question, in reading order, that was answered with no and so decided; None when the group holds."""
        if self.word == "any" and self.holds(facts):
            return None
        for item in self.items:
            failing = item.first_no(facts) if isinstance(item, Group) else None if item.holds(facts) else item
            if failing is not None:
                return failing
        return None

    @cached_property
    def _cheapest_first(self) -> list[Leaf | Group]:
        """Searching a long text waits until the other questions have not decided."""
        return sorted(self.items, key=lambda item: item.cost)

    @property
    def cost(self) -> int:
        return max((item.cost for item in self.items), default=0)

    def to_q(self, now: datetime) -> Q:
        return reduce(and_ if self.word == "all" else or_, (item.to_q(now) for item in self.items), Q())

    def to_tree(self) -> dict[str, Any]:
        return {self.word: [item.to_tree() for item in self.items]}

    def leaves(self) -> Iterator[Leaf]:
        for item in self.items:
            if isinstance(item, Leaf):
                yield item
            else:
                yield from item.leaves()


@dataclass(frozen=True)
class Condition:
    """A validated condition. `{"all": []}` is true of every ticket."""

    root: Group

    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        """Whether one ticket, given as `facts_of(ticket, now)`, meets the condition. Agrees with `to_q(now)`.

        The one difference is a pattern too slow for a text: in memory it counts as not found after a while.
        """
        return self.root.holds(facts)

    def explain(self, facts: Mapping[str, Any]) -> Leaf | None:
        """The first question that was answered with no and so decided; None when the condition holds."""
        return self.root.first_no(facts)

    def to_q(self, now: datetime | None = None) -> Q:
        """The same condition as a filter over tickets. Only to-one relations are joined: no row appears twice.

        Args:
            now: the instant from which ages are counted; the present by default.
        """
        return self.root.to_q(now or timezone.now())

    def to_tree(self) -> dict[str, Any]:
        """The JSON that `validate` reads back to an equal condition."""
        return self.root.to_tree()

    def leaves(self) -> Iterator[Leaf]:
        """Every question in it, in reading order."""
        return self.root.leaves()


def validate(tree: Any) -> Condition:
    """Read a JSON tree: {"all": [...]} or {"any": [...]} of leaves and, one level down, of such groups.

    Raises ConditionError naming the place that is wrong.
    """
    root = _group(tree, "", nested=False)
    leaves = sum(1 for _leaf in root.leaves())
    if leaves > LEAVES_AT_MOST:
        raise ConditionError("", _("A condition has at most %(count)s parts.") % {"count": LEAVES_AT_MOST})
    return Condition(root)


def _group(tree: Any, path: str, *, nested: bool) -> Group:
    if not isinstance(tree, Mapping) or len(tree) != 1 or next(iter(tree)) not in ("all", "any"):
        raise ConditionError(path, _("Expected “all” or “any” with a list of conditions."))
    word, parts = next(iter(tree.items()))
    here = _below(path, word)
    if not isinstance(parts, list):
        raise ConditionError(here, _("Expected a list of conditions."))
    if len(parts) > LEAVES_AT_MOST:
        raise ConditionError(here, _("A condition has at most %(count)s parts.") % {"count": LEAVES_AT_MOST})
    # An empty "any" is false of every ticket, while an empty Q is true of every row: nobody means either.
    if not parts and (nested or word == "any"):
        raise ConditionError(here, _("Add at least one condition."))
    return Group(word, tuple(_item(part, _below(here, str(index)), nested) for index, part in enumerate(parts)))


def _item(part: Any, path: str, nested: bool) -> Leaf | Group:
    if isinstance(part, Mapping) and "field" in part:
        return _leaf(part, path)
    if nested:
        raise ConditionError(path, _("Groups nest one level deep. Expected a field, an operator and a value."))
    return _group(part, path, nested=True)


def _leaf(part: Mapping[str, Any], path: str) -> Leaf:
    unknown = set(part) - {"field", "op", "value"}
    if unknown:
        raise ConditionError(_below(path, str(sorted(map(str, unknown))[0])), _("This key means nothing here."))
    name, op, value = part.get("field"), part.get("op"), part.get("value")
    field = field_named(name) if isinstance(name, str) else None
    if field is None:
        raise ConditionError(_below(path, "field"), _("There is no field “%(name)s”.") % {"name": name})
    # "assignee is null" is how other programs say it.
    if "value" in part and value is None and op in ("is", "is_not") and "is_empty" in field.operators:
        op = "is_empty" if op == "is" else "is_set"
    if op not in field.operators:
        message = _("“%(field)s” cannot be asked with “%(op)s”. It takes: %(operators)s.")
        raise ConditionError(
            _below(path, "op"), message % {"field": field.name, "op": op, "operators": ", ".join(field.operators)}
        )
    return Leaf(field, op, _value(field, op, value, _below(path, "value")))


def _value(field: Field, op: str, value: Any, path: str) -> Any:
    if op in BARE_OPERATORS:
        if value is not None:
            raise ConditionError(path, _("This operator takes no value."))
        return None
    if op not in LIST_OPERATORS:
        return _one_value(field, op, value, path)
    if not isinstance(value, list) or not 0 < len(value) <= LIST_VALUES_AT_MOST:
        raise ConditionError(path, _("Expected a list of 1 to %(count)s values.") % {"count": LIST_VALUES_AT_MOST})
    return tuple(_one_value(field, op, one, _below(path, str(index))) for index, one in enumerate(value))


def _one_value(field: Field, op: str, value: Any, path: str) -> Any:
    if field.type is FieldType.FLAG:
        return _expect(isinstance(value, bool), value, path, _("Expected true or false."))
    if field.type is FieldType.LIST:
        return _tag(value, path)
    if field.type in NUMBERS:
        _number(field, value, path)
    elif field.type is FieldType.ANSWER and op not in ("contains",) and not isinstance(value, str):
        fits = isinstance(value, bool) or (type(value) is int and abs(value) <= LARGEST_NUMBER)
        return _expect(fits, value, path, _("Expected a text, a whole number, true or false."))
    else:
        _text(value, path, whole_words=op == "contains_any")
    if op == "matches":
        return _pattern(value, path)
    if field.choices is not None and field.type is not FieldType.NUMBER:
        allowed = ", ".join(map(str, field.choices))
        _expect(value in field.choices, value, path, _("Expected one of: %(values)s.") % {"values": allowed})
    return value


def _number(field: Field, value: Any, path: str) -> None:
    is_open = field.highest >= LARGEST_NUMBER
    message = _("Expected a whole number from %(lowest)s to %(highest)s.")
    limits = {"lowest": field.lowest, "highest": field.highest}
    fits = type(value) is int and field.lowest <= value <= field.highest
    _expect(fits, value, path, _("Expected a whole number.") if is_open else message % limits)


def _tag(value: Any, path: str) -> str:
    _text(value, path, whole_words=False)
    tag = normal_tag(value)
    _expect(len(tag) <= TAG_LENGTH, tag, path, _("A tag has at most %(count)s characters.") % {"count": TAG_LENGTH})
    return tag


def _pattern(value: str, path: str) -> str:
    try:
        emitted(value)
    except PatternError as error:
        raise ConditionError(path, str(error)) from error
    return value


def _text(value: Any, path: str, *, whole_words: bool) -> None:
    _expect(isinstance(value, str) and value.strip() != "", value, path, _("Expected a text."))
    message = _("Expected at most %(count)s characters.") % {"count": TEXT_VALUE_LENGTH}
    _expect(len(value) <= TEXT_VALUE_LENGTH, value, path, message)
    # PostgreSQL stores neither; a lone surrogate cannot even be sent.
    storable = "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    _expect(storable, value, path, _("This text holds characters that no ticket can hold."))
    if whole_words:
        _expect(value.strip().removesuffix("*").strip() != "", value, path, _("Expected a word."))


def _expect(fits: bool, value: Any, path: str, message: str) -> Any:
    if not fits:
        raise ConditionError(path, message)
    return value


def _below(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
