"""Each operator twice, side by side: as a question in Python and as a `Q`. The two must give the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, Regex

from tickets.conditions.answers import contained, has_answer, has_any_answer, has_no_answer
from tickets.conditions.columns import compared
from tickets.conditions.fields import Field, FieldType
from tickets.conditions.letters import lower
from tickets.conditions.patterns import ConditionTimeout, emitted, found_in
from tickets.conditions.prose import phrases, prose, word_pattern


def _as_it_is(wanted: Any) -> Any:
    return wanted


@dataclass(frozen=True)
class Operator:
    """`holds(field, values, ready)` for one ticket and `q(field, wanted)` for all of them.

    `values` are the facts that the field names: one, or the subject and the description. `ready` is what `prepare`
    made of the wanted value, once for a condition however many tickets it is asked of.
    """

    holds: Callable[[Field, Sequence[Any], Any], bool]
    q: Callable[[Field, Any], Q]
    prepare: Callable[[Any], Any] = _as_it_is


def _key(value: Any) -> tuple[bool, Any]:
    """Equality as JSON has it: true is not 1."""
    return isinstance(value, bool), value


def same(fact: Any, wanted: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return _key(fact) == _key(wanted)


def _keys(wanted: Iterable[Any]) -> frozenset[Any]:
    return frozenset(_key(value) for value in wanted)


def _is(field: Field, wanted: Any) -> Q:
    return compared(field, "exact", wanted)


def _in(field: Field, wanted: Sequence[Any]) -> Q:
    return compared(field, "in", list(wanted))


def _missing(field: Field, wanted: object = None) -> Q:
    return compared(field, "isnull", True)


PLAIN = {
    "is": Operator(lambda f, values, wanted: same(values[0], wanted), _is),
    "is_not": Operator(
        lambda f, values, wanted: not same(values[0], wanted), lambda f, wanted: _missing(f) | ~_is(f, wanted)
    ),
    "in": Operator(lambda f, values, keys: _key(values[0]) in keys, _in, _keys),
    "not_in": Operator(
        lambda f, values, keys: _key(values[0]) not in keys, lambda f, wanted: _missing(f) | ~_in(f, wanted), _keys
    ),
    "at_least": Operator(
        lambda f, values, wanted: values[0] is not None and values[0] >= wanted,
        lambda f, wanted: compared(f, "gte", wanted),
    ),
    "at_most": Operator(
        lambda f, values, wanted: values[0] is not None and values[0] <= wanted,
        lambda f, wanted: compared(f, "lte", wanted),
    ),
    "is_empty": Operator(lambda f, values, wanted: values[0] is None, _missing),
    "is_set": Operator(lambda f, values, wanted: values[0] is not None, lambda f, wanted: ~_missing(f)),
}

# P1 is above P4: counted from the top, "at least" is the smaller number.
RANK = {**PLAIN, "at_least": PLAIN["at_most"], "at_most": PLAIN["at_least"]}

# a flag is never missing
FLAG = {
    "is": PLAIN["is"],
    "is_not": Operator(lambda f, values, wanted: values[0] is not wanted, lambda f, wanted: _is(f, not wanted)),
}

# In memory minutes are compared; in SQL, where `wanted` is an instant, the column itself, so that its index serves.
AGE = {
    "at_least": Operator(
        lambda f, values, minutes: values[0] is not None and values[0] >= minutes,
        lambda f, instant: Q(**{f"{f.columns[0]}__{'gte' if f.counts_down else 'lte'}": instant}),
    ),
    "less_than": Operator(
        lambda f, values, minutes: values[0] is not None and values[0] < minutes,
        lambda f, instant: Q(**{f"{f.columns[0]}__{'lt' if f.counts_down else 'gt'}": instant}),
    ),
}


def _any_column(field: Field, make: Callable[[str], Q]) -> Q:
    found = Q()
    for column in field.columns:
        found |= make(column)
    return found


def _matches(text: str, pattern: str) -> bool:
    try:
        return found_in(pattern, text)
    except ConditionTimeout:
        return False


def _all_blank(field: Field, wanted: object = None) -> Q:
    return Q(**dict.fromkeys(field.columns, ""))


TEXT = {
    "contains": Operator(
        lambda f, values, wanted: prose(*values).contains(wanted),
        lambda f, wanted: _any_column(f, lambda column: Q(Contains(Lower(F(column)), lower(wanted)))),
        lower,
    ),
    "contains_any": Operator(
        lambda f, values, wanted: prose(*values).mentions(wanted),
        lambda f, wanted: _any_column(f, lambda column: Q(Regex(Lower(F(column)), word_pattern(wanted)))),
        phrases,
    ),
    "matches": Operator(
        lambda f, values, pattern: any(_matches(prose(text).text, pattern) for text in values),
        lambda f, wanted: _any_column(f, lambda column: Q(Regex(Lower(F(column)), emitted(wanted)))),
    ),
    "is_empty": Operator(lambda f, values, wanted: not any(values), _all_blank),
    "is_set": Operator(lambda f, values, wanted: any(map(bool, values)), lambda f, wanted: ~_all_blank(f)),
}


def _overlap(field: Field, wanted: Sequence[str]) -> Q:
    return Q(**{f"{field.columns[0]}__overlap": list(wanted)})


def _no_words(field: Field, wanted: object = None) -> Q:
    return Q(**{field.columns[0]: []})


LIST = {
    "has_any": Operator(lambda f, values, wanted: not wanted.isdisjoint(values[0]), _overlap, frozenset),
    "has_all": Operator(
        lambda f, values, wanted: wanted.issubset(values[0]),
        lambda f, wanted: Q(**{f"{f.columns[0]}__contains": list(wanted)}),
        frozenset,
    ),
    "has_none": Operator(
        lambda f, values, wanted: wanted.isdisjoint(values[0]), lambda f, wanted: ~_overlap(f, wanted), frozenset
    ),
    "is_empty": Operator(lambda f, values, wanted: not values[0], _no_words),
    "is_set": Operator(lambda f, values, wanted: bool(values[0]), lambda f, wanted: ~_no_words(f)),
}


def _answer(field: Field, values: Sequence[Any]) -> Any:
    return values[0].get(field.key)


def _is_answered(field: Field, values: Sequence[Any], keys: frozenset[Any]) -> bool:
    answer = _answer(field, values)
    # an answer may be a list, which is none of the values one can ask for, and has no hash
    return isinstance(answer, str | int | float) and _key(answer) in keys


ANSWER = {
    "is": Operator(lambda f, values, wanted: same(_answer(f, values), wanted), has_answer),
    "is_not": Operator(
        lambda f, values, wanted: not same(_answer(f, values), wanted), lambda f, wanted: ~has_answer(f, wanted)
    ),
    "in": Operator(_is_answered, has_any_answer, _keys),
    "not_in": Operator(
        lambda f, values, keys: not _is_answered(f, values, keys), lambda f, wanted: ~has_any_answer(f, wanted), _keys
    ),
    "contains": Operator(
        lambda f, values, wanted: isinstance(text := _answer(f, values), str) and wanted in lower(text),
        contained,
        lower,
    ),
    "is_empty": Operator(lambda f, values, wanted: _answer(f, values) in (None, ""), has_no_answer),
    "is_set": Operator(
        lambda f, values, wanted: _answer(f, values) not in (None, ""), lambda f, wanted: ~has_no_answer(f)
    ),
}

OPERATORS_BY_TYPE: dict[FieldType, dict[str, Operator]] = {
    FieldType.CHOICE: PLAIN,
    FieldType.RANK: RANK,
    FieldType.NUMBER: PLAIN,
    FieldType.FLAG: FLAG,
    FieldType.PERSON: PLAIN,
    FieldType.TEXT: TEXT,
    FieldType.LIST: LIST,
    FieldType.AGE: AGE,
    FieldType.ANSWER: ANSWER,
}
