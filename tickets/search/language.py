"""The language people search in: words, "exact words", -without, this OR that, prefix*, operator:value. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tickets.search.operators import OPERATORS
from tickets.search.words import telling, tokens

LONGEST_QUESTION = 300
MOST_TERMS = 20
EITHER = frozenset({"OR", "ATAU", "|"})
# one piece: an optional minus, an optional name with a colon, and a quoted or a bare value
PIECE = re.compile(r'(?P<minus>-)?(?:(?P<name>[^\W\d_]{2,20}):(?=\S))?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S+))')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to match in the texts: a word, or several that stand side by side.

    Attributes:
        tokens: plain words, without stop words.
        exact: as it was typed, no other form of the words.
        goes_on: the last word may be longer.
        text: what was typed, for saying it again.
    """

    tokens: tuple[str, ...]
    exact: bool = False
    goes_on: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator by its English name, with its value as it was typed."""

    name: str
    value: str
    negated: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed, understood.

    Attributes:
        groups: all of these must match; within a group any one.
        without: none of these may match.
        operators: in the order typed.
        hints: what was not understood, for the reader.
    """

    text: str = ""
    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    operators: tuple[Operator, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words every other source looks for: those outside of groups of several."""
        return tuple(word for group in self.groups if len(group) == 1 for word in group[0].tokens)

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.operators)


@dataclass(slots=True)
class _Reading:
    groups: list[list[Term]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    joins_next: bool = False

    @property
    def size(self) -> int:
        return sum(map(len, self.groups)) + len(self.without) + len(self.operators)


def parse(text: str) -> Question:
    """Understand a question. Whatever somebody types means something: what cannot be an operator is words.

    Args:
        text: anything; the first 300 characters count, and the first 20 terms.
    """
    cut = text.replace("\0", " ")[:LONGEST_QUESTION].strip()
    reading = _Reading()
    if len(text.strip()) > LONGEST_QUESTION:
        reading.hints.append(_("Only the first %(count)s characters were searched.") % {"count": LONGEST_QUESTION})
    for piece in PIECE.finditer(cut):
        if reading.size >= MOST_TERMS:
            reading.hints.append(_("Only the first %(count)s words were searched.") % {"count": MOST_TERMS})
            break
        _read(reading, piece)
    return Question(
        cut,
        tuple(tuple(group) for group in reading.groups),
        tuple(reading.without),
        tuple(reading.operators),
        tuple(dict.fromkeys(reading.hints)),
    )


def _read(reading: _Reading, piece: re.Match[str]) -> None:
    name, quoted, bare = piece["name"], piece["quoted"], piece["bare"]
    if name is None and bare in EITHER:
        reading.joins_next = bool(reading.groups)
        return
    value = quoted if quoted is not None else bare
    known = OPERATORS.get(name.lower()) if name else None
    if known and value.strip():
        reading.operators.append(Operator(known, value.strip(), bool(piece["minus"]), piece[0]))
        reading.joins_next = False
        return
    if name:
        if not value.startswith("//"):  # an address is not an operator nobody knows
            reading.hints.append(_("There is no filter “%(name)s:”; it was searched as words.") % {"name": name})
        value = f"{name} {value}"
    _term(reading, value, is_exact=quoted is not None and name is None, minus=bool(piece["minus"]), text=piece[0])


def _term(reading: _Reading, value: str, *, is_exact: bool, minus: bool, text: str) -> None:
    words = telling(tokens(value))
    joins, reading.joins_next = reading.joins_next, False
    if not words:
        return
    term = Term(tuple(words[:MOST_TERMS]), exact=is_exact, goes_on=value.endswith("*"), text=text)
    if minus:
        reading.without.append(term)
    elif joins:
        reading.groups[-1].append(term)
    else:
        reading.groups.append([term])
