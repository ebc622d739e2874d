"""Where the words stand: pieces of text, marked or not. Only what the reader may read goes in; no markup comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from tickets.models import Message, Ticket
from tickets.search import matching
from tickets.search.language import Question, Term
from tickets.search.words import plain

# characters of private use, taken out of the texts first
START, STOP = "\ue000", "\ue001"
WHOLE = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"
CUT = f"StartSel={START}, StopSel={STOP}, MaxFragments=1, MaxWords=32, MinWords=18, ShortWord=2"
WINDOW = 600
MOST_MESSAGES = 200
SHOWN_WITHOUT_WORDS = 160
# what Markdown is written with, and a snippet is read without
FORMATTING = re.compile(r"\]\([^)\s]*\)|[*#`>|\[\]]+|(?<!\w)_+|_+(?!\w)")
LANGUAGES = {"id": "indonesian", "en": "english"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_hit` where it is one of the words."""

    text: str
    is_hit: bool = False


def marked(question: Question, texts: Sequence[tuple[str, str, bool]]) -> list[list[Piece]]:
    """The texts in pieces. One query, none where there are no words.

    Args:
        texts: text, its language ("id", "en" or another), and whether to keep all of it instead of a cut.
    """
    if not texts:
        return []
    words = sorted({word for group in question.groups for term in group for word in term.tokens})
    if not words:
        return [[Piece(text if whole else _shortened(text))] for text, _language, whole in texts]
    goes_on = {term.tokens[-1] for group in question.groups for term in group if term.goes_on}
    wanted = matching.either(matching.term(Term((word,), goes_on=word in goes_on), "") for word in words)
    assert wanted is not None
    clean = [text if whole else FORMATTING.sub(" ", window(text, words)) for text, _language, whole in texts]
    configs = [LANGUAGES.get(language, "simple") for _text, language, _whole in texts]
    options = [WHOLE if whole else CUT for _text, _language, whole in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ts_headline(config::regconfig, body, {wanted.sql}, options) "  # noqa: S608
            "FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS t (config, body, options, place) "
            "ORDER BY place",
            [*wanted.params, configs, [_without_marks(text) for text in clean], options],
        )
        return [_pieces(row[0]) for row in cursor.fetchall()]


def begun(question: Question, text: str) -> list[Piece]:
    """A short text in pieces, marked where a word begins as one of the question does; for somebody still typing."""
    words = tuple(word for group in question.groups for term in group for word in term.tokens)
    pieces = [Piece(part, is_hit=bool(words) and plain(part).startswith(words)) for part in re.split(r"(\w+)", text)]
    return [piece for piece in pieces if piece.text]


def window(text: str, words: Iterable[str]) -> str:
    """The stretch of a long text around the first of the words, so that only this is cut from."""
    if len(text) <= WINDOW:
        return text
    low = plain(text)
    at = min((place for word in words for place in _places(low, word)), default=0)
    start = max(0, at - WINDOW // 4)
    if start:
        start = text.find(" ", start) + 1 or start
    return text[start : start + WINDOW]


def _places(low: str, word: str) -> Iterable[int]:
    """Where the word stands, or else something it begins or ends with (forms of a word share a stem)."""
    for part in (word, word[:-2] if len(word) > 5 else "", word[3:] if len(word) > 6 else ""):
        at = low.find(part) if part else -1
        if at >= 0:
            return [at]
    return []


def readable_texts(user: User, tickets: Sequence[Ticket], inside: set[int]) -> dict[int, str]:
    """Opening words and conversation of each ticket, as far as this person reads it. One query.

    Args:
        inside: the tickets this person sees as staff; of the others only what is public.
    """
    texts = {ticket.pk: [ticket.description] for ticket in tickets}
    said = Message.objects.filter(ticket_id__in=texts).order_by("-pk")
    for ticket_id, is_public, body in said.values_list("ticket_id", "is_public", "body")[:MOST_MESSAGES]:
        if is_public or ticket_id in inside:
            texts[ticket_id].append(body)
    return {pk: "\n".join(parts) for pk, parts in texts.items()}


def _shortened(text: str) -> str:
    flat = " ".join(FORMATTING.sub(" ", text[: 2 * SHOWN_WITHOUT_WORDS]).split())
    return flat if len(flat) <= SHOWN_WITHOUT_WORDS else flat[:SHOWN_WITHOUT_WORDS].rsplit(" ", 1)[0] + " …"


def _without_marks(text: str) -> str:
    return text.replace(START, "").replace(STOP, "").replace("\0", "")


def _pieces(headline: str) -> list[Piece]:
    flat = re.sub(r"\s+", " ", headline)
    pieces = []
    for part in re.split(f"({START}[^{STOP}]*{STOP})", flat):
        if part:
            is_hit = part.startswith(START)
            pieces.append(Piece(_without_marks(part), is_hit))
    return pieces
