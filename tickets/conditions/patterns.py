"""Regular expressions that people write into conditions: read, refused where they are dangerous, and written anew so
that Python and PostgreSQL mean the same by them.

Only what both engines share is let in. The parsed pattern is emitted with explicit classes for lower-case text: `\\d`
is ASCII, `.` is no line end, `^` and `$` are the very ends. Repetitions may not repeat something that can match in
many ways, which is where backtracking explodes; what is still slow (`a*a*a*[bc]`) is stopped by the clock.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import regex
from django.utils.translation import gettext as _

from tickets.conditions.letters import WORD_CHARACTERS, lower

logger = logging.getLogger(__name__)

MOST_REPEATS = 100
MOST_PLACES = 500  # of a pattern with its counted repetitions written out
MOST_WAYS = 100
WIDEST_RANGE = 1_000
SEARCH_SECONDS = 0.05
ENDLESS = float("inf")
CLASSES = {
    sre.CATEGORY_DIGIT: "0-9",
    sre.CATEGORY_WORD: f"_{WORD_CHARACTERS}",
    sre.CATEGORY_SPACE: " \t\n\r\f\v",
}
NEGATED = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
}
ENDS = {sre.AT_BEGINNING: r"\A", sre.AT_BEGINNING_STRING: r"\A", sre.AT_END: r"\Z", sre.AT_END_STRING: r"\Z"}


class PatternError(ValueError):
    """A pattern that is not let in; the message says why, in the reader's language."""


class ConditionTimeout(Exception):
    """A pattern took too long on a text; the question counts as answered with no."""


@dataclass(frozen=True)
class _Part:
    """A piece of the pattern as both engines read it.

    Attributes:
        places: characters to match, with counted repetitions written out.
        ways: in how many ways it may match, at most.
        least: the fewest characters it matches.
    """

    text: str
    places: int = 1
    ways: float = 1
    least: int = 1


@lru_cache(maxsize=512)
def emitted(pattern: str) -> str:
    """The pattern as both engines read it alike, for lower-case text.

    Raises:
        PatternError: it cannot be read, or uses what is not let in.
    """
    try:
        parsed = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(_("This pattern cannot be read: %(error)s.") % {"error": error}) from error
    if parsed.state.flags & ~re.UNICODE:
        raise PatternError(_("Switches such as (?i) are not allowed; text is compared in lower case."))
    part = _sequence(parsed)
    if part.places > MOST_PLACES:
        raise PatternError(_("This pattern is too long with its repetitions written out."))
    return part.text


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    return regex.compile(emitted(pattern))


def found_in(pattern: str, text: str) -> bool:
    """Whether the pattern is found somewhere in this lower-case text.

    Raises:
        ConditionTimeout: it took longer than SEARCH_SECONDS.
    """
    found = _searched(pattern, text)
    if found is None:
        raise ConditionTimeout(pattern)
    return found


@lru_cache(maxsize=64)
def _searched(pattern: str, text: str) -> bool | None:
    """None when it took too long. Kept, so that explaining an answer costs no second search."""
    try:
        return _compiled(pattern).search(text, timeout=SEARCH_SECONDS) is not None
    except TimeoutError:
        logger.warning("A pattern of a condition took too long and counts as not found: %r", pattern)
        return None


def _sequence(nodes: Iterable[Any]) -> _Part:
    parts = [_part(op, value) for op, value in nodes]
    ways: float = 1
    for part in parts:
        ways *= part.ways
    text = "".join(part.text for part in parts)
    return _Part(text, sum(part.places for part in parts), ways, sum(part.least for part in parts))


