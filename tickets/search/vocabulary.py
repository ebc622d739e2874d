"""The words of recent tickets and of articles: what a mistyped word is corrected to and a begun one goes on to.

Nothing internal comes in: subjects and opening words of tickets outside restricted teams, and published articles. And
nobody is shown a correction that finds nothing among what they may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.module_loading import import_string

from tickets.models import SearchWord, Ticket
from tickets.search.words import LONGEST_WORD, telling, tokens, trigrams, typing_distance

RECENT_TICKETS = 30_000
ARTICLES = 5_000
MOST_WORDS = 50_000
# once may be a typing error itself
FEWEST_TIMES = 2
SHORTEST = 4
LOOKED_AT = 60
COMPLETIONS = 12
SHORTEST_BEGUN = 3


def refresh() -> int:
    """Count the words anew and keep the most frequent; how many there are. Seconds, not minutes."""
    counts: Counter[str] = Counter()
    told = Ticket.objects.filter(Q(team__isnull=True) | Q(team__is_restricted=False)).order_by("-pk")
    for subject, description in told.values_list("subject", "description")[:RECENT_TICKETS].iterator():
        counts.update(_worth_keeping(f"{subject} {description[:2_000]}"))
    for path in settings.SEARCH_VOCABULARY:
        for text in import_string(path)(ARTICLES):
            # an article is read before it is published: its words count from the first time on
            counts.update(dict.fromkeys(_worth_keeping(text), FEWEST_TIMES))
    kept = [(word, times) for word, times in counts.most_common(MOST_WORDS) if times >= FEWEST_TIMES]
    with transaction.atomic():
        SearchWord.objects.all().delete()
        SearchWord.objects.bulk_create(
            [SearchWord(word=word, times=times, trigrams=trigrams(word)) for word, times in kept], batch_size=2_000
        )
    return len(kept)


def _worth_keeping(text: str) -> set[str]:
    return {word for word in telling(tokens(text)) if SHORTEST <= len(word) < LONGEST_WORD and not word[0].isdecimal()}


def corrections(words: Sequence[str]) -> dict[str, str]:
    """For each word that nobody writes, the nearest one that people do write. At most one query a word, and one."""
    wanted = [word for word in words if len(word) >= SHORTEST and not word[0].isdecimal()]
    known = set(SearchWord.objects.filter(word__in=wanted).values_list("word", flat=True)) if wanted else set()
    found = {word: _nearest(word) for word in wanted if word not in known}
    return {word: nearest for word, nearest in found.items() if nearest}


def _nearest(word: str) -> str | None:
    """Within one slip of the hand, within two in words of seven letters and more; the more frequent one first."""
    most = 2 if len(word) >= 7 else 1
    theirs = trigrams(word)
    shared = RawSQL("cardinality(ARRAY(SELECT unnest(trigrams) INTERSECT SELECT unnest(%s::varchar[])))", (theirs,))
    alike = SearchWord.objects.filter(trigrams__overlap=theirs).annotate(shared=shared)
    like = alike.order_by("-shared", "-times")[:LOOKED_AT]
    scored = [(typing_distance(word, row.word, most), -row.times, row.word) for row in like]
    best = min((one for one in scored if one[0] <= most), default=None)
    return best[2] if best else None


def completions(begun: str) -> list[str]:
    """The most frequent words a begun one may go on to."""
    if len(begun) < SHORTEST_BEGUN:
        return []
    going_on = SearchWord.objects.filter(word__startswith=begun).order_by("-times")
    return list(going_on.values_list("word", flat=True)[:COMPLETIONS])
