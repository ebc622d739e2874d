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
EARLIEST_YEAR = 2000
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


def term(wanted: Term, weights: str) -> Match:
    """One word, or words side by side, in any of their forms.

    Args:
        weights: in which parts of a ticket; empty for all.
    """
    configs = ("simple",) if wanted.exact else CONFIGS
    last = len(wanted.tokens) - 1
    pieces = []
    for place, word in enumerate(wanted.tokens):
        marks = ("*" if wanted.goes_on and place == last else "") + weights
        pieces.append(f"{word}:{marks}" if marks else word)
    # a token holds letters and digits only, so nothing in it is syntax
    text = " <-> ".join(pieces)
    forms = [Match(f"to_tsquery('{config}', %s)", (text,)) for config in configs]
    whole = either(forms)
    assert whole is not None
    return whole


def months(first: date | None, last: date | None, today: date) -> Match | None:
    """Tickets opened between two days, as coarse as years and months; None for any time."""
    if first is None and last is None:
        return None
    start = first or date(EARLIEST_YEAR, 1, 1)
    end = last or date(today.year + 1, 12, 31)
    lexemes = []
    for year in range(max(start.year, EARLIEST_YEAR), min(end.year, today.year + 1) + 1):
        from_month = start.month if year == start.year else 1
        to_month = end.month if year == end.year else 12
        if (from_month, to_month) == (1, 12):
            lexemes.append(f"y:{year}")
        else:
            lexemes += [f"m:{year}{month:02}" for month in range(from_month, to_month + 1)]
    return facet(*lexemes) if lexemes else facet("y:0")


def buckets(newest: int, oldest: int) -> Match:
    """Tickets of these recency buckets, both included."""
    return facet(*(f"b:{bucket}" for bucket in range(newest, oldest - 1, -1)))
