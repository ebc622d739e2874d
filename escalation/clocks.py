"""The clocks of a ticket, kept by listening to what happens to it."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

from core.steady import kept
from escalation import clock as pure
from escalation.clock import ClockState
from escalation.models import BusinessCalendar, Clock, Milestone, SlaPolicy, SlaTarget
from escalation.routing import compiled
from escalation.working_calendar import Calendar
from tickets.choices import ENDED, Status
from tickets.commands import set_facts
from tickets.conditions import ConditionError, facts_of
from tickets.models import Ticket, TicketEvent

Metric = Clock.Metric
RUNS_IN = {Metric.RESPONSE: (Status.NEW, Status.OPEN), Metric.RESOLUTION: (Status.NEW, Status.OPEN)}
RETARGETING = ("priority", "service", "category", "kind", "requester")
KEPT = ("target_seconds", "counted_seconds", "running_since", "due_at", "stopped_at")


def on_event(event: TicketEvent) -> None:
    """Start, pause, resume, retarget or stop the clocks, and put the next deadline on the ticket."""
    ticket = event.ticket
    if event.verb == "open":
        clocks = _start(ticket, event.at)
    elif _concerns_clocks(event):
        clocks = list(ticket.clocks.select_related("policy", "calendar"))
        _advance(clocks, event)
    else:
        return
    put_deadlines(ticket, clocks)


def put_deadlines(ticket: Ticket, clocks: list[Clock]) -> None:
    """Copy the deadlines to the ticket's fact columns; the next one is the earliest that still runs."""
    due = {clock.metric: clock.due_at for clock in clocks}
    running = [clock.due_at for clock in clocks if clock.state == Clock.State.RUNNING and clock.due_at]
    set_facts(
        ticket,
        response_due_at=due.get(Metric.RESPONSE),
        resolution_due_at=due.get(Metric.RESOLUTION),
        next_due_at=min(running, default=None),
    )


def policy_for(ticket: Ticket) -> tuple[SlaPolicy, SlaTarget] | None:
    """The first policy by order whose conditions hold and that promises something at this priority."""
    facts = facts_of(ticket)
    for policy in active_policies():
        try:
            matches = compiled(json.dumps(policy.conditions, sort_keys=True)).evaluate(facts)
        except ConditionError:
            continue
        target = next((row for row in policy.targets.all() if row.priority == ticket.priority), None)
        if matches and target:
            return policy, target
    return None


@kept
def active_policies() -> list[SlaPolicy]:
    """The policies in force, in order, with their targets."""
    return list(SlaPolicy.objects.filter(is_active=True).select_related("calendar").prefetch_related("targets"))


def calendar_of(clock: Clock | SlaPolicy) -> Calendar:
    """The clock's working hours as a value; kept per calendar version."""
    return _calendar(clock.calendar_id, clock.calendar.version)


@lru_cache(maxsize=64)
def _calendar(calendar_id: int, version: int) -> Calendar:
    return BusinessCalendar.objects.prefetch_related("holidays").get(pk=calendar_id).value()


def _start(ticket: Ticket, at: datetime) -> list[Clock]:
    found = policy_for(ticket)
    if found is None:
        return []
    policy, target = found
    clocks = []
    for metric, minutes in (
        (Metric.RESPONSE, target.response_minutes),
        (Metric.RESOLUTION, target.resolution_minutes),
    ):
        clock = Clock(ticket=ticket, metric=metric, policy=policy, calendar=policy.calendar, started_at=at)
        _put(clock, pure.start(calendar_of(policy), minutes * 60, at))
        clocks.append(clock)
    Clock.objects.bulk_create(clocks)
    Milestone.objects.bulk_create(Milestone(clock=clock, due_at=clock.due_at) for clock in clocks if clock.due_at)
    return clocks


def _concerns_clocks(event: TicketEvent) -> bool:
    answered = event.verb == "reply" and event.data.get("by_staff")
    return bool(answered) or event.moved("status") or any(event.moved(field) for field in RETARGETING)


def _advance(clocks: list[Clock], event: TicketEvent) -> None:
    retargeted = policy_for(event.ticket) if any(event.moved(field) for field in RETARGETING) else None
    for clock in clocks:
        before = _state(clock)
        after = _after(clock, before, event)
        if retargeted:
            _policy, target = retargeted
            minutes = target.response_minutes if clock.metric == Metric.RESPONSE else target.resolution_minutes
            after = pure.retarget(after, calendar_of(clock), minutes * 60, event.at)
        if after != before:
            was = clock.state
            _put(clock, after)
            _keep(clock, was)


def _after(clock: Clock, state: ClockState, event: TicketEvent) -> ClockState:
    """What the event does to one clock. A pause needs no case of its own: each clock says in which statuses it runs."""
    calendar = calendar_of(clock)
    status = event.changes["status"][1] if event.moved("status") else None
    answered = event.verb == "reply" and bool(event.data.get("by_staff")) and not event.actor.is_automation
    if clock.metric == Metric.RESPONSE and (answered or status in ENDED):
        return pure.stop(state, calendar, event.at)
    if status is None or (clock.metric == Metric.RESPONSE and state.stopped_at):
        return state
    if status in ENDED:
        return pure.stop(state, calendar, event.at)
    if status in RUNS_IN[Metric(clock.metric)]:
        return pure.resume(state, calendar, event.at)
    return pure.pause(state, calendar, event.at)


def _state(clock: Clock) -> ClockState:
    return ClockState(**{name: getattr(clock, name) for name in KEPT})


def _put(clock: Clock, state: ClockState) -> None:
    for name in KEPT:
        setattr(clock, name, getattr(state, name))
    clock.state = state.state


def _keep(clock: Clock, before: str) -> None:
    clock.save(update_fields=[*KEPT, "state"])
    if clock.due_at and clock.state == Clock.State.RUNNING and clock.breached_at is None:
        Milestone.objects.bulk_create(
            [Milestone(clock=clock, due_at=clock.due_at)],
            update_conflicts=True,
            unique_fields=["clock", "kind"],
            update_fields=["due_at", "fired_at"],
        )
    elif before == Clock.State.RUNNING:
        Milestone.objects.filter(clock=clock, fired_at__isnull=True).delete()
