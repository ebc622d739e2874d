"""Keyset paging of ticket lists: a page begins behind a row, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.cleaning import whole_number
from core.errors import Invalid
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

SEPARATOR = "~"
INSTANT, NUMBER, TEXT = "instant", "number", "text"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a list is ordered by. What a ticket lacks stands last, in either direction."""

    column: str
    kind: str
    is_descending: bool = False
    may_lack: bool = False

    def order(self) -> Any:
        """As `order_by` takes it."""
        if not self.may_lack:
            return f"-{self.column}" if self.is_descending else self.column
        expression = F(self.column)
        return expression.desc(nulls_last=True) if self.is_descending else expression.asc(nulls_last=True)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})

    def beyond(self, value: Any, *, with_lacking: bool) -> Q:
        """Rows that stand behind this value; nothing stands behind those that lack it."""
        if value is None:
            return Q(pk__in=())
        behind = Q(**{f"{self.column}__{'lt' if self.is_descending else 'gt'}": value})
        return behind | Q(**{f"{self.column}__isnull": True}) if self.may_lack and with_lacking else behind

    def bound(self, value: Any) -> Q:
        """What holds for all rows from this value on: where the walk along the index begins."""
        return Q(**{f"{self.column}__{'lte' if self.is_descending else 'gte'}": value})

    def value_of(self, ticket: Ticket) -> Any:
        value: Any = ticket
        for name in self.column.split("__"):
            value = getattr(value, name, None)
        return value


SORTS: dict[str, Key] = {
    "due": Key("next_due_at", INSTANT, may_lack=True),
    "priority": Key("priority", NUMBER),
    "updated": Key("updated_at", INSTANT, is_descending=True),
    "opened": Key("opened_at", INSTANT, is_descending=True),
    "status": Key("status", TEXT),
    "requester": Key("requester__name", TEXT),
    "owner": Key("assignee__name", TEXT, may_lack=True),
    "team": Key("team__name", TEXT, may_lack=True),
    "service": Key("service__name", TEXT, may_lack=True),
    "subject": Key("subject", TEXT),
}
# sorts that walk along an index however many tickets have ended
SORTS_OF_ALL = ("updated", "opened")
GROUPS: dict[str, str] = {"due": "due", "priority": "priority", "status": "status", "owner": "owner"}


def order_of(sort: str, group: str = "") -> tuple[Key, ...]:
    """What a list is ordered by: its groups first, the sort within, and the number last, so that no two are equal."""
    keys = [SORTS[group]] if group in GROUPS else []
    if sort != group:
        keys.append(SORTS[sort])
    return (*keys, Key("pk", NUMBER, is_descending=keys[-1].is_descending))


def rows_after(tickets: TicketQuerySet, order: Sequence[Key], after: str, limit: int) -> list[Ticket]:
    """The next rows of a list, from behind the row that gave the key; "" is the beginning.

    Raises:
        Invalid: the key was not made by `key`.
    """
    ordered = tickets.order_by(*(one.order() for one in order))
    if not after:
        return list(ordered[:limit])
    values = _read(after, order)
    first, start = order[0], values[0]
    if start is None:
        return list(ordered.filter(first.same(None), _behind(order[1:], values[1:], is_whole=True))[:limit])
    behind = _row_comparison(order, values) if len(order) == 2 else first.bound(start) & _behind(order, values)
    rows = list(ordered.filter(behind)[:limit])
    if first.may_lack and len(rows) < limit:
        rows += ordered.filter(first.same(None))[: limit - len(rows)]
    return rows


def key(ticket: Ticket, order: Sequence[Key]) -> str:
    """The place of one row in the order."""
    return SEPARATOR.join(_written(one.value_of(ticket)) for one in order)


def _row_comparison(order: Sequence[Key], values: Sequence[Any]) -> Q:
    """(a, pk) > (x, 7): the one form the planner turns into a walk along the index from there on."""
    lookup = TupleLessThan if order[0].is_descending else TupleGreaterThan
    return Q(lookup(Tuple(*(F(one.column) for one in order)), tuple(values)))


def _behind(order: Sequence[Key], values: Sequence[Any], *, is_whole: bool = False) -> Q:
    """What stands behind these values; what lacks the first one is asked for apart, unless `is_whole`."""
    behind, equal = Q(pk__in=()), Q()
    for at, (one, value) in enumerate(zip(order, values, strict=True)):
        behind |= equal & one.beyond(value, with_lacking=is_whole or at > 0)
        equal &= one.same(value)
    return behind


def _written(value: Any) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text.replace("%", "%25").replace(SEPARATOR, "%7E")


def _read(after: str, order: Sequence[Key]) -> list[Any]:
    parts = after.split(SEPARATOR)
    if len(parts) != len(order):
        raise _broken()
    return [_value(one, part) for one, part in zip(order, parts, strict=True)]


def _value(one: Key, text: str) -> Any:
    if not text and one.may_lack:
        return None
    if one.kind == TEXT:
        return text.replace("%7E", SEPARATOR).replace("%25", "%")
    value = _instant(text) if one.kind == INSTANT else whole_number(text)
    # a number outside of what small columns hold is behind or before every row, and no error of the database
    if value is None or (one.kind == NUMBER and one.column != "pk" and value > 32_767):  # type: ignore[operator]
        raise _broken()
    return value


def _instant(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _broken() -> Invalid:
    return Invalid(_("This page address is broken. Start again from the first page."))
