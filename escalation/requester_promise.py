"""The promise as its requester reads it: plain words, no countdown, nothing from the inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from escalation.calendar_definition import parse as parse_calendar
from escalation.calendar_words import week_in_words
from escalation.clock import RESOLUTION, RESPONSE
from escalation.clock_story import lives_of
from escalation.explanation import PAUSED, UNPROMISED, explain
from escalation.models import Clock
from tickets.choices import PendingReason
from tickets.models import Ticket

# the latest are the ones people ask about
MOST_RESTS = 6
SHORTEST_REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which the promise stood still; `until` is None while it still does.

    Attributes:
        whom: "you" or "vendor"; empty for every other reason, which is ours to know.
    """

    since: datetime
    until: datetime | None
    whom: str


@dataclass(frozen=True, slots=True)
class RequesterPromise:
    """What a requester may know of the promise on their ticket.

    Attributes:
        answer_by, solution_by: the promised times; None while they stand still or nothing is promised.
        answered_at, solved_at: when the promise was kept or at least ended.
        hours: when time counts, in words, a line for each run of days.
        zone: where these hours are meant, when that is not where the reader is.
    """

    answer_by: datetime | None
    answered_at: datetime | None
    solution_by: datetime | None
    solved_at: datetime | None
    is_late: bool
    hours: Sequence[str]
    zone: str
    rests: Sequence[Rest]


def promise_of(ticket: Ticket, now: datetime) -> RequesterPromise | None:
    """What was promised on this ticket; None when nothing is, or when it ended without a solution."""
    clocks = {
        clock.metric: clock
        for clock in ticket.clocks.filter(metric__in=(RESPONSE, RESOLUTION)).select_related("calendar_version")
    }
    solution, answer = clocks.get(RESOLUTION), clocks.get(RESPONSE)
    if solution is None or solution.is_dropped:
        return None
    definition = parse_calendar(solution.calendar_version.definition)
    is_open = solution.stopped_at is None
    return RequesterPromise(
        answer_by=answer.due_at if answer and not answer.is_dropped else None,
        answered_at=answer.stopped_at if answer else None,
        solution_by=solution.due_at,
        solved_at=solution.stopped_at,
        is_late=solution.missed_at is not None or (is_open and solution.due_at is not None and solution.due_at < now),
        hours=week_in_words(definition.week_of(now.astimezone(ZoneInfo(definition.time_zone)).date())),
        zone=definition.time_zone if definition.time_zone != timezone.get_current_timezone_name() else "",
        rests=_rests(ticket, solution, now),
    )


def _rests(ticket: Ticket, clock: Clock, now: datetime) -> list[Rest]:
    (life,) = lives_of(ticket, [clock])
    found: list[Rest] = []
    for interval in explain(life, now) if life else ():
        if interval.kind != PAUSED or interval.state == UNPROMISED:
            continue
        reason = interval.state.partition(":")[2]
        whom = {PendingReason.REQUESTER: "you", PendingReason.VENDOR: "vendor"}.get(reason, "")  # type: ignore[call-overload]
        until = interval.until if interval.last else None
        if found and found[-1].until == interval.since and found[-1].whom == whom:
            found[-1] = Rest(found[-1].since, until, whom)
        else:
            found.append(Rest(interval.since, until, whom))
    told = [rest for rest in found if rest.until is None or rest.until - rest.since >= SHORTEST_REST]
    return told[-MOST_RESTS:]
