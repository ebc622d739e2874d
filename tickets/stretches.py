"""Paging of a timeline: messages and events are two lists, and a stretch ends where the shorter of the two reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.cleaning import whole_number
from core.errors import Invalid
from tickets.models import Message, TicketEvent

SEPARATOR = "~"


def narrowed(messages: Any, events: Any, before: str) -> tuple[Any, Any]:
    """Both lists from before the key; all of them for "".

    Raises:
        Invalid: no page gave this key.
    """
    if not before:
        return messages, events
    at, message, event = _read(before)
    return messages.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=message)), events.filter(pk__lt=event)


def aligned(
    messages: Sequence[Message], events: Sequence[TicketEvent], before: str, most: int
) -> tuple[list[Message], list[TicketEvent], str]:
    """Cut both lists, newest first, at the instant to which both reach.

    Args:
        most: the length at which a list may go on behind its end.

    Returns:
        The rows to show, and the key of the stretch before them ("" where nothing is left).
    """
    ends = [rows[-1] for rows in (messages, events) if len(rows) >= most]
    if not ends:
        return list(messages), list(events), ""
    cut = max(_at(row) for row in ends)
    shown = [row for row in messages if row.created_at >= cut]
    steps = [row for row in events if row.at >= cut]
    at, message, event = _read(before) if before else (None, 0, 0)
    if shown:
        at, message = shown[-1].created_at, shown[-1].pk
    if steps:
        event = steps[-1].pk
    first = at or cut
    return shown, steps, f"{first.isoformat()}{SEPARATOR}{message or _ALL}{SEPARATOR}{event or _ALL}"


_ALL = 10**17


def _at(row: Message | TicketEvent) -> datetime:
    return row.created_at if isinstance(row, Message) else row.at


def _read(key: str) -> tuple[datetime, int, int]:
    text, _sep, numbers = key.partition(SEPARATOR)
    message, _sep, event = numbers.partition(SEPARATOR)
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    numbers_read = whole_number(message), whole_number(event)
    if at is None or at.tzinfo is None or None in numbers_read:
        raise Invalid(_("This page address is broken. Start again from the first page."))
    return at, numbers_read[0] or 0, numbers_read[1] or 0
