"""One question to everything: tickets, what else there is, counts, snippets, and a correction of slips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.finding import Asked, Found
from accounts.models import User
from tickets.models import Ticket
from tickets.reading import KEY
from tickets.search.candidates import MOST_CANDIDATES, TicketsFound, find_tickets
from tickets.search.highlight import Piece, begun, marked, readable_texts
from tickets.search.language import Question, Term, parse
from tickets.search.meaning import Meaning, meaning_of
from tickets.search.vocabulary import completions, corrections

PAGE_ROWS = 20
MOST_OTHERS = 20
LONGEST_MILLISECONDS = 2_000


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in the list, with its subject and a snippet in pieces."""

    ticket: Ticket
    subject: list[Piece]
    snippet: list[Piece]
    is_inside: bool


@dataclass(frozen=True, slots=True)
class OtherRow:
    """Something else in the list."""

    found: Found
    title: list[Piece]
    snippet: list[Piece]


@dataclass(slots=True)
class Answer:
    """Attributes:
    tickets: the rows of this page, best first.
    others: everything else, by kind.
    total: how many tickets were found; with `more`, at least so many.
    counts: tickets by facet and value.
    direct: the ticket whose number was typed.
    corrected: the question that was answered instead of the one typed.
    hints: what was not understood, or why there is no answer.
    """

    question: Question
    tickets: list[TicketRow] = field(default_factory=list)
    others: dict[str, list[OtherRow]] = field(default_factory=dict)
    total: int = 0
    more: bool = False
    page: int = 1
    counts: dict[str, Counter[Any]] = field(default_factory=dict)
    direct: Ticket | None = None
    corrected: str = ""
    hints: list[str] = field(default_factory=list)
    took_too_long: bool = False

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_ROWS)

    @property
    def is_empty(self) -> bool:
        return not (self.total or self.others or self.direct)


def search(
    user: User, text: str, *, page: int = 1, as_typed: bool = False, typing: bool = False, newest_first: bool = False
) -> Answer:
    """Answer a question with what this person may see.

    Args:
        text: whatever was typed; the first 300 characters count.
        page: from 1; of twenty tickets.
        as_typed: correct nothing.
        typing: the last word may still go on, and only tickets' rows are wanted, without snippets.
    """
    question = parse(text)
    answer = Answer(question, page=max(1, page), hints=list(question.hints), direct=direct_ticket(user, question.text))
    if question.is_empty and not question.without:
        return answer
    try:
        with bounded():
            _fill(answer, user, question, typing=typing, newest_first=newest_first)
            if answer.is_empty and not as_typed and not typing:
                _correct(answer, user, newest_first)
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        answer.took_too_long = True
        answer.hints.append(_("This search took too long. Add a word or a filter."))
    return answer


@contextmanager
def bounded() -> Iterator[None]:
    """Two seconds a statement, and no reading through whole tables; all of it ends with the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true), "
            "set_config('max_parallel_workers_per_gather', '0', true)",
            [str(LONGEST_MILLISECONDS)],
        )
        yield


def direct_ticket(user: User, text: str) -> Ticket | None:
    """The ticket whose number is all that was typed: 10482, #10482, INC-10482."""
    match = KEY.fullmatch(text.strip().removeprefix("#"))
    if not match:
        return None
    seen = Ticket.objects.visible_to(user).for_rows().prefetch_related("helpers")
    return seen.filter(pk=int(match[1])).first()


def _fill(answer: Answer, user: User, question: Question, *, typing: bool, newest_first: bool) -> None:
    meaning = meaning_of(question, user)
    answer.hints += [hint for hint in meaning.hints if hint not in answer.hints]
    found = TicketsFound()
    if meaning.kinds is None or "ticket" in meaning.kinds:
        sought = _going_on(question) if typing else question
        found = find_tickets(user, sought, meaning, newest_first=newest_first)
    answer.total, answer.more, answer.counts = len(found.ids), found.more, found.counts
    answer.page = min(answer.page, max(1, answer.pages))
    start = (answer.page - 1) * PAGE_ROWS
    tickets = _tickets(user, found.ids[start : start + PAGE_ROWS])
    others = _others(user, question, meaning, typing=typing)
    _draw(answer, user, question, tickets, found.inside, others, typing=typing)


