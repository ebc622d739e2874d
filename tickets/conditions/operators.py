"""Each operator twice, side by side: as a question in Python and as a `Q`. The two must give the same answer.

Lower case is PostgreSQL's simple, character by character mapping (builtin collation C.UTF-8), which Python's
`str.lower` is not: it knows a final sigma and turns one dotted capital I into two characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, Exact, Regex

from tickets.conditions.fields import Field, FieldType

# Letters and digits for the purpose of word edges, written so that both regular expression engines read it alike:
# ASCII, then Latin-1 letters to U+1FFF, then U+2C00 to U+D7FF. General punctuation and emoji separate words.
WORD_CHARACTERS = "a-z0-9\u00c0-\u1fff\u2c00-\ud7ff"


@dataclass(frozen=True)
class Operator:
    """`holds(values, wanted)` for one ticket and `q(field, wanted)` for all of them.

    `values` are the facts that the field names: one, or the subject and the description.
    """

    holds: Callable[[Field, Sequence[Any], Any], bool]
    q: Callable[[Field, Any], Q]


def lower(text: str) -> str:
    """Lower case as PostgreSQL's builtin collation makes it."""
    if text.isascii():
        return text.lower()
    return "".join(_lower_character(character) for character in text)


def _lower_character(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else lowered[0]


@lru_cache(maxsize=512)
def word_pattern(words: tuple[str, ...]) -> str:
    """A pattern for lower-case text that holds one of these words whole; "print*" means any word that begins so.

    Every character of a word is taken literally, so the pattern has no nested repetition and matches in linear time.
    """
    return f"(^|[^{WORD_CHARACTERS}])({'|'.join(_one_word(word) for word in words)})"


def _one_word(word: str) -> str:
    stem = word.removesuffix("*")
    # Django's Regex lookup passes the pattern as a parameter; a blank between two words may be any run of blanks.
    literal = r"[ \t\r\n]+".join(re.escape(lower(part)) for part in stem.split())
    return literal if stem != word else f"{literal}($|[^{WORD_CHARACTERS}])"


def same(fact: Any, wanted: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return isinstance(fact, bool) == isinstance(wanted, bool) and fact == wanted


def _any_column(field: Field, make: Callable[[str], Q]) -> Q:
    found = Q()
    for column in field.columns:
        found |= make(column)
    return found


def _is(field: Field, wanted: Any) -> Q:
    return Q(**{field.columns[0]: wanted})


def _in(field: Field, wanted: Sequence[Any]) -> Q:
    return Q(**{f"{field.columns[0]}__in": list(wanted)})


def _missing(field: Field, wanted: object = None) -> Q:
    return Q(**{f"{field.columns[0]}__isnull": True})


PLAIN = {
    "is": Operator(lambda f, values, wanted: same(values[0], wanted), _is),
    "is_not": Operator(
        lambda f, values, wanted: not same(values[0], wanted), lambda f, wanted: _missing(f) | ~_is(f, wanted)
    ),
    "in": Operator(lambda f, values, wanted: any(same(values[0], one) for one in wanted), _in),
    "not_in": Operator(
        lambda f, values, wanted: not any(same(values[0], one) for one in wanted),
        lambda f, wanted: _missing(f) | ~_in(f, wanted),
    ),
    "at_least": Operator(
        lambda f, values, wanted: values[0] is not None and values[0] >= wanted,
        lambda f, wanted: Q(**{f"{f.columns[0]}__gte": wanted}),
    ),
    "at_most": Operator(
        lambda f, values, wanted: values[0] is not None and values[0] <= wanted,
        lambda f, wanted: Q(**{f"{f.columns[0]}__lte": wanted}),
    ),
    "is_empty": Operator(lambda f, values, wanted: values[0] is None, _missing),
    "is_set": Operator(lambda f, values, wanted: values[0] is not None, lambda f, wanted: ~_missing(f)),
}

# P1 is above P4: counted from the top, "at least" is the smaller number.
RANK = {**PLAIN, "at_least": PLAIN["at_most"], "at_most": PLAIN["at_least"]}


def _all_blank(field: Field, wanted: object = None) -> Q:
    return Q(**dict.fromkeys(field.columns, ""))


TEXT = {
    "contains": Operator(
        lambda f, values, wanted: any(lower(wanted) in lower(text) for text in values),
        lambda f, wanted: _any_column(f, lambda column: Q(Contains(Lower(F(column)), lower(wanted)))),
    ),
    "contains_any": Operator(
        lambda f, values, wanted: any(re.search(word_pattern(wanted), lower(text)) for text in values),
        lambda f, wanted: _any_column(f, lambda column: Q(Regex(Lower(F(column)), word_pattern(wanted)))),
    ),
    "is_empty": Operator(lambda f, values, wanted: not any(values), _all_blank),
    "is_set": Operator(lambda f, values, wanted: any(values), lambda f, wanted: ~_all_blank(f)),
}


def _answer(field: Field, values: Sequence[Any]) -> Any:
    return values[0].get(field.key)


def _answered(field: Field, wanted: Any) -> Q:
    # Containment compares one key by JSON's own equality, and no key can be mistaken for a lookup.
    return Q(intake__contains={field.key: wanted})


def _answered_any(field: Field, wanted: Sequence[Any]) -> Q:
    found = Q()
    for one in wanted:
        found |= _answered(field, one)
    return found


def _unanswered(field: Field, wanted: object = None) -> Q:
    return ~Q(intake__has_key=field.key) | _answered(field, None) | _answered(field, "")


def _answer_contains(field: Field, wanted: str) -> Q:
    # Not Django's KeyTransform: it takes a key such as "2" for a place in a list. And only a text answer can contain
    # a text, while the text form of a number would.
    path = F("intake"), Value(field.key)
    answer = Func(*path, function="jsonb_extract_path", output_field=TextField())
    kind = Func(answer, function="jsonb_typeof", output_field=TextField())
    text = Func(*path, function="jsonb_extract_path_text", output_field=TextField())
    return Q(Exact(kind, "string")) & Q(Contains(Lower(text), lower(wanted)))


ANSWER = {
    "is": Operator(lambda f, values, wanted: same(_answer(f, values), wanted), _answered),
    "is_not": Operator(
        lambda f, values, wanted: not same(_answer(f, values), wanted), lambda f, wanted: ~_answered(f, wanted)
    ),
    "in": Operator(lambda f, values, wanted: any(same(_answer(f, values), one) for one in wanted), _answered_any),
    "not_in": Operator(
        lambda f, values, wanted: not any(same(_answer(f, values), one) for one in wanted),
        lambda f, wanted: ~_answered_any(f, wanted),
    ),
    "contains": Operator(
        lambda f, values, wanted: isinstance(text := _answer(f, values), str) and lower(wanted) in lower(text),
        _answer_contains,
    ),
    "is_empty": Operator(lambda f, values, wanted: _answer(f, values) in (None, ""), _unanswered),
    "is_set": Operator(
        lambda f, values, wanted: _answer(f, values) not in (None, ""), lambda f, wanted: ~_unanswered(f)
    ),
}

OPERATORS_BY_TYPE: dict[FieldType, dict[str, Operator]] = {
    FieldType.CHOICE: PLAIN,
    FieldType.RANK: RANK,
    FieldType.NUMBER: PLAIN,
    FieldType.FLAG: PLAIN,
    FieldType.PERSON: PLAIN,
    FieldType.TEXT: TEXT,
    FieldType.ANSWER: ANSWER,
}
