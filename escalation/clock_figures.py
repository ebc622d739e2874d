"""The clocks of a ticket as plain figures, for other systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation.agreements import version_of
from escalation.clock import MICROSECONDS
from escalation.clock_story import end_of, in_order, lives_of
from escalation.clocks import used_seconds
from escalation.explanation import Interval, explain
from escalation.models import Clock
from tickets.models import Ticket

MOST_INTERVALS = 1000
PLAIN = (
    "metric", "life", "tier", "state", "target_seconds", "started_at", "due_at", "stopped_at", "missed_at",
    "is_dropped", "cycle", "misses",
)  # fmt: skip


def clocks_in_figures(ticket: Ticket, now: datetime) -> list[dict[str, Any]]:
    """Each clock with what it used by `now` and the intervals of its present period; three queries."""
    rows = ticket.clocks.select_related("policy_version__policy", "calendar_version__calendar")
    clocks = in_order(rows)
    lives = lives_of(ticket, clocks)
    return [
        {
            **{name: getattr(clock, name) for name in PLAIN},
            "used_seconds": used_seconds(clock, now),
            "policy": _version(clock.policy_version.policy.name, clock.policy_version.number),
            "contract": clock.contract,
            "calendar": _hours(clock),
            "intervals": _intervals(explain(life, end_of(life, now)) if life else ()),
        }
        for clock, life in zip(clocks, lives, strict=True)
    ]


def _hours(clock: Clock) -> Mapping[str, Any] | None:
    version = version_of(clock)
    return _version(version.calendar.name, version.number) if version else None


def _version(name: str, number: int) -> Mapping[str, Any]:
    return {"name": name, "version": number}


def _intervals(intervals: Sequence[Interval]) -> list[dict[str, Any]]:
    """Seconds are rounded so that they add up to the clock's own."""
    shown = []
    counted = 0
    for interval in intervals:
        before, counted = counted, counted + interval.counted
        shown.append(
            {
                "since": interval.since,
                "until": interval.until,
                "kind": interval.kind,
                "state": interval.state,
                "counted_seconds": counted // MICROSECONDS - before // MICROSECONDS,
                "event": interval.first.event_id,
            }
        )
    return shown[-MOST_INTERVALS:]
