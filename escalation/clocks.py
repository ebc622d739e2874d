"""The clocks of a ticket, kept by listening to what happens to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from escalation import milestones
from escalation.agreements import agreement_of
from escalation.clock import (
    MICROSECONDS,
    OLA,
    ONCE,
    RESOLUTION,
    RESPONSE,
    SINGLE,
    VENDOR,
    ClockState,
    Promise,
    Step,
    advance,
    used,
)
from escalation.history import history_of, step_of
from escalation.lives import Key, Life, begun_by, replay
from escalation.models import Clock
from escalation.models.clocks import STATE_FIELDS
from escalation.promise_decisions import keep_promise_decision
from escalation.terms import Pins, decide, definition_of, promises_of
from escalation.working_calendar import Calendar
from tickets.commands import set_facts
from tickets.models import Ticket, TicketEvent

# what decides which policy holds; an edit of one of these asks for the promise anew
DECIDING = ("priority", "service", "category", "kind", "requester", "asset", "impact", "urgency")
ASKING = ("open", "reopen", "absorb", "unabsorb", "promise")
# what moves the beginning of the promises, so that they are counted again
BACKDATING = ("absorb", "unabsorb")
QUEUE_FIELDS = ("next_at", "next_step", "fired")
KEPT = (*STATE_FIELDS, "state", *QUEUE_FIELDS)
PINNED = ("policy_version_id", "calendar_version_id")


def on_event(event: TicketEvent) -> None:
    """Start, pause, resume, retarget or stop the clocks, and put the next deadline on the ticket."""
    step = step_of(event)
    asks_anew = event.verb in ASKING or any(event.moved(name) for name in DECIDING)
    if step is None and not asks_anew:
        return
    ticket = event.ticket
    clocks = [] if event.verb == "open" else list(ticket.clocks.all())
    pins = pins_of(clocks)
    wanted = decide(ticket) if asks_anew and ticket.is_live else pins
    if event.verb == "open" or wanted != pins:
        keep_promise_decision(event, wanted)
    if step is not None and event.verb == "open":
        clocks = _begin(ticket, wanted, step) if wanted else []
    elif wanted != pins or event.verb in BACKDATING:
        clocks = renew(ticket, clocks, wanted, history_of(ticket.pk, event.pk), event.at)
    elif step is not None and wanted is not None:
        _tell(clocks, step)
        clocks += _begin(ticket, wanted, step)
    put_deadlines(ticket, clocks)


def put_deadlines(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """Copy the deadlines of the promises to the requester to the ticket; the next one is the earliest that runs."""
    set_facts(ticket, **deadlines(clocks))


def deadlines(clocks: Iterable[Clock]) -> dict[str, datetime | None]:
    """The ticket's fact columns, from its clocks."""
    single = [clock for clock in clocks if clock.metric in SINGLE]
    due = {clock.metric: clock.due_at for clock in single}
    running = [clock.due_at for clock in single if clock.state == Clock.State.RUNNING and clock.due_at]
    missed = [clock.missed_at for clock in single if clock.metric in (RESPONSE, RESOLUTION) and clock.missed_at]
    return {
        "response_due_at": due.get(RESPONSE),
        "resolution_due_at": due.get(RESOLUTION),
        "next_due_at": min(running, default=None),
        "breached_at": min(missed, default=None),
    }


def pins_of(clocks: Iterable[Clock]) -> Pins | None:
    """The versions that hold for the ticket now: every policy promises a solution, so that clock knows them."""
    return next((pins(clock) for clock in clocks if clock.metric == RESOLUTION), None)


def pins(clock: Clock) -> Pins:
    """The versions of policy and calendar this clock is measured by."""
    return clock.policy_version_id, clock.calendar_version_id


def promise_of(clock: Clock) -> Promise | None:
    """What the clock measures: the vendor's contract where the wait began under one, else its policy."""
    agreed = agreement_of(clock.agreed)
    return agreed.promise if agreed else promises_of(pins(clock)).promise(clock.metric, clock.tier)


def calendar_of(clock: Clock) -> Calendar:
    """The clock's working hours as a value."""
    agreed = agreement_of(clock.agreed)
    return agreed.promise.calendar if agreed else promises_of(pins(clock)).single[RESOLUTION].calendar


def used_seconds(clock: Clock, at: datetime) -> int:
    """Working seconds the clock has used by `at`."""
    return used(clock.value, calendar_of(clock), at) // MICROSECONDS


