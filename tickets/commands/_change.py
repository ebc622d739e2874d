"""The machinery under every verb: lock, policy, transition table, save, event, listeners. One transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from tickets import traces
from tickets import verbs as verbs  # fills the table
from tickets.choices import Status
from tickets.models import Ticket, TicketEvent
from tickets.workflow import VERBS

DEEPEST_EFFECT = 5
QUIET_VERBS = frozenset({"note", "watch", "breach", "milestone", "nudge"})


@dataclass(slots=True)
class Change:
    """A change in the making: the locked ticket, and what the event will carry along in `data`."""

    ticket: Ticket
    actor: User
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Unit:
    """What one outermost command has in hand: the tickets it locked and the events not yet listened to."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    events: deque[TicketEvent] = field(default_factory=deque)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    cause: TicketEvent | None = None


_unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_part_of: ContextVar[Mapping[str, Any]] = ContextVar("part_of", default={})  # noqa: B039  never changed in place


@contextmanager
def quietly() -> Iterator[None]:
    """Inside, events are marked quiet: nobody is told and no page is nudged. For imports and replays of the past."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


@contextmanager
def part_of(**doing: int) -> Iterator[None]:
    """Inside, every event remembers what it is a part of: `bulk` of many tickets' change, `macro` of one's steps."""
    token = _part_of.set({**_part_of.get(), **doing})
    try:
        yield
    finally:
        _part_of.reset(token)


def is_quiet() -> bool:
    """Whether the past is being told again, by an import or a replay."""
    return _quiet.get()


@contextmanager
def change(
    ticket: Ticket,
    verb: str,
    *,
    actor: User,
    version: int | None = None,
    at: datetime | None = None,
    to: Callable[[Ticket], str | None] | None = None,
) -> Iterator[Change]:
    """Change one ticket by one verb. The body edits `change.ticket`; whatever it edited is saved and recorded.

    Args:
        ticket: any instance of the row; it is updated to the saved state afterwards.
        verb: a name from the transition table.
        actor: the person, or the automation user, who does it.
        version: the version the actor saw; None when the caller drew no form (rules, imports).
        at: when it happened; the database's clock by default. Imports and replays pass the past.
        to: picks the status from the locked ticket, where the table leaves a choice; None takes the usual one.

    Raises:
        NotAllowed: the policy says no.  Invalid: not possible in this status.  Conflict: `version` is stale.
    """
    spec = VERBS[verb]
    with unit_of_work() as unit:
        locked = _lock(unit, ticket)
        if version is not None and locked.version != version:
            _refuse_if_overtaken(locked, version, actor, spec.touches)
        if not spec.policy(actor, locked):
            raise NotAllowed()
        before, names = locked.facts(), traces.names_of(locked)
        locked.status = spec.target(locked.status, to(locked) if to else None)
        # a history never runs backwards, whatever an import says
        draft = Change(ticket=locked, actor=actor, at=max(at or _time_of(unit), locked.updated_at))
        yield draft
        if locked.status != Status.PENDING:
            locked.pending_reason, locked.pending_until = "", None
        _record(unit, draft, verb, before, names, is_public=spec.is_public)
    if ticket is not locked:
        ticket.__dict__.update(locked.__dict__)


@contextmanager
def unit_of_work() -> Iterator[_Unit]:
    """One transaction; the outermost one runs the listeners over every event, in the order they happened."""
    current = _unit.get()
    if current is not None:
        yield current
        return
    unit = _Unit()
    token = _unit.set(unit)
    try:
        with transaction.atomic():
            yield unit
            _listen(unit)
    finally:
        _unit.reset(token)


@contextmanager
def held(ticket: Ticket) -> Iterator[Ticket]:
    """Lock the ticket before deciding which verb fits; the verb that follows joins the same transaction.

    Yields:
        The row as it stands now, whatever the caller's instance says.
    """
    with unit_of_work() as unit:
        locked = _lock(unit, ticket)
        yield locked
    # once more after the listeners: the verb inside brought the caller's instance up to date before they ran
    if ticket is not locked:
        ticket.__dict__.update(locked.__dict__)


def created(unit: _Unit, draft: Change, *, is_public: bool = True) -> None:
    """Record a ticket that has just been inserted as its first event."""
    unit.tickets[draft.ticket.pk] = draft.ticket
    before = dict.fromkeys(draft.ticket.facts())
    _event(unit, draft, "open", _differences(before, draft.ticket.facts()), is_public)


def is_last_of_its_ticket(event: TicketEvent) -> bool:
    """Whether no later event of the same ticket waits to be heard in this transaction.

    A listener that keeps a picture of the whole ticket need not draw it for each step of one command.
    """
    unit = _unit.get()
    return unit is None or all(other.ticket_id != event.ticket_id for other in unit.events)


def set_facts(ticket: Ticket, **facts: Any) -> None:
    """Let a listener keep a fact column (deadlines, breach) current; written once, when all listeners are done.

    Args:
        ticket: the event's ticket.
        facts: column names and values; see the end of the Ticket model.
    """
    facts = {name: value for name, value in facts.items() if getattr(ticket, name) != value}
    if not facts:
        return
    for name, value in facts.items():
        setattr(ticket, name, value)
    unit = _unit.get()
    if unit is None:
        Ticket.objects.filter(pk=ticket.pk).update(**facts)
    else:
        unit.facts.setdefault(ticket.pk, {}).update(facts)


def _time_of(unit: _Unit) -> datetime:
    """An effect happens when its cause did, so that an imported past stays in the past."""
    return unit.cause.at if unit.cause else database_now()


def _lock(unit: _Unit, ticket: Ticket) -> Ticket:
    known = unit.tickets.get(ticket.pk)
    if known is None:
        known = traces.with_names(Ticket.objects.select_for_update(of=("self",))).get(pk=ticket.pk)
        unit.tickets[ticket.pk] = known
    return known


def _refuse_if_overtaken(ticket: Ticket, version: int, actor: User, touches: frozenset[str]) -> None:
    """A newer version alone is no conflict: it is one when somebody else changed a field or wrote to the requester.
    A verb that says which fields it writes asks for those alone. What the actor may not read is no conflict of theirs.
    """
    known = TicketEvent.objects.visible_to(actor, ticket)
    since = known.filter(data__version__gt=version).exclude(actor=actor).select_related("actor").order_by("pk")
    telling = [event for event in since if event.verb not in QUIET_VERBS and _tells(event, touches)]
    if telling:
        raise Conflict(events=telling)


def _tells(event: TicketEvent, touches: frozenset[str]) -> bool:
    if touches:
        return not touches.isdisjoint(event.changes)
    return bool(event.changes) or event.verb == "reply"


def _record(
    unit: _Unit, draft: Change, verb: str, before: dict[str, Any], names: dict[str, Any], *, is_public: bool
) -> None:
    ticket = draft.ticket
    changes = _differences(before, ticket.facts())
    ticket.version += 1
    ticket.updated_at = draft.at
    left = traces.leave(ticket, traces.side_of(draft.actor, ticket), draft.at, changes, names)
    ticket.save(update_fields=[*changes, *left, "version", "updated_at"])
    _event(unit, draft, verb, changes, is_public)


def _event(unit: _Unit, draft: Change, verb: str, changes: dict[str, Any], is_public: bool) -> None:
    cause = unit.cause
    depth = cause.depth + 1 if cause else 0
    if depth > DEEPEST_EFFECT:
        raise Invalid(_("The rules set each other off without end; this step was not taken."))
    event = TicketEvent.objects.create(
        ticket=draft.ticket,
        verb=verb,
        actor=draft.actor,
        at=draft.at,
        changes={name.removesuffix("_id"): pair for name, pair in changes.items()},
        data={
            **draft.data,
            **_part_of.get(),
            "version": draft.ticket.version,
            **({"quiet": True} if _quiet.get() else {}),
        },
        cause=cause,
        depth=depth,
        is_public=is_public,
    )
    event.after = draft.ticket.facts()
    unit.events.append(event)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [old, after[name]] for name, old in before.items() if old != after[name]}


def _listen(unit: _Unit) -> None:
    """Drain the events. A listener may use further commands: their events join the end of the queue."""
    while unit.events:
        event = unit.events.popleft()
        unit.cause = event
        for listener in listeners():
            listener(event)
    unit.cause = None
    for ticket_id, facts in unit.facts.items():
        Ticket.objects.filter(pk=ticket_id).update(**facts)
    unit.facts.clear()


@cache
def listeners() -> tuple[Any, ...]:
    """The functions named in settings.TICKET_EVENT_LISTENERS, in order."""
    return tuple(import_string(path) for path in settings.TICKET_EVENT_LISTENERS)


def required(value: str, field_name: str, message: str) -> str:
    """A text that must hold something besides blanks.

    Raises:
        Invalid: it does not; `message` stands on the field.
    """
    text = value.strip()
    if not text:
        raise Invalid.field(field_name, message)
    return text
