"""Keyset paging of ticket lists: a page begins behind a row, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.cleaning import whole_number
from core.errors import Invalid
from tickets.choices import Priority
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

SEPARATOR = "~"


def after(tickets: TicketQuerySet, sort: str, key: str) -> TicketQuerySet:
    """The list in its order, from behind the row that gave the key; "" is the beginning.

    Args:
        sort: "due" (next promise first, paused last), "priority" or "updated" (newest first).

    Raises:
        Invalid: the key was not made by `key`.
    """
    value, _sep, pk_text = key.partition(SEPARATOR)
    pk = whole_number(pk_text)
    if key and pk is None:
        raise _broken()
    if sort == "priority":
        ordered = tickets.order_by("priority", "pk")
        if pk is None:
            return ordered
        level = int(value) if value in {str(priority) for priority in Priority.values} else 0
        return ordered.filter(Q(priority__gt=level) | Q(priority=level, pk__gt=pk))
    if sort == "updated":
        ordered = tickets.order_by("-updated_at", "-pk")
        if pk is None:
            return ordered
        at = _instant(value)
        return ordered.filter(Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=pk))
    ordered = tickets.order_by(F("next_due_at").asc(nulls_last=True), "pk")
    if pk is None:
        return ordered
    if not value:
        return ordered.filter(next_due_at__isnull=True, pk__gt=pk)
    due = _instant(value)
    return ordered.filter(Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=pk) | Q(next_due_at__isnull=True))


def key(ticket: Ticket, sort: str) -> str:
    """The place of one row in the order."""
    if sort == "priority":
        return f"{ticket.priority}{SEPARATOR}{ticket.pk}"
    at = ticket.updated_at if sort == "updated" else ticket.next_due_at
    return f"{at.isoformat() if at else ''}{SEPARATOR}{ticket.pk}"


def _instant(text: str) -> datetime:
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _broken()
    return at


def _broken() -> Invalid:
    return Invalid(_("This page address is broken. Start again from the first page."))