def _draw(
    answer: Answer,
    user: User,
    question: Question,
    tickets: Sequence[Ticket],
    inside: set[int],
    others: Sequence[Found],
    *,
    typing: bool,
) -> None:
    """Mark the words in everything that is shown, with one query; while somebody types, without."""
    texts = {} if typing else readable_texts(user, tickets, inside)
    wanted = [(ticket.subject, ticket.language, True) for ticket in tickets]
    wanted += [(texts.get(ticket.pk, ""), ticket.language, False) for ticket in tickets]
    wanted += [(other.title, other.language, True) for other in others]
    wanted += [("" if typing else other.text, other.language, False) for other in others]
    pieces = [begun(question, text) for text, *_rest in wanted] if typing else marked(question, wanted)
    count = len(tickets)
    for place, ticket in enumerate(tickets):
        answer.tickets.append(TicketRow(ticket, pieces[place], pieces[count + place], ticket.pk in inside))
    for place, other in enumerate(others, 2 * count):
        row = OtherRow(other, pieces[place], pieces[len(others) + place])
        answer.others.setdefault(other.kind, []).append(row)


def _tickets(user: User, ids: Sequence[int]) -> list[Ticket]:
    """The rows of a page in their order, once more through the door."""
    rows = Ticket.objects.visible_to(user).filter(pk__in=ids)
    related = rows.select_related("requester", "assignee", "team__tier", "tier", "service").defer("resolution")
    by_id = {ticket.pk: ticket for ticket in related}
    return [by_id[pk] for pk in ids if pk in by_id]


def _others(user: User, question: Question, meaning: Meaning, *, typing: bool) -> list[Found]:
    if meaning.narrows_tickets or not (question.words or question.text) or question.without:
        return []
    if any(len(group) > 1 for group in question.groups):
        return []
    bare = " ".join(term.text for group in question.groups for term in group)
    asked = Asked(question.words, typing=typing, text=bare)
    found = [one for source in sources() for one in source(user, asked, MOST_OTHERS)]
    return [one for one in found if meaning.kinds is None or one.kind in meaning.kinds]


def _going_on(question: Question) -> Question:
    """The question of somebody still typing: its last word may be longer, by what people write."""
    if not question.groups or question.text.endswith('"'):
        return question
    *before, group = question.groups
    last = group[-1]
    if last.exact:
        return question
    longer = completions(last.tokens[-1]) if len(last.tokens) == 1 else []
    # the vocabulary keeps a common beginning cheap; where it knows nothing the beginning is rare
    forms = [last, *(Term((word,)) for word in longer)] if longer else [replace(last, goes_on=True)]
    return replace(question, groups=(*before, (*group[:-1], *forms)))


def _correct(answer: Answer, user: User, newest_first: bool) -> None:
    """Try the nearest known words; shown only if they find something this person may see."""
    question = answer.question
    bare = [term.tokens[0] for group in question.groups for term in group if len(term.tokens) == 1 and not term.exact]
    known = corrections(bare)
    if not known:
        return

    def fixed(term: Term) -> Term:
        word = known.get(term.tokens[0]) if len(term.tokens) == 1 and not term.exact else None
        return replace(term, tokens=(word,), text=word) if word else term

    groups = tuple(tuple(fixed(term) for term in group) for group in question.groups)
    pieces = [*(operator.text for operator in question.operators)]
    pieces += [" OR ".join(term.text for term in group) for group in groups]
    pieces += [term.text for term in question.without]
    text = " ".join(pieces)
    other = replace(question, groups=groups, text=text)
    _fill(answer, user, other, typing=False, newest_first=newest_first)
    if not answer.is_empty:
        answer.corrected = text


@cache
def sources() -> tuple[Callable[[User, Asked, int], list[Found]], ...]:
    """The functions named in settings.SEARCH_SOURCES, in order."""
    return tuple(import_string(path) for path in settings.SEARCH_SOURCES)


def at_least(answer: Answer) -> str:
    """The number of tickets as people read it: "12", or "1,000+" where more were not looked at."""
    return f"{min(answer.total, MOST_CANDIDATES):,}+" if answer.more else str(answer.total)
