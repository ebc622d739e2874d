"""Clocks as pure functions of a ticket's history: no ORM, no now().

A history is a list of steps, a promise says in which states its clock runs. All a clock does follows from these two: a
pause is a state it does not run in, a reopening is a state it runs in again, another priority is another target.
The rules are written down in docs/decisions/0006-one-history-one-clock.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalation.business_time import add, between, subtract
from escalation.working_calendar import Calendar

MICROSECONDS = 1_000_000
RESPONSE, UPDATE, RESOLUTION, OLA, VENDOR = "response", "update", "resolution", "ola", "vendor"
# to the requester, one clock per ticket; the others live once per visit of a tier and per wait for a vendor
SINGLE = (RESPONSE, UPDATE, RESOLUTION)
ENDED = frozenset({"resolved", "closed", "cancelled", "merged"})
# ended without the promise having been kept or broken
DROPPING = frozenset({"cancelled", "merged"})
WAITING_FOR_VENDOR = "pending:vendor"
# the verb with which a ticket goes to a vendor: every referral has a clock of its own
REFER = "refer_to_vendor"
# verbs with which a ticket that had ended comes back to its team
RETURNING = ("reopen", "unmerge")
# a clock that has stopped stays stopped; the others go on when the ticket is reopened
ONCE = frozenset({RESPONSE, OLA, VENDOR})


@dataclass(frozen=True, slots=True)
class Step:
    """What one event means to clocks.

    Attributes:
        state: the ticket's state from here: its status, for a waiting ticket with the reason ("pending:vendor").
        was: the state before.
        priority: 1 to 4, from here.
        tier, team: level of the rung it stands on, and the team, from here.
        enters: it comes to a team with this step, or back to life on one: a tier visit begins.
        leaves: it leaves a team with this step.
        answered: a person of the staff wrote to the requester.
        since: for a step that takes in a duplicate: when that one was reported.
        agreed: for a step that refers to a vendor: what the contract promises, where it promises anything.
    """

    at: datetime
    state: str
    priority: int
    event_id: int = 0
    verb: str = ""
    was: str = ""
    tier: int | None = None
    team: int | None = None
    enters: bool = False
    leaves: bool = False
    answered: bool = False
    since: datetime | None = None
    agreed: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What one clock measures.

    Attributes:
        targets: promised working seconds by priority; a priority without one is not promised anything.
        runs_in: the states the clock runs in.
    """

    metric: str
    calendar: Calendar
    targets: Mapping[int, int]
    runs_in: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a vendor's contract promised when a ticket was referred; a later contract changes nothing of it.

    Attributes:
        wording: as the event keeps it: contract, minutes by priority, and in which version of which hours.
        promise: the same as a clock measures it.
    """

    wording: Mapping[str, Any]
    promise: Promise


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands.

    Attributes:
        target_seconds: promised working seconds; None while nothing is promised.
        counted: working microseconds used before `running_since`.
        running_since: when it last began to count; None while paused or done.
        due_at: when it will have used up its target if it keeps running; None while paused; the last one once done.
        stopped_at: when the promise was kept or dropped.
        missed_at: when the promise ran out; stays, whatever the priority becomes.
        is_dropped: ended with nothing to judge.
        cycle, misses: for the promise of regular updates: which period this is, and how many earlier ones were missed.
    """

    started_at: datetime
    target_seconds: int | None = None
    counted: int = 0
    running_since: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    missed_at: datetime | None = None
    is_dropped: bool = False
    cycle: int = 1
    misses: int = 0

    @property
    def state(self) -> str:
        if self.stopped_at is not None:
            return "done"
        return "paused" if self.running_since is None else "running"


@dataclass(frozen=True, slots=True)
class Life:
    """One clock from its beginning: which promise, which visit or wait it belongs to (0: the ticket's only one)."""

    promise: Promise
    key: int
    state: ClockState
    trail: tuple[tuple[Step, ClockState], ...] = field(default=(), compare=False)


def begins(metric: str, step: Step) -> bool:
    """Whether a clock of this kind begins to live with the step."""
    if metric in SINGLE:
        return step.verb == "open"
    if step.state in ENDED:
        return False
    if metric == OLA:
        return step.enters
    return step.state == WAITING_FOR_VENDOR and (step.was != WAITING_FOR_VENDOR or step.verb == REFER)


