"""What of a history its reader can take back, and what was taken back: from the events alone, without a query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from tickets.models import TicketEvent
from tickets.undo import UNDO_FOR, can_reverse
from tickets.undo_marks import meant_by, reverses, touched_by


def offered(newest_first: Iterable[TicketEvent], reader: User, verbs: set[str], now: datetime) -> set[int]:
    """Numbers of the reader's own steps that can be taken back; `tickets.undo` asks again when one is.

    Args:
        newest_first: one ticket's events, none left out that changes what can be taken back.
        verbs: what the reader may do with the ticket now.
    """
    touched: set[str] = set()
    found = set()
    for event in newest_first:
        marks = meant_by(event)
        is_own = event.actor_id == reader.pk and event.depth == 0 and now - event.at <= UNDO_FOR
        if is_own and marks and not touched.intersection(marks) and can_reverse(event, verbs):
            found.add(event.pk)
        touched.update(touched_by(event))
    return found


def can_be_taken_back(event: TicketEvent) -> bool:
    """Whether the step is of a kind that could be taken back and changed something."""
    return bool(meant_by(event))


def taken_back(newest_first: Iterable[TicketEvent]) -> set[int]:
    """Numbers of the steps whose own author put everything back as it was, within the time for that."""
    then: dict[str, TicketEvent] = {}
    found = set()
    for event in newest_first:
        marks = meant_by(event)
        if marks and all(_reverses(then.get(mark), event, mark) for mark in marks):
            found.add(event.pk)
        then.update(dict.fromkeys(touched_by(event), event))
    return found


def _reverses(later: TicketEvent | None, event: TicketEvent, mark: str) -> bool:
    return (
        later is not None
        and later.actor_id == event.actor_id
        and later.at - event.at <= UNDO_FOR
        and reverses(later, event, mark)
    )