def _part(op: Any, value: Any) -> _Part:
    if op is sre.LITERAL:
        return _Part(_literal(value))
    if op is sre.NOT_LITERAL:
        return _Part(f"[^{_literal(value)}]")
    if op is sre.ANY:
        return _Part("[^\n]")
    if op is sre.IN:
        return _Part(_set(value))
    if op is sre.AT and value in ENDS:
        return _Part(ENDS[value], places=0, least=0)
    if op is sre.BRANCH:
        return _branches([_sequence(branch) for branch in value[1]])
    if op is sre.SUBPATTERN and not value[1] and not value[2]:
        inner = _sequence(value[3])
        return _Part(f"(?:{inner.text})", inner.places, inner.ways, inner.least)
    if op is sre.MAX_REPEAT:
        return _repeated(*value)
    raise PatternError(_refusal(op))


def _branches(parts: list[_Part]) -> _Part:
    text = "|".join(part.text for part in parts)
    places, ways = sum(part.places for part in parts), sum(part.ways for part in parts)
    return _Part(f"(?:{text})", places, ways, min(part.least for part in parts))


def _repeated(least: int, most: Any, nodes: Iterable[Any]) -> _Part:
    inner = _sequence(nodes)
    is_endless = most is sre.MAXREPEAT
    if least > MOST_REPEATS or (not is_endless and most > MOST_REPEATS):
        raise PatternError(_("A repetition goes up to %(count)s.") % {"count": MOST_REPEATS})
    if inner.least == 0:
        raise PatternError(_("What may be empty cannot be repeated."))
    # (a+)+ and (a|ab)* match in so many ways that looking for the right one takes for ever
    if (is_endless or most > 1) and inner.ways > 1 and (is_endless or inner.ways**most > MOST_WAYS):
        raise PatternError(
            _("A repetition or alternatives inside a repetition are not allowed: they could take for ever.")
        )
    upper = "" if is_endless else str(most)
    ways = ENDLESS if is_endless else (most - least + 1) * inner.ways**most
    places = inner.places * (max(least, 1) if is_endless else most)
    return _Part(f"(?:{inner.text}){{{least},{upper}}}", places, ways, least * inner.least)


def _set(items: Iterable[Any]) -> str:
    items = list(items)
    # \W alone comes as a set of one
    if len(items) == 1 and items[0][0] is sre.CATEGORY and items[0][1] in NEGATED:
        return f"[^{CLASSES[NEGATED[items[0][1]]]}]"
    return "[" + "".join(_member(op, value) for op, value in items) + "]"


def _member(op: Any, value: Any) -> str:
    if op is sre.NEGATE:
        return "^"
    if op is sre.LITERAL:
        return _literal(value)
    if op is sre.RANGE:
        return _range(*value)
    if op is sre.CATEGORY and value in CLASSES:
        return CLASSES[value]
    raise PatternError(_(r"Inside [ ] only letters, ranges, \d, \w and \s are allowed."))


def _range(first: int, last: int) -> str:
    """The range, and the lower case of the capitals in it."""
    if last - first > WIDEST_RANGE:
        raise PatternError(_("A range in [ ] spans at most %(count)s characters.") % {"count": WIDEST_RANGE})
    letters = [chr(code) for code in range(first, last + 1)]
    lowered = {lower(letter) for letter in letters} - set(letters)
    return f"{_escaped(first)}-{_escaped(last)}" + "".join(_literal(ord(letter)) for letter in sorted(lowered))


def _literal(code: int) -> str:
    return _escaped(ord(lower(chr(code))))


def _escaped(code: int) -> str:
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        raise PatternError(_("This pattern holds characters that no ticket can hold."))
    letter = chr(code)
    is_special = letter.isascii() and letter.isprintable() and not letter.isalnum() and letter not in " _"
    return f"\\{letter}" if is_special else letter


def _refusal(op: Any) -> str:
    if op in (sre.GROUPREF, sre.GROUPREF_EXISTS):
        return _("References back to a group are not allowed.")
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return _("Looking ahead or behind is not allowed.")
    if op is sre.AT:
        return _("Of the places in a text only ^ and $ are allowed.")
    if op is sre.MIN_REPEAT:
        return _("Repetitions that take as little as they can (*?) are not allowed; write them without “?”.")
    return _("This pattern uses something that is not allowed.")
