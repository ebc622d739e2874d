"""How much of a promise is left, for the tickets of one page: two queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.clock import SINGLE
from escalation.clocks import used_seconds
from escalation.models import Clock
from tickets.choices import PendingReason
from tickets.models import Ticket

WARN_SHARE = 0.75
HOT_SHARE = 0.90


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What an SLA chip shows.

    Attributes:
        state: ok, warn (75 % used), hot (90 %), over, pause, met or none.
        share: part of the target used; above 1 when late.
        remaining_seconds: working seconds left; negative when late, counting up.
        waiting_for: whom a paused clock waits for.
    """

    state: str
    share: float = 0.0
    remaining_seconds: int = 0
    due_at: datetime | None = None
    waiting_for: str = ""
    metric: str = ""
    target_seconds: int = 0
    used_seconds: int = 0
    stopped_at: datetime | None = None


NOTHING = TimeLeft("none")


def for_tickets(tickets: Sequence[Ticket], now: datetime) -> dict[int, TimeLeft]:
    """The promise that matters next on each ticket."""
    clocks: dict[int, list[Clock]] = {ticket.pk: [] for ticket in tickets}
    found = Clock.objects.filter(ticket_id__in=list(clocks), metric__in=SINGLE)
    for clock in found.defer("fired", "next_step", "next_at"):
        clocks[clock.ticket_id].append(clock)
    return {ticket.pk: next_of(ticket, clocks[ticket.pk], now) for ticket in tickets}


def next_of(ticket: Ticket, clocks: list[Clock], now: datetime) -> TimeLeft:
    """The running clock that is due first; else the solution clock, paused or done."""
    running = [clock for clock in clocks if clock.state == Clock.State.RUNNING]
    if running:
        return of_clock(ticket, min(running, key=lambda clock: clock.due_at or now), now)
    solution = next((clock for clock in clocks if clock.metric == Clock.Metric.RESOLUTION), None)
    return of_clock(ticket, solution, now) if solution else NOTHING


def of_clock(ticket: Ticket, clock: Clock, now: datetime) -> TimeLeft:
    """One clock as a chip."""
    used = used_seconds(clock, now)
    target = clock.target_seconds or 0
    share = used / target if target else 0.0
    return TimeLeft(
        state=_state(clock, share, now),
        share=share,
        remaining_seconds=target - used,
        due_at=clock.due_at,
        waiting_for=_waiting_for(ticket, clock),
        metric=clock.metric,
        target_seconds=target,
        used_seconds=used,
        stopped_at=clock.stopped_at,
    )


def _waiting_for(ticket: Ticket, clock: Clock) -> str:
    """Whom a clock stands still for; a vendor's own clock, and one the policy does not pause, run on meanwhile."""
    is_paused = clock.state == Clock.State.PAUSED and ticket.pending_reason
    return str(PendingReason(ticket.pending_reason).label) if is_paused else ""


def _state(clock: Clock, share: float, now: datetime) -> str:
    if clock.is_dropped or clock.target_seconds is None:
        return "none"
    if clock.state == Clock.State.DONE:
        return "met" if clock.is_met else "over"
    if clock.state == Clock.State.PAUSED:
        return "pause"
    if clock.due_at is not None and now >= clock.due_at:
        return "over"
    return "hot" if share >= HOT_SHARE else "warn" if share >= WARN_SHARE else "ok"
