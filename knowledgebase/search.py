"""Finding the article that already has the answer, in either language, while somebody types."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from accounts.models import User
from knowledgebase.models import Article

MOST_WORDS = 24
SHORTEST_WORD = 3
# PostgreSQL has no Indonesian stop words; these carry no meaning in a report of trouble, in either language
STOP_WORDS = frozenset(
    [
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "ini",
        "itu",
        "untuk",
        "dengan",
        "tidak",
        "bisa",
        "saya",
        "kami",
        "kita",
        "ada",
        "adalah",
        "pada",
        "juga",
        "sudah",
        "belum",
        "akan",
        "atau",
        "karena",
        "oleh",
        "sebagai",
        "lagi",
        "saja",
        "mau",
        "tolong",
        "mohon",
        "selamat",
        "pagi",
        "siang",
        "sore",
        "malam",
        "pak",
        "bu",
        "nya",
        "kok",
        "ya",
        "sih",
        "banget",
        "tadi",
        "sejak",
        "kalau",
        "jika",
        "agar",
        "supaya",
        "saat",
        "ketika",
        "setelah",
        "sebelum",
        "semua",
        "hari",
        "sekarang",
        "kenapa",
        "bagaimana",
        "apa",
        "the",
        "and",
        "for",
        "with",
        "not",
        "can",
        "cannot",
        "could",
        "you",
        "your",
        "our",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "this",
        "that",
        "there",
        "from",
        "when",
        "what",
        "how",
        "why",
        "please",
        "help",
        "since",
        "after",
        "before",
        "into",
        "out",
        "its",
        "been",
        "does",
        "did",
        "get",
        "all",
        "any",
        "but",
        "will",
        "would",
    ]
)
WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words worth looking for: no stop words, nothing shorter than three letters, at most 24."""
    found = dict.fromkeys(word for word in WORD.findall(text.lower()) if len(word) >= SHORTEST_WORD)
    return [word for word in found if word not in STOP_WORDS][:MOST_WORDS]


def search(user: User, text: str, limit: int) -> list[Article]:
    """Articles this person may read that share words with the text, best first.

    Every word counts by itself (a report is not a query), title above keywords above body; the permission filter is
    part of the query.
    """
    words = words_of(text)
    if not words:
        return []
    query = _any_of(words)
    found: QuerySet[Article] = Article.objects.visible_to(user).filter(state=Article.State.PUBLISHED, search=query)
    ranked = found.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-helped", "pk")
    return list(ranked.defer("body", "search")[:limit])


def _any_of(words: list[str]) -> SearchQuery:
    query = None
    for config in ("simple", "english", "indonesian"):
        part = SearchQuery(" | ".join(words), config=config, search_type="raw")
        query = part if query is None else query | part
    assert query is not None
    return query
