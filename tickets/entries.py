"""What stands on a ticket's timeline, and the steps of one macro gathered under the line that names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from tickets.history_undo import can_be_taken_back
from tickets.models import Message, Ticket, TicketEvent

RUN_MACRO = "run_macro"


@dataclass(slots=True)
class Entry:
    """One thing on the timeline: a message, an event, a fold of events, a macro with its steps, or the opening words of
    a merged ticket.

    `kind` says which; `origin` is the merged ticket that a message belongs to, `went_on` what was split off from it;
    `undo_url` takes the reader's own step back.
    """

    kind: str
    at: datetime
    message: Message | None = None
    body_html: SafeString | None = None
    icon: str = ""
    sentence: SafeString | str = ""
    key: int = 0
    events: Sequence[Entry] = ()
    until: datetime | None = None
    origin: Ticket | None = None
    went_on: Sequence[Ticket] = ()
    undo_url: str = ""
    is_undone: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether it offers its reader a way back."""
        return bool(self.undo_url) or any(event.undo_url for event in self.events)


def gathered(
    ticket: Ticket, newest_first: Sequence[TicketEvent], lines: Mapping[int, Entry], undone: Collection[int]
) -> list[Entry]:
    """The lines in their order, those of a macro's steps under the macro's own; what was told to the requester stays in
    sight. Asks nothing.

    Args:
        lines: by the event's number.
        undone: numbers of the events that were taken back.
    """
    heads = {event.data["macro"]: event for event in newest_first if event.verb == RUN_MACRO and event.pk in lines}
    under: dict[int, list[TicketEvent]] = {}
    for event in reversed(newest_first):
        head = heads.get(event.data.get("macro"))
        told = event.pk in lines and lines[event.pk].body_html
        if head is not None and event is not head and not told:
            under.setdefault(head.pk, []).append(event)
    for run, head in heads.items():
        _close(lines[head.pk], reverse("macro_undo", args=[ticket.key, run]), under.get(head.pk, ()), lines, undone)
    inside = {event.pk for events in under.values() for event in events}
    return [line for pk, line in lines.items() if pk not in inside]


def _close(
    line: Entry, url: str, events: Sequence[TicketEvent], lines: Mapping[int, Entry], undone: Collection[int]
) -> None:
    steps = tuple(lines[event.pk] for event in events if event.pk in lines)
    reversible = [event.pk for event in events if can_be_taken_back(event)]
    line.kind, line.events = "macro" if steps else line.kind, steps
    line.undo_url = url if any(step.undo_url for step in steps) else ""
    line.is_undone = bool(reversible) and all(pk in undone for pk in reversible)