def begin(promise: Promise, step: Step, since: datetime | None = None) -> ClockState:
    """A clock at its first step.

    Args:
        since: when a duplicate taken in later was reported, if that was earlier.
    """
    at = min(step.at, since) if since else step.at
    return _run_or_rest(promise, ClockState(started_at=at), step, at)


def advance(promise: Promise, state: ClockState, step: Step) -> ClockState:
    """The clock after one more step."""
    state = _given_back(promise, state, step)
    if state.stopped_at is not None and promise.metric in ONCE:
        return state
    state = _overrun(state, step)
    if _ends(promise, step):
        return _stop(promise, state, step)
    if promise.metric == UPDATE and step.answered:
        state = _next_period(state, step.at)
    return _run_or_rest(promise, state, step, step.at)


def is_final(metric: str, state: ClockState) -> bool:
    """Whether the clock has stopped and no step can make it run again."""
    return state.stopped_at is not None and metric in ONCE and not (metric == RESPONSE and state.is_dropped)


def _given_back(promise: Promise, state: ClockState, step: Step) -> ClockState:
    """With the merge taken back the promises that it had dropped hold again, also while the ticket waits."""
    if step.verb != "unmerge" or step.state in ENDED or not state.is_dropped or promise.metric in (OLA, VENDOR):
        return state
    return replace(state, stopped_at=None, is_dropped=False)


def used(state: ClockState, calendar: Calendar, at: datetime) -> int:
    """Working microseconds used by `at`."""
    if state.running_since is None or at <= state.running_since:
        return state.counted
    return state.counted + round(between(calendar, state.running_since, at) * MICROSECONDS)


def reaches(state: ClockState, calendar: Calendar, seconds: float) -> datetime | None:
    """When a running clock will have used (or had used) so many seconds; None while it does not run."""
    if state.running_since is None:
        return None
    rest = seconds - state.counted / MICROSECONDS
    if rest >= 0:
        return add(calendar, state.running_since, rest)
    return subtract(calendar, state.running_since, -rest)


def _ends(promise: Promise, step: Step) -> bool:
    if step.state in ENDED:
        return True
    if promise.metric == RESPONSE:
        return step.answered
    if promise.metric == OLA:
        return step.leaves or step.enters
    return promise.metric == VENDOR and (step.state != WAITING_FOR_VENDOR or step.verb == REFER)


def _overrun(state: ClockState, step: Step) -> ClockState:
    """Note that the promise ran out before this step. The record of a breach is made at the due time itself."""
    if state.running_since is None or state.due_at is None or state.missed_at is not None:
        return state
    is_over = step.at >= state.due_at if step.verb == "breach" else step.at > state.due_at
    return replace(state, missed_at=state.due_at) if is_over else state


def _run_or_rest(promise: Promise, state: ClockState, step: Step, at: datetime) -> ClockState:
    target = promise.targets.get(step.priority)
    if step.state not in promise.runs_in or target is None:
        counted = used(state, promise.calendar, at)
        return replace(state, target_seconds=target, counted=counted, running_since=None, due_at=None)
    if state.running_since is not None and target == state.target_seconds:
        return state
    running = replace(
        state,
        target_seconds=target,
        running_since=state.running_since or at,
        stopped_at=None,
        is_dropped=False,
    )
    is_late_again = state.missed_at is not None and used(state, promise.calendar, at) >= target * MICROSECONDS
    due_at = state.missed_at if is_late_again else reaches(running, promise.calendar, target)
    return replace(running, due_at=due_at)


def _stop(promise: Promise, state: ClockState, step: Step) -> ClockState:
    if state.stopped_at is not None:
        return state
    return replace(
        state,
        counted=used(state, promise.calendar, step.at),
        running_since=None,
        stopped_at=step.at,
        is_dropped=state.missed_at is None and (step.state in DROPPING or state.target_seconds is None),
    )


def _next_period(state: ClockState, at: datetime) -> ClockState:
    """The requester has been told something: the next period of the promise of regular updates begins."""
    misses = state.misses + (state.missed_at is not None)
    return ClockState(started_at=at, cycle=state.cycle + 1, misses=misses)
