"""A ticket as the plain values that conditions look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from tickets.models import Ticket

MINUTE = timedelta(minutes=1)
PREVIOUS = ("status", "priority", "team", "tier", "assignee", "category")
RELATED = ("service", "category", "team", "tier", "asset", "requester__department", "requester__site")


def facts_of(ticket: Ticket, now: datetime | None = None) -> dict[str, Any]:
    """Plain values of one ticket, ready for `Condition.evaluate` and for a rule's trace (they are JSON).

    Reads attributes only; what it follows stands in RELATED: select it along for many tickets.

    Args:
        now: the instant from which ages are counted, in whole minutes; the present by default.
    """
    return {
        **_of_the_ticket(ticket),
        **_of_the_requester(ticket),
        **_times(ticket, now or timezone.now()),
        **{f"previous_{name}": ticket.was.get(name) for name in PREVIOUS},
    }


def facts_later(facts: Mapping[str, Any], ticket: Ticket, now: datetime) -> dict[str, Any]:
    """The same facts at another instant, for a ticket to which nothing has happened meanwhile: only ages differ."""
    return {**facts, **_times(ticket, now)}


def local_zone() -> ZoneInfo:
    """The zone in which a condition means weekdays and hours: settings.TIME_ZONE, Asia/Jakarta where it is empty."""
    return _zone(settings.TIME_ZONE or "Asia/Jakarta")


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _of_the_ticket(ticket: Ticket) -> dict[str, Any]:
    service, category, asset = ticket.service, ticket.category, ticket.asset
    return {
        "kind": str(ticket.kind),
        "status": str(ticket.status),
        "waiting_reason": str(ticket.pending_reason) or None,
        "priority": int(ticket.priority),
        "impact": int(ticket.impact),
        "urgency": int(ticket.urgency),
        "channel": str(ticket.channel),
        "service": service.slug if service else None,
        "service_critical": bool(service and service.is_critical),
        "category": category.slug if category else None,
        "category_kind": str(category.kind) if category else None,
        "asset": asset.tag if asset else None,
        "asset_kind": asset.kind if asset else None,
        "team": ticket.team.slug if ticket.team else None,
        "tier": ticket.tier.level if ticket.tier else None,
        "assignee": ticket.assignee_id,
        "tags": list(ticket.tags),
        "subject": ticket.subject,
        "description": ticket.description,
        "language": ticket.language,
        "reopen_count": ticket.reopen_count,
        "return_count": ticket.return_count,
        "intake": dict(ticket.intake or {}),
    }


def _of_the_requester(ticket: Ticket) -> dict[str, Any]:
    requester = ticket.requester
    return {
        "requester": ticket.requester_id,
        "requester_vip": requester.is_vip,
        "requester_department": requester.department.name if requester.department else None,
        "requester_site": requester.site.name if requester.site else None,
        "requester_title": requester.job_title,
        "requester_language": str(requester.language),
    }


def _times(ticket: Ticket, now: datetime) -> dict[str, Any]:
    opened = ticket.opened_at.astimezone(local_zone()) if ticket.opened_at else None
    return {
        "minutes_since_opened": _minutes(ticket.opened_at, now),
        "minutes_in_status": _minutes(ticket.status_since, now),
        "minutes_in_team": _minutes(ticket.team_since, now),
        "minutes_in_tier": _minutes(ticket.tier_since, now),
        "minutes_since_staff": _minutes(ticket.staff_acted_at, now),
        "minutes_since_requester": _minutes(ticket.requester_acted_at, now),
        "minutes_since_update": _minutes(ticket.updated_at, now),
        "minutes_to_due": _minutes(now, ticket.next_due_at),
        "late": ticket.breached_at is not None,
        "opened_weekday": opened.isoweekday() if opened else None,
        "opened_hour": opened.hour if opened else None,
    }


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes between two instants, rounded down, below zero too; None where one is not known."""
    return (end - start) // MINUTE if start and end else None