def renew(ticket: Ticket, clocks: list[Clock], wanted: Pins | None, history: list[Step], at: datetime) -> list[Clock]:
    """Measure every clock that is not over by other versions, from its beginning; clocks no longer promised go.

    Args:
        clocks: the ticket's rows as they are.
        wanted: the versions that hold from now on; None when nothing is promised any more.
        history: the ticket's whole history.
        at: when the event happened that asks for it.

    Returns:
        The rows as they are now.
    """
    plan = renewal(ticket.pk, clocks, wanted, lives_by(wanted, history), history, at)
    if plan.gone:
        Clock.objects.filter(pk__in=plan.gone).delete()
    for clock in plan.changed:
        clock.save(update_fields=[*KEPT, *PINNED])
    if plan.fresh:
        Clock.objects.bulk_create(plan.fresh)
    return plan.clocks


@dataclass(slots=True)
class Renewal:
    """A ticket's rows measured by other versions, none saved yet: over and left alone, changed, new, and to go."""

    over: list[Clock] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)
    fresh: list[Clock] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @property
    def clocks(self) -> list[Clock]:
        """The rows the ticket has afterwards."""
        return [*self.over, *self.changed, *self.fresh]


def lives_by(wanted: Pins | None, history: list[Step]) -> dict[Key, Life]:
    """Every clock the history makes by these versions; none where nothing is promised."""
    return replay(promises_of(wanted), history) if wanted else {}


def renewal(
    ticket_id: int,
    clocks: Iterable[Clock],
    wanted: Pins | None,
    lives: Mapping[Key, Life],
    history: list[Step],
    at: datetime,
) -> Renewal:
    """Match rows with the clocks that other versions make; for one ticket and for many.

    Args:
        lives: what `lives_by` makes of the same versions and history.
        at: now, or when the event happened that changed the versions.
    """
    rows = {(clock.metric, clock.life): clock for clock in clocks}
    plan = Renewal(over=[clock for clock in rows.values() if is_over(clock)])
    for key, clock in rows.items():
        if is_over(clock):
            continue
        if wanted is None or key not in lives:
            plan.gone.append(clock.pk)
        else:
            repin(clock, wanted, lives[key].state, at)
            plan.changed.append(clock)
    if wanted is not None:
        plan.fresh = [clock_row(ticket_id, wanted, life, history) for key, life in lives.items() if key not in rows]
    return plan


def repin(clock: Clock, wanted: Pins, state: ClockState, at: datetime) -> None:
    """Measure a row by other versions; the caller saves. Milestones it has not reached by these may fire (again).

    Args:
        state: where the clock stands by them.
        at: now, or when the event happened that changed them.
    """
    clock.policy_version_id, clock.calendar_version_id = wanted
    counted = used(state, calendar_of(clock), at) / MICROSECONDS
    reached = {
        rule.key
        for rule in definition_of(wanted).steps_of(clock.metric)
        if state.target_seconds is not None and counted >= rule.seconds(state.target_seconds)
    }
    clock.fired = [key for key in clock.fired if key in reached]
    put(clock, state)


def is_over(clock: Clock) -> bool:
    """Whether the clock has stopped for good: a finished promise keeps what it was measured by."""
    return clock.state == Clock.State.DONE and clock.metric in ONCE


def put(clock: Clock, state: ClockState) -> None:
    """Take a state and queue the milestone that comes next; the caller saves."""
    if state.cycle != clock.cycle:
        clock.fired = []
    clock.take(state)
    queue_next(clock)


def queue_next(clock: Clock) -> None:
    """Queue the milestone that comes next, or none; the caller saves."""
    steps = definition_of(pins(clock)).steps_of(clock.metric)
    found = milestones.next_of(steps, clock.value, calendar_of(clock), clock.fired)
    clock.next_step, clock.next_at = found or ("", None)


def _tell(clocks: list[Clock], step: Step) -> None:
    for clock in clocks:
        promise = promise_of(clock)
        if promise is None:
            continue
        before = clock.value
        after = advance(promise, before, step)
        if after != before:
            put(clock, after)
            clock.save(update_fields=KEPT)


def _begin(ticket: Ticket, wanted: Pins, step: Step) -> list[Clock]:
    lives = begun_by(promises_of(wanted), step)
    return _create(ticket, wanted, lives, [step]) if lives else []


def _create(ticket: Ticket, wanted: Pins, lives: Iterable[Life], history: list[Step]) -> list[Clock]:
    clocks = [clock_row(ticket.pk, wanted, life, history) for life in lives]
    return Clock.objects.bulk_create(clocks)


def clock_row(ticket_id: int, wanted: Pins, life: Life, history: Iterable[Step]) -> Clock:
    """A new row for a clock, not saved."""
    first = next((step for step in history if step.event_id == life.key), None) if life.key else None
    clock = Clock(
        ticket_id=ticket_id,
        metric=life.promise.metric,
        life=life.key,
        tier=first.tier if first else None,
        team_id=first.team if first and life.promise.metric == OLA else None,
        agreed=first.agreed.wording if first and first.agreed and life.promise.metric == VENDOR else None,
        policy_version_id=wanted[0],
        calendar_version_id=wanted[1],
    )
    put(clock, life.state)
    return clock
