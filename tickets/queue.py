"""One page of a list: which tickets, in which order, under which headings. Costs the same at any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from tickets import paging
from tickets.carried import carried
from tickets.choices import Priority, Status
from tickets.lists.board import end_of_day
from tickets.lists.filters import in_tab
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.reading import time_left
from tickets.row_tags import row_tags

PAGE_ROWS = 50
HEADINGS = {
    "late": gettext_lazy("Overdue"),
    "hour": gettext_lazy("Due within the hour"),
    "today": gettext_lazy("Due today"),
    "later": gettext_lazy("Later"),
    "paused": gettext_lazy("Clock paused"),
}
TABS = {
    "all": gettext_lazy("All open"),
    "unassigned": gettext_lazy("Unassigned"),
    "mine": gettext_lazy("Mine"),
    "waiting": gettext_lazy("Waiting"),
}
COLUMN_OF_GROUP = {"priority": "priority", "status": "status", "owner": "assignee__name"}


@dataclass(slots=True)
class Row:
    """One ticket in the list, with what is left of its promise."""

    ticket: Ticket
    time_left: Any
    tags: list[dict[str, Any]]

    @property
    def is_unread(self) -> bool:
        """Whether the last word is the requester's: nobody at the desk has done anything since."""
        asked, acted = self.ticket.requester_acted_at, self.ticket.staff_acted_at
        return asked is not None and (acted is None or asked >= acted)

    @property
    def snippet(self) -> str:
        """How the report begins, in one line."""
        return " ".join(getattr(self.ticket, "beginning", "").split())


def rows_for(tickets: Sequence[Ticket], user: User, now: datetime) -> list[Row]:
    """Rows with their clocks and tags; two queries, whatever their number."""
    left, tags = time_left(tickets, now), row_tags(tickets, user)
    return [Row(ticket, left.get(ticket.pk), tags[ticket.pk]) for ticket in tickets]


@dataclass(slots=True)
class Group:
    """Rows under one heading; `count` is how many there are on all pages."""

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
    """What a list shows.

    `next_key` leads to the rows behind the last one; `counts` are per tab and over the whole list.
    """

    groups: list[Group]
    counts: Mapping[str, int]
    next_key: str

    @property
    def rows(self) -> Iterator[Row]:
        for group in self.groups:
            yield from group.rows


def page_of(
    tickets: TicketQuerySet,
    *,
    user: User,
    now: datetime,
    tab: str = "all",
    after: str = "",
    sort: str = "due",
    group: str = "due",
    counts: Mapping[str, int] | None = None,
    with_service: bool = True,
) -> Page:
    """Build the page in four queries: counts, rows, clocks, tags; in three where the counts are known.

    Args:
        tickets: those already narrowed to what the user may see, to the list and by its filters.
        tab: a key of TABS.
        after: the key of the last row of the page before; "" for the first page.
        sort: a key of `paging.SORTS`.
        group: a key of `paging.GROUPS`, "due" only with that sort; "" for no headings.
        counts: of the whole list, by the names `counts_of` gives.
        with_service: whether rows say their service; one more query.

    Raises:
        Invalid: `after` is no key this list gave out.
    """
    group = "" if group == "due" and sort != "due" else group
    known, order = counts or counts_of(tickets, user, now), paging.order_of(sort, group)
    shown = in_tab(tickets, tab, user)
    found = paging.rows_after(shown.for_carried_rows(), order, after, PAGE_ROWS + 1)
    rows = carried(found, user, with_service=with_service)
    drawn = rows_for(rows[:PAGE_ROWS], user, now)
    if group == "due":
        groups = _by_time_left(drawn, known, now, tab)
    elif group:
        groups = _by_value(drawn, group, shown)
    else:
        groups = [Group("all", TABS[tab], known[tab], drawn)] if drawn else []
    return Page(groups, known, paging.key(rows[PAGE_ROWS - 1], order) if len(rows) > PAGE_ROWS else "")


def counts_of(tickets: TicketQuerySet, user: User, now: datetime) -> dict[str, int]:
    """How many of a list stand under each tab and each heading by time left."""
    midnight = end_of_day(now)
    hour = now + timedelta(hours=1)
    pk = "pk"
    return tickets.order_by().aggregate(
        all=Count(pk),
        unassigned=Count(pk, filter=Q(assignee_id__isnull=True)),
        mine=Count(pk, filter=Q(assignee_id=user.pk)),
        waiting=Count(pk, filter=Q(status=Status.PENDING)),
        late=Count(pk, filter=Q(next_due_at__lt=now)),
        hour=Count(pk, filter=Q(next_due_at__gte=now, next_due_at__lt=hour)),
        today=Count(pk, filter=Q(next_due_at__gte=hour, next_due_at__lt=midnight)),
        later=Count(pk, filter=Q(next_due_at__gte=max(hour, midnight))),
        paused=Count(pk, filter=Q(next_due_at__isnull=True)),
    )


def _by_time_left(rows: Sequence[Row], counts: Mapping[str, int], now: datetime, tab: str) -> list[Group]:
    midnight = end_of_day(now)
    groups: dict[str, Group] = {}
    for row in rows:
        heading = _heading(row.ticket.next_due_at, now, midnight)
        if heading not in groups:
            groups[heading] = Group(heading, HEADINGS[heading], counts[heading] if tab == "all" else 0)
        groups[heading].rows.append(row)
    if tab != "all":
        for group in groups.values():
            group.count = len(group.rows)
    return list(groups.values())


def _heading(due: datetime | None, now: datetime, midnight: datetime) -> str:
    if due is None:
        return "paused"
    if due < now:
        return "late"
    if due < now + timedelta(hours=1):
        return "hour"
    return "today" if due < midnight else "later"


def _by_value(rows: Sequence[Row], group: str, tickets: TicketQuerySet) -> list[Group]:
    column = COLUMN_OF_GROUP[group]
    counted = dict(tickets.order_by().values_list(column).annotate(n=Count("pk")))
    groups: dict[Any, Group] = {}
    for row in rows:
        value = paging.SORTS[group].value_of(row.ticket)
        if value not in groups:
            groups[value] = Group(str(value), _label(group, value), counted.get(value, 0))
        groups[value].rows.append(row)
    return list(groups.values())


def _label(group: str, value: Any) -> str:
    if group == "priority":
        return str(Priority(value).label)
    if group == "status":
        return str(Status(value).label)
    return str(value) if value is not None else _("Nobody")
