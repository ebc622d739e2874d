"""A ticket as it stood at each step of its history, rebuilt in memory from its events. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import Team, Tier
from catalogue.models import Asset, Category, Service
from escalation.rules.triggers import OPENED, pulled_by
from tickets import traces
from tickets.models import Ticket
from tickets.models.ticket import TRACKED

POINTS = {"team": Team, "tier": Tier, "category": Category, "service": Service, "asset": Asset}
RULES = traces.OTHERS
# what conditions follow and `Known` does not hold, and what the opening overwrites unread
FOLLOWED = ("asset", "requester__department", "requester__site")
OVERWRITTEN = ("was", "resolution")
# what stays as it is when a ticket is looked at before it was opened
BLANK = {"resolution": "", "pending_reason": "", "reopen_count": 0, "return_count": 0}

NULLABLE = frozenset(name for name in TRACKED if Ticket._meta.get_field(name).null)


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event as the replay needs it. `side` is REQUESTER or STAFF of `tickets.traces`, or RULES."""

    pk: int
    verb: str
    at: datetime
    changes: dict[str, Any]
    side: str
    depth: int = 0


@dataclass(slots=True)
class Known:
    """Rows that tickets point to, by table and number, read once for a whole replay."""

    rows: dict[str, dict[int, models.Model]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Known:
        """Everything small that tickets point to."""
        related = {"team": ("tier",), "category": ("service",)}
        return cls(
            {
                name: model._default_manager.select_related(*related.get(name, ())).in_bulk()  # type: ignore[misc]
                for name, model in POINTS.items()
                if name != "asset"
            }
        )

    def team_slug(self, pk: int | None) -> str | None:
        """What a team is called in rules; None where there is no such team."""
        team = self.rows["team"].get(pk) if pk is not None else None
        return team.slug if isinstance(team, Team) else None

    def put(self, ticket: Ticket, name: str, pk: int | None) -> None:
        """Let a ticket point to another row."""
        if name in self.rows:
            row = self.rows[name].get(pk) if pk is not None else None
            setattr(ticket, f"{name}_id", row.pk if row else None)
            # as Django itself does after select_related; its own setter asks the database router each time
            ticket._state.fields_cache[name] = row
        else:
            setattr(ticket, f"{name}_id", pk)


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of the past: the ticket as it stands after it (one instance, changed from step to step), the triggers it
    pulls, and when the next step came; `end` is the end of what is looked at.
    """

    ticket: Ticket
    event: PastEvent
    triggers: frozenset[str]
    end: datetime


def side_of(actor_id: int, requester_id: int, automation_id: int, agents: Collection[int]) -> str:
    """Who did it, seen from the ticket: its requester and people in copy, staff, or the rules."""
    if actor_id == automation_id:
        return RULES
    return traces.STAFF if actor_id != requester_id and actor_id in agents else traces.REQUESTER


def at_opening(ticket: Ticket, opened: PastEvent, known: Known) -> None:
    """Set a ticket back to what it was when it was opened, before any rule had looked at it."""
    for name in TRACKED:
        short = name.removesuffix("_id")
        value: Any = opened.changes[short][1] if short in opened.changes else BLANK.get(name)
        if short in POINTS:
            known.put(ticket, short, value)
        elif short == "requester":
            continue
        elif name == "tags":
            ticket.tags = value or []
        elif short in opened.changes or name in BLANK or name in NULLABLE:
            setattr(ticket, name, value)
    ticket.was = {}
    ticket.breached_at = ticket.next_due_at = None
    ticket.updated_at = opened.at
    traces.begin(ticket, opened.at)


def moments(ticket: Ticket, events: Sequence[PastEvent], known: Known, end: datetime) -> Iterator[Moment]:
    """Walk through a ticket's history from its opening to `end`."""
    for number, event in enumerate(events):
        if event.at >= end:
            return
        if number == 0:
            at_opening(ticket, event, known)
        else:
            _step(ticket, event, known)
        after = events[number + 1].at if number + 1 < len(events) else end
        yield Moment(ticket, event, frozenset(_triggers(event)), min(after, end))


def _step(ticket: Ticket, event: PastEvent, known: Known) -> None:
    columns = {_column(short): pair for short, pair in event.changes.items()}
    traces.leave(ticket, event.side, event.at, columns, traces.names_of(ticket))
    for short, (_before, after) in event.changes.items():
        if short in POINTS:
            known.put(ticket, short, after)
        else:
            setattr(ticket, _column(short), after)
    if event.verb == "breach" and ticket.breached_at is None:
        ticket.breached_at = event.at
    ticket.updated_at = event.at


def _column(short: str) -> str:
    """The ticket's own name for what an event calls by its short one."""
    return f"{short}_id" if f"{short}_id" in TRACKED else short


def _triggers(event: PastEvent) -> Iterable[str]:
    if event.verb == "open":
        return (OPENED,)
    if event.depth:
        return ()  # what rules did then is not what they would do now
    if event.verb == "note" and event.side != RULES:
        return ("noted",)
    if event.verb == "reply" and event.side != RULES:
        return ("requester_replied" if event.side == traces.REQUESTER else "staff_replied",)
    return pulled_by(event.verb, event.changes)


def resolved_at(events: Sequence[PastEvent]) -> datetime | None:
    """When it was solved for good."""
    return next((event.at for event in reversed(events) if event.verb == "resolve"), None)
