"""The ledger of tier visits, kept by listening: entered, accepted, left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import override

from core.steady import kept
from escalation import business_time
from escalation.clock import RETURNING, SINGLE
from escalation.models import CalendarVersion, Clock, SlaPolicy, TierVisit
from escalation.terms import decide
from escalation.visit_history import FACTS, Happened, Mark, Stay, advance
from escalation.working_calendar import Calendar
from tickets.models import Ticket, TicketEvent
from tickets.reasons import text_of

WHY_LENGTH = 300
CONCERNING = frozenset(FACTS)


def on_event(event: TicketEvent) -> None:
    """Close the visit a ticket leaves and open the one it enters; note who first took it there."""
    if event.verb not in RETURNING and CONCERNING.isdisjoint(event.changes):
        return
    row = None
    if event.verb != "open":
        row = TierVisit.objects.filter(ticket_id=event.ticket_id, left_at__isnull=True).first()
    stay = stay_of(row) if row is not None else None
    effect = advance(stay, _happened(event))
    if row is not None and effect.closed is not None:
        put(row, effect.closed)
        measure(row, calendar_of(event.ticket))
        row.save()
    elif row is not None and effect.open is not None and effect.open != stay:
        put(row, effect.open)
        row.save(update_fields=["accepted_at", "accepted_by"])
    if effect.open is not None and (row is None or effect.closed is not None):
        put(TierVisit(ticket_id=event.ticket_id), effect.open).save()


def mark_of(event_id: int, at: datetime, actor_id: int, verb: str, data: Mapping[str, Any]) -> Mark:
    """What a visit remembers of an event; its reason in English, shown through the catalogue."""
    with override("en"):
        return Mark(event_id, at, actor_id, verb, text_of(data.get("reason", ""))[:WHY_LENGTH])


def _happened(event: TicketEvent) -> Happened:
    after = {name: event.after.get(name, event.after.get(f"{name}_id")) for name in FACTS}
    mark = mark_of(event.pk, event.at, event.actor_id, event.verb, event.data)
    return Happened(mark, event.changes, after)


def put(row: TierVisit, stay: Stay) -> TierVisit:
    """Write a stay into a row, not yet saved."""
    entered, left = stay.entered, stay.left
    row.team_id, row.tier_id = stay.team_id, stay.tier_id
    row.entered_event_id, row.entered_at, row.entered_by_id = entered.event_id, entered.at, entered.actor_id
    row.entered_verb, row.entered_why = entered.verb, entered.why
    row.accepted_at, row.accepted_by_id = stay.accepted_at, stay.accepted_by
    row.returned_to_id = stay.returned_to
    row.left_event_id, row.left_at = (left.event_id, left.at) if left else (None, None)
    row.left_by_id, row.left_verb, row.left_why = (left.actor_id, left.verb, left.why) if left else (None, "", "")
    return row


def stay_of(row: TierVisit) -> Stay:
    """A row as the value the fold works on."""
    entered = Mark(row.entered_event_id or 0, row.entered_at, row.entered_by_id, row.entered_verb, row.entered_why)
    left = None
    if row.left_at is not None:
        left = Mark(row.left_event_id or 0, row.left_at, row.left_by_id or 0, row.left_verb, row.left_why)
    return Stay(
        row.team_id, row.tier_id, entered, row.accepted_at, row.accepted_by_id, left, returned_to=row.returned_to_id
    )


@dataclass(frozen=True, slots=True)
class Hours:
    """A version of a calendar and what it says."""

    version_id: int
    calendar: Calendar


def measure(row: TierVisit, hours: Hours | None) -> None:
    """Note the working time of a stay that has ended, by these hours; nothing where no calendar is known."""
    if hours is None or row.left_at is None:
        row.calendar_version_id = row.business_seconds = None
        return
    row.calendar_version_id = hours.version_id
    row.business_seconds = int(business_time.between(hours.calendar, row.entered_at, row.left_at))


def calendar_of(ticket: Ticket) -> Hours | None:
    """The hours a ticket's promises are counted in; without a promise those of the default policy."""
    pinned = Clock.objects.filter(ticket=ticket, metric__in=SINGLE).values_list("calendar_version_id", flat=True)
    version = pinned.order_by("metric").first()
    if version is None:
        pins = decide(ticket)
        version = pins[1] if pins else default_hours()
    return hours_of(version) if version else None


@lru_cache(maxsize=256)
def hours_of(version_id: int) -> Hours:
    """A calendar's version; versions never change, so they are kept."""
    return Hours(version_id, CalendarVersion.objects.get(pk=version_id).value())


@kept
def default_hours() -> int | None:
    """The version in force of the default policy's calendar."""
    policy = SlaPolicy.objects.filter(is_default=True).select_related("current__calendar").first()
    return policy.current.calendar.current_id if policy and policy.current else None
