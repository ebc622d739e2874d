"""The ledger of waits, kept by listening, and what happens when a wait has lasted long enough.

A wait with an end is over when that comes. A wait for the requester is reminded of after `NUDGE_AFTER_DAYS` working
days, `NUDGES` times; one more interval of silence resolves the ticket. Any number of sweeps may run at once: a ticket's
lock decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.dateparse import parse_datetime

from accounts.models import User
from escalation.business_time import CalendarError, add_days
from escalation.clocks import calendar_of
from escalation.commands import give_up, nudge, wake
from escalation.due import BATCH, attend_to_due
from escalation.models import Clock, Pause
from escalation.working_calendar import Calendar
from tickets.choices import PendingReason, Status
from tickets.commands import unit_of_work
from tickets.models import Ticket, TicketEvent
from tickets.reading import WaitingPlan


def on_event(event: TicketEvent) -> None:
    """Close the pause a ticket leaves and open the one it enters; words of staff start the wait for an answer anew."""
    if event.verb == "open":
        return
    if event.moved("pending_reason") or event.moved("pending_until"):
        former = _end(event)
        moved = event.moved("pending_reason")
        if reason := event.changes["pending_reason"][1] if moved else event.ticket.pending_reason:
            _begin(event, reason, former)
    elif event.verb == "reply" and event.data.get("by_staff") and not event.actor.is_automation:
        _start_anew(event)


def wake_due(limit: int = BATCH) -> int:
    """Do what up to `limit` waits ask for by now, each in its own transaction.

    Returns:
        As `attend_to_due`.
    """
    return attend_to_due(Pause.objects.filter(ended_at__isnull=True), "next_at", _attend, limit=limit)


def plan_for(ticket: Ticket) -> WaitingPlan | None:
    """What happens while nobody answers: the next reminder, and the day the ticket is resolved. None where nothing
    will happen by itself, or work goes on at a set time.
    """
    pause = Pause.objects.filter(ticket=ticket, ended_at__isnull=True).first()
    if pause is None or pause.next_at is None or pause.until or not _reminds():
        return None
    return WaitingPlan(
        remind_at=pause.next_at if pause.nudges < settings.NUDGES else None,
        close_at=_steps_on(_calendar(ticket), pause.next_at, settings.NUDGES - pause.nudges),
    )


def _end(event: TicketEvent) -> Pause | None:
    pause = Pause.objects.filter(ticket_id=event.ticket_id, ended_at__isnull=True).first()
    if pause is None:
        return None
    pause.ended_at, pause.ended_by_id = event.at, event.actor_id
    pause.ended_verb, pause.ended_event = event.verb, event
    pause.save(update_fields=["ended_at", "ended_by", "ended_verb", "ended_event"])
    return pause


def _begin(event: TicketEvent, reason: str, former: Pause | None) -> None:
    until = former.until if former else None
    if event.moved("pending_until"):
        until = _instant(event.changes["pending_until"][1])
    Pause.objects.create(
        ticket_id=event.ticket_id,
        reason=reason,
        started_at=event.at,
        started_by_id=event.actor_id,
        started_event=event,
        until=until,
        note=event.data.get("note", ""),
        next_at=None if event.data.get("quiet") else _first_due(event, reason, until),
    )


def _first_due(event: TicketEvent, reason: str, until: datetime | None) -> datetime | None:
    if until or reason != PendingReason.REQUESTER or not _reminds():
        return until
    return _steps_on(_calendar(event.ticket), event.at, 1)


def _start_anew(event: TicketEvent) -> None:
    """The requester has something new to answer, and as long for it as before."""
    waits = Pause.objects.filter(
        ticket_id=event.ticket_id,
        ended_at__isnull=True,
        reason=PendingReason.REQUESTER,
        until__isnull=True,
        next_at__isnull=False,
    )
    if event.ticket.status == Status.PENDING and waits.exists():
        waits.update(next_at=_steps_on(_calendar(event.ticket), event.at, 1))


def _attend(ticket: Ticket, pause_id: int, now: datetime) -> bool:
    pause = (
        Pause.objects.select_for_update(of=("self",))
        .filter(pk=pause_id, ended_at__isnull=True, next_at__lte=now)
        .first()
    )
    if pause is None:
        return False
    if ticket.status != Status.PENDING or not (pause.until or _reminds()):
        Pause.objects.filter(pk=pause_id).update(next_at=None)
        return False
    automation = User.objects.automation()
    with unit_of_work():
        if pause.until:
            wake(ticket, actor=automation, at=now)
        elif pause.nudges < settings.NUDGES:
            _remind(ticket, pause, automation, now)
        else:
            give_up(ticket, actor=automation, at=now)
    return True


def _reminds() -> bool:
    """Whether requesters are reminded at all."""
    return settings.NUDGES > 0 and settings.NUDGE_AFTER_DAYS > 0


def _remind(ticket: Ticket, pause: Pause, automation: User, now: datetime) -> None:
    """Counted from now, not from when it was due: whoever hears of it late has as long to answer."""
    calendar = _calendar(ticket)
    next_at = _steps_on(calendar, now, 1)
    closes_at = _steps_on(calendar, next_at, settings.NUDGES - pause.nudges - 1)
    nudge(ticket, actor=automation, pause=pause, next_at=next_at, closes_at=closes_at, at=now)


def _steps_on(calendar: Calendar | None, start: datetime, steps: int) -> datetime:
    """`start` moved on by so many intervals of working days."""
    for _step in range(steps):
        start = _interval_after(calendar, start)
    return start


def _interval_after(calendar: Calendar | None, start: datetime) -> datetime:
    """Calendar days where the ticket has no promise, or its calendar has come to an end."""
    days = settings.NUDGE_AFTER_DAYS
    try:
        return add_days(calendar, start, days) if calendar else start + timedelta(days=days)
    except CalendarError:
        return start + timedelta(days=days)


def _calendar(ticket: Ticket) -> Calendar | None:
    """The working hours the ticket's solution is promised in."""
    clock = Clock.objects.filter(ticket_id=ticket.pk, metric=Clock.Metric.RESOLUTION).first()
    return calendar_of(clock) if clock else None


def _instant(value: datetime | str | None) -> datetime | None:
    """A moment from an event, written a moment ago or read again."""
    return parse_datetime(value) if isinstance(value, str) else value
