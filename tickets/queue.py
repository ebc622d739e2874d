"""One page of a queue: which tickets, in which order, under which headings. Costs the same at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import paging
from tickets.choices import Status
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.reading import time_left

PAGE_ROWS = 50
HEADINGS = {
    "late": _("Overdue"),
    "hour": _("Due within the hour"),
    "today": _("Due today"),
    "later": _("Later"),
    "paused": _("Clock paused"),
}
TABS = {"all": _("All open"), "unassigned": _("Unassigned"), "mine": _("Mine"), "waiting": _("Waiting")}


SORTS = ("due", "priority", "updated")
BOUNCES_SHOWN = 2


@dataclass(slots=True)
class Row:
    """One ticket in the list, with what is left of its promise."""

    ticket: Ticket
    time_left: Any

    @property
    def tags(self) -> list[dict[str, str]]:
        """What stands behind the subject: a ticket that keeps coming back says so."""
        if self.ticket.return_count < BOUNCES_SHOWN:
            return []
        return [{"label": gettext("%(n)s bounces") % {"n": self.ticket.return_count}, "icon": "repeat"}]


@dataclass(slots=True)
class Group:
    key: str
    label: Any
    count: int
    rows: list[Row] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether its rows are overdue; drawn in red."""
        return self.key == "late"


@dataclass(slots=True)
class Page:
    """What a queue page shows.

    `next_key` leads to the rows behind the last one; `counts` are per tab and over the whole queue.
    """

    groups: list[Group]
    counts: dict[str, int]
    next_key: str
    newest: int

    @property
    def rows(self) -> Iterator[Row]:
        for group in self.groups:
            yield from group.rows


def page_of(tickets: TicketQuerySet, *, user: User, tab: str, after: str, now: datetime, sort: str = "due") -> Page:
    """Build the page in three queries: counts, rows, clocks.

    Args:
        tickets: live tickets already narrowed to what the user may see and to the queue.
        tab: a key of TABS; anything else is "all".
        after: the key of the last row of the page before; "" for the first page.
        sort: one of SORTS; only "due" has headings.

    Raises:
        Invalid: `after` is no key this list gave out.
    """
    end_of_day = _end_of_day(user, now)
    counts = _counts(tickets, user, now, end_of_day)
    rows = list(paging.after(_in_tab(tickets, tab, user), sort, after).for_rows()[: PAGE_ROWS + 1])
    left = time_left(rows[:PAGE_ROWS], now)
    shown = [Row(ticket, left.get(ticket.pk)) for ticket in rows[:PAGE_ROWS]]
    groups = _grouped(shown, counts, now, end_of_day, tab) if sort == "due" else _in_one(shown, TABS[tab], counts[tab])
    more = len(rows) > PAGE_ROWS
    return Page(groups, counts, paging.key(rows[PAGE_ROWS - 1], sort) if more else "", counts["newest"])


def _counts(tickets: TicketQuerySet, user: User, now: datetime, end_of_day: datetime) -> dict[str, int]:
    due = Q(next_due_at__gte=now)
    in_an_hour = now + timedelta(hours=1)
    found: dict[str, Any] = tickets.aggregate(
        all=Count("pk"),
        unassigned=Count("pk", filter=Q(assignee_id__isnull=True)),
        mine=Count("pk", filter=Q(assignee_id=user.pk)),
        waiting=Count("pk", filter=Q(status=Status.PENDING)),
        late=Count("pk", filter=Q(next_due_at__lt=now)),
        hour=Count("pk", filter=due & Q(next_due_at__lt=in_an_hour)),
        today=Count("pk", filter=Q(next_due_at__gte=in_an_hour, next_due_at__lt=end_of_day)),
        later=Count("pk", filter=Q(next_due_at__gte=max(in_an_hour, end_of_day))),
        paused=Count("pk", filter=Q(next_due_at__isnull=True)),
        newest=Max("pk"),
    )
    return {name: value or 0 for name, value in found.items()}


def _in_tab(tickets: TicketQuerySet, tab: str, user: User) -> TicketQuerySet:
    match tab:
        case "unassigned":
            return tickets.unassigned()
        case "mine":
            return tickets.assigned_to(user)
        case "waiting":
            return tickets.filter(status=Status.PENDING)
        case _:
            return tickets


def _in_one(rows: list[Row], label: Any, count: int) -> list[Group]:
    return [Group("all", label, count, rows)] if rows else []


def _grouped(rows: list[Row], counts: dict[str, int], now: datetime, end_of_day: datetime, tab: str) -> list[Group]:
    groups: dict[str, Group] = {}
    for row in rows:
        heading = _heading(row.ticket.next_due_at, now, end_of_day)
        if heading not in groups:
            groups[heading] = Group(heading, HEADINGS[heading], counts[heading] if tab == "all" else 0)
        groups[heading].rows.append(row)
    if tab != "all":
        for group in groups.values():
            group.count = len(group.rows)
    return list(groups.values())


def _heading(due: datetime | None, now: datetime, end_of_day: datetime) -> str:
    if due is None:
        return "paused"
    if due < now:
        return "late"
    if due < now + timedelta(hours=1):
        return "hour"
    return "today" if due < end_of_day else "later"


def _end_of_day(user: User, now: datetime) -> datetime:
    """Midnight where the reader is."""
    here = now.astimezone(timezone.get_current_timezone())
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
