"""Questions to the index as SQL: words, facets and their combination. Whatever was typed travels as a parameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.expressions import RawSQL

from tickets.search.language import Term

CONFIGS = ("simple", "english", "indonesian")
# Words the requester may read carry the weights A, B and C; those for staff alone D.
PUBLIC = "ABC"
STAFF_ONLY = "D"
ANYWHERE = ""
# Tickets of one recency bucket: 32,768 by number.
BUCKET_BITS = 15


@dataclass(frozen=True, slots=True)
class Match:
    """A `tsquery` expression with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    def __and__(self, other: Match) -> Match:
        return Match(f"({self.sql} && {other.sql})", self.params + other.params)

    def __or__(self, other: Match) -> Match:
        return Match(f"({self.sql} || {other.sql})", self.params + other.params)

    def __invert__(self) -> Match:
        return Match(f"(!! {self.sql})", self.params)

    def expression(self) -> RawSQL:
        """For use in a queryset."""
        return RawSQL(self.sql, self.params)  # noqa: S611  the SQL is written here; what was typed is a parameter


def every(parts: Iterable[Match]) -> Match | None:
    """All of them; None for none."""
    whole: Match | None = None
    for part in parts:
        whole = part if whole is None else whole & part
    return whole


def either(parts: Iterable[Match]) -> Match | None:
    """Any of them; None for none."""
    whole: Match | None = None
    for part in parts:
        whole = part if whole is None else whole | part
    return whole


def facet(*lexemes: str) -> Match:
    """Documents that carry any of these marks."""
    quoted = ["'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes]
    return Match("%s::tsquery", (" | ".join(quoted),))


def term(wanted: Term, weights: str, *, is_loose: bool = False) -> Match:
    """One word, or words side by side, in any of their forms.

    Args:
        weights: in which parts of a ticket; empty for all.
        is_loose: the words anywhere, which the index alone can tell; where they stand, the vectors must be read for.
    """
    # every word stands in the index as it was written too: enough for an exact one, and for one that goes on
    configs = ("simple",) if wanted.exact or wanted.goes_on else CONFIGS
    last = len(wanted.tokens) - 1
    pieces = []
    for place, word in enumerate(wanted.tokens):
        marks = ("*" if wanted.goes_on and place == last else "") + weights
        pieces.append(f"{word}:{marks}" if marks else word)
    # a token holds letters and digits only, so nothing in it is syntax
    text = (" & " if is_loose else " <-> ").join(pieces)
    forms = [Match(f"to_tsquery('{config}', %s)", (text,)) for config in configs]
    whole = either(forms)
    assert whole is not None
    return whole


def months(first: date, last: date) -> Match:
    """Tickets opened in the months of two days and those between."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return facet(*(f"m:{number // 12}{number % 12 + 1:02}" for number in numbers)) if numbers else facet("m:0")


def buckets(newest: int, oldest: int) -> Match:
    """Tickets of these recency buckets, both included."""
    return facet(*(f"b:{bucket}" for bucket in range(newest, oldest - 1, -1)))
