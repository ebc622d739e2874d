"""What a rule did, the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.cleaning import whole_number
from core.errors import Invalid
from escalation.models import Rule, RuleRun
from escalation.rules.explain import RunLine, run_line
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

PAGE_ROWS = 25
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One run on a ticket its reader may see."""

    line: RunLine
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page, of the runs on tickets that the reader may see; `next_key` is "" on the last one."""

    rows: Sequence[ShownRun]
    next_key: str
    is_first: bool


def runs_of(rule: Rule, visible: TicketQuerySet, before: str = "") -> RunPage:
    """The runs of a rule, newest first; three queries, and one for each version that ran.

    Args:
        visible: the tickets that may be shown.
        before: the key of the row this page begins behind; "" is the beginning.

    Raises:
        Invalid: the key was not made here.
    """
    # asked of the visible ones alone: a page that left the others out afterwards would tell how many there are and when
    runs = RuleRun.objects.filter(rule=rule, ticket__in=visible.order_by().values("pk"))
    runs = runs.select_related("version").order_by("-at", "-pk")
    if before:
        at, pk = _place(before)
        runs = runs.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    found = list(runs[: PAGE_ROWS + 1])
    page = found[:PAGE_ROWS]
    tickets = visible.in_bulk([run.ticket_id for run in page])
    rows = [ShownRun(run_line(run), tickets[run.ticket_id]) for run in page if run.ticket_id in tickets]
    next_key = f"{page[-1].at.isoformat()}{SEPARATOR}{page[-1].pk}" if len(found) > PAGE_ROWS else ""
    return RunPage(rows, next_key, is_first=not before)


def _place(key: str) -> tuple[datetime, int]:
    text, _sep, number = key.partition(SEPARATOR)
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    pk = whole_number(number)
    if at is None or at.tzinfo is None or pk is None:
        raise Invalid(_("This page address is broken. Start again from the first page."))
    return at, pk
