"""Finding tickets: the newest that match, through the door, ranked. Bounded whatever the words (decision 0009).

A word that stands in a third of a million tickets cannot be ranked over all of them. So the question goes to the newest
recency bucket first, then to the next four, the next sixteen and the rest, and stops at a thousand matches. A common
word is answered by the first bucket, a rare one by all of them at next to no cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, F, FloatField, Func, OuterRef, Value
from django.db.models.expressions import RawSQL

from accounts.models import User
from core.time import database_now
from tickets.choices import LIVE
from tickets.models import SearchDocument, Ticket
from tickets.search import matching
from tickets.search.door import Door, door_of, through
from tickets.search.language import Question
from tickets.search.matching import BUCKET_BITS, Match
from tickets.search.meaning import Meaning

MOST_CANDIDATES = 1_000
# where most of them may fall away again, because the words do not stand side by side
MOST_LOOSE = 3_000
# how many buckets each look covers, the newest first; after them everything older
SPANS = (1, 4, 16)
LIVE_BOOST = 1.2
# what the results are counted by -> the ticket's column; the status first
COUNTED = {"status": "status", "tier": "tier_id", "service": "service_id", "kind": "kind", "priority": "priority"}
STAFF_WEIGHTS = "{0.05, 0.2, 0.4, 1.0}"
PUBLIC_WEIGHTS = "{0, 0.2, 0.4, 1.0}"


@dataclass(slots=True)
class TicketsFound:
    """Attributes:
    ids: best first.
    inside: those of them this person sees as staff.
    more: whether there are more than were looked at, so that every count says "at least".
    counts: by facet ("status", "tier", "service", "kind", "priority") and value.
    """

    ids: list[int] = field(default_factory=list)
    inside: set[int] = field(default_factory=set)
    more: bool = False
    counts: dict[str, Counter[Any]] = field(default_factory=dict)


def find_tickets(user: User, question: Question, meaning: Meaning, *, newest_first: bool = False) -> TicketsFound:
    """Tickets this person may see that answer the question. At most four queries."""
    door = door_of(user)
    sides = (_asked(question, meaning, inside=side, is_loose=is_loose(question, meaning)) for side in (True, False))
    sought = through(door, *sides)
    if sought is None:
        return TicketsFound()
    # people who are no staff have few tickets: their own mark is what the index goes by
    most = MOST_LOOSE if is_loose(question, meaning) else MOST_CANDIDATES
    candidates = newest(sought, meaning, is_narrow=door.inside is None and not door.sees_all, most=most)
    return _ranked(user, door, question, meaning, candidates, newest_first) if candidates else TicketsFound()


def is_loose(question: Question, meaning: Meaning) -> bool:
    """Whether the index alone cannot tell: words side by side, or in notes alone, have to be looked up afterwards."""
    terms = [term for group in (*question.groups, question.without) for term in group]
    return meaning.notes_only or any(len(term.tokens) > 1 for term in terms)


def _asked(question: Question, meaning: Meaning, *, inside: bool, is_loose: bool = False) -> Match | None:
    """The question for tickets seen from inside, or from outside; None where it cannot match there.

    Args:
        is_loose: as the index can tell without reading a vector; matches too many.
    """
    if not inside and (meaning.staff_marks or meaning.notes_only):
        return None
    parts = [*meaning.marks, *(meaning.staff_marks if inside else [])]
    if meaning.is_late:
        parts.append(matching.facet("s:live"))
    if meaning.notes_only:
        parts.append(matching.facet("n:1"))
    words = words_of(question, meaning, inside=inside, is_loose=is_loose)
    if words is not None:
        parts.append(words)
    weights = matching.ANYWHERE if inside else matching.PUBLIC
    parts += [~matching.term(term, weights) for term in question.without if not (is_loose and len(term.tokens) > 1)]
    if not parts and not question.operators:
        return None
    return matching.every(parts) or ~matching.facet("b:-1")


def words_of(question: Question, meaning: Meaning, *, inside: bool, is_loose: bool = False) -> Match | None:
    """The words alone: what is ranked."""
    weights = matching.STAFF_ONLY if meaning.notes_only else matching.ANYWHERE if inside else matching.PUBLIC
    if is_loose and inside:
        weights = matching.ANYWHERE
    groups = [
        matching.either(matching.term(term, weights, is_loose=is_loose) for term in group) for group in question.groups
    ]
    return matching.every(group for group in groups if group is not None)


def newest(sought: Match, meaning: Meaning, *, is_narrow: bool, most: int) -> list[int]:
    """Numbers of the newest matching tickets, at most `most`; from one statement that stops when it has enough.

    Args:
        is_narrow: whether the question can match so few tickets that one look over everything is cheap.
    """
    narrowing, narrowing_params = _narrowing(meaning)
    looks, params = list[str](), list[Any]()
    for where, here in _looks(sought, meaning, is_narrow):
        # Ordered by a sum: a walk down the key, testing every vector on the way, is what must not happen.
        looks.append(
            f"(SELECT ticket_id FROM tickets_searchdocument WHERE words @@ {here.sql}{where}{narrowing} "  # noqa: S608
            f"ORDER BY ticket_id + 0 DESC LIMIT {int(most)})"
        )
        params += [*here.params, *narrowing_params]
    union = " UNION ALL ".join(looks)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ticket_id FROM ({union}) AS looks LIMIT {int(most)}", params)  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def _looks(sought: Match, meaning: Meaning, is_narrow: bool) -> Iterator[tuple[str, Match]]:
    """The looks in their order: a condition on the number, and the question."""
    months = meaning.span_marks()
    if months is not None:
        sought = sought & months
    if is_narrow or months is not None or meaning.is_late:
        yield "", sought
        return
    bucket = _first_bucket(meaning)
    above = (bucket + 1) << BUCKET_BITS
    for span in SPANS:
        if bucket >= 0:
            yield "", sought & matching.buckets(bucket, max(0, bucket - span + 1))
        bucket -= span
    # tickets filed out of order may be newer than the span of time begins
    below = max(0, bucket + 1) << BUCKET_BITS
    yield f" AND (ticket_id + 0 < {below} OR ticket_id + 0 >= {above})", sought


def _first_bucket(meaning: Meaning) -> int:
    """Where to begin: at the newest ticket, or at the newest one opened before the span of time ends."""
    documents = SearchDocument.objects.values_list("ticket_id", flat=True)
    _start, end = meaning.span()
    if end is not None:
        before = Ticket.objects.filter(opened_at__lt=end).order_by("-opened_at").values_list("pk", flat=True)
        top = before.first()
    else:
        top = documents.order_by("-ticket_id").first()
    return (top or 0) >> BUCKET_BITS


def _narrowing(meaning: Meaning) -> tuple[str, list[Any]]:
    """What marks cannot say: exact times, and what is late at this moment."""
    sql, params = "", list[Any]()
    start, end = meaning.span()
    if start:
        sql += " AND opened_at >= %s"
        params.append(start)
    if end:
        sql += " AND opened_at < %s"
        params.append(end)
    if meaning.is_late is not None:
        word = "IN" if meaning.is_late else "NOT IN"
        sql += f" AND ticket_id {word} (SELECT id FROM tickets_ticket WHERE status = ANY(%s) AND next_due_at < %s)"  # noqa: S608
        params += [[str(status) for status in LIVE], database_now()]
    return sql, params


def _ranked(
    user: User, door: Door, question: Question, meaning: Meaning, candidates: Sequence[int], newest_first: bool
) -> TicketsFound:
    inside, outside = (words_of(question, meaning, inside=side) for side in (True, False))
    seen = Ticket.objects.visible_to(user).filter(pk__in=candidates)
    rows = seen.annotate(
        is_inside=_is_inside(user, door),
        fits=_matches(_asked(question, meaning, inside=True)) if is_loose(question, meaning) else Value(True),
        score=_rank(inside if door.sees_all or door.inside else None, STAFF_WEIGHTS),
        public_score=_rank(None if door.sees_all else outside, PUBLIC_WEIGHTS),
        matches_in_public=_matches(None if door.sees_all else _asked(question, meaning, inside=False)),
    ).values_list("pk", "is_inside", "score", "public_score", "matches_in_public", *COUNTED.values(), "fits")
    kept = [row for row in rows if (row[1] and row[-1]) or row[4]]

    def worth(row: Any) -> tuple[float, int]:
        score = 0.0 if newest_first else row[2] if row[1] else row[3]
        return (-score * (LIVE_BOOST if row[5] in LIVE else 1.0), -row[0])

    kept.sort(key=worth)
    counts = {
        name: Counter(row[place] for row in kept if row[place] is not None) for place, name in enumerate(COUNTED, 5)
    }
    is_full = len(candidates) >= (MOST_LOOSE if is_loose(question, meaning) else MOST_CANDIDATES)
    return TicketsFound([row[0] for row in kept], {row[0] for row in kept if row[1]}, is_full, counts)


def _is_inside(user: User, door: Door) -> Any:
    if door.sees_all or door.inside is None:
        return Value(door.sees_all, output_field=BooleanField())
    return Exists(Ticket.objects.staffed_by(user).filter(pk=OuterRef("pk")))


def _rank(words: Match | None, weights: str) -> Any:
    if words is None:
        return Value(0.0, output_field=FloatField())
    # 1: a long text is not better for being long
    weighing = RawSQL("%s::float4[]", (weights,))
    vector = F("search_document__words")
    return Func(weighing, vector, words.expression(), Value(1), function="ts_rank", output_field=FloatField())


def _matches(sought: Match | None) -> Any:
    if sought is None:
        return Value(False, output_field=BooleanField())
    return Func(F("search_document__words"), sought.expression(), function="ts_match_vq", output_field=BooleanField())
