"""Which tickets look like the same trouble: ranked by facts, each with the reason; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

WORD = re.compile(r"[^\W\d_]{3,}")
# words that say nothing of the trouble, in both languages of the house
EMPTY_WORDS = frozenset({
    "the", "and", "for", "with", "not", "can", "cannot", "does", "when", "since", "from", "this", "that",
    "have", "has", "are", "was", "after", "again", "please", "my", "our", "your", "yang", "dan", "dari",
    "tidak", "bisa", "saya", "kami", "sejak", "untuk", "dengan", "ini", "itu", "ada", "sudah", "lagi",
    "setelah", "saat", "ketika", "mohon", "tolong", "bantu", "tadi", "pagi", "hari", "di", "ke",
})  # fmt: skip
SAME_SERVICE, SAME_CATEGORY = 4, 3
SHARED_WORD, MOST_WORDS = 2, 4
NEAR_MINUTES, NEAR = 60, 2
LEAST = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What of a ticket is compared."""

    ticket: int
    subject: str
    opened_at: datetime
    service: int | None
    category: int | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike, and why: same service, same category, the words both subjects have, the minutes between them."""

    ticket: int
    score: int
    same_service: bool
    same_category: bool
    words: tuple[str, ...]
    minutes_apart: int


def words_of(subject: str) -> frozenset[str]:
    """The telling words of a subject."""
    return frozenset(WORD.findall(subject.lower())) - EMPTY_WORDS


def likeness(lead: Look, other: Look) -> Likeness:
    """How alike two tickets are."""
    shared = sorted(words_of(lead.subject) & words_of(other.subject))
    same_service = lead.service is not None and lead.service == other.service
    same_category = lead.category is not None and lead.category == other.category
    apart = int(abs((other.opened_at - lead.opened_at).total_seconds())) // 60
    score = SAME_SERVICE * same_service + SAME_CATEGORY * same_category
    score += SHARED_WORD * min(len(shared), MOST_WORDS)
    if score and apart <= NEAR_MINUTES:
        score += NEAR
    return Likeness(other.ticket, score, same_service, same_category, tuple(shared[:MOST_WORDS]), apart)


def ranked(lead: Look, others: Iterable[Look], most: int) -> list[Likeness]:
    """The most alike first; among equals the ones opened closest to it. Those with little in common are left out."""
    found = [likeness(lead, other) for other in others if other.ticket != lead.ticket]
    alike = [one for one in found if one.score >= LEAST]
    return sorted(alike, key=lambda one: (-one.score, one.minutes_apart, one.ticket))[:most]
