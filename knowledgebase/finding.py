"""The search for articles, by all of the words or by number."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchRank
from django.db.models import F
from django.urls import reverse

from accounts.finding import Asked, Found, all_of
from accounts.models import User
from knowledgebase.models import Article

NUMBER = re.compile(r"(?:kb[-\s]?|#)?(\d{1,9})", re.I)


def find_articles(user: User, asked: Asked, limit: int) -> list[Found]:
    """Published articles this person may read, best first: KB-12 by its number, others by all of the words."""
    readable = Article.objects.visible_to(user).published().defer("search")
    found: list[Found] = []
    number = NUMBER.fullmatch(asked.text.strip())
    if number:
        found = [_found(article, exact=True) for article in readable.filter(pk=int(number[1]))]
    if asked.words:
        query = all_of(asked.words, typing=asked.typing, configs=("simple", "english", "indonesian"))
        ranked = readable.filter(search=query).annotate(rank=SearchRank(F("search"), query))
        found += [_found(article) for article in ranked.order_by("-rank", "-helped", "pk")[:limit]]
    return list({one.url: one for one in reversed(found)}.values())[::-1][:limit]


def article_words(limit: int) -> list[str]:
    """Titles and keywords of what everybody may read, for the vocabulary typing errors are corrected by."""
    readable = Article.objects.published().filter(audience=Article.Audience.REQUESTERS)
    return [f"{title} {keywords}" for title, keywords in readable.values_list("title", "keywords")[:limit]]


def _found(article: Article, *, exact: bool = False) -> Found:
    return Found(
        "article",
        article.title,
        reverse("article", args=[article.slug]),
        "book-open",
        detail=f"KB-{article.pk}",
        text=article.body,
        language=article.language,
        exact=exact,
    )
