"""A ticket as the plain values that conditions look at."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tickets.models import Ticket


def facts_of(ticket: Ticket, now: datetime | None = None) -> dict[str, Any]:
    """Plain values of one ticket, ready for `Condition.evaluate` and for a rule's trace (they are JSON).

    Follows service, category, team, tier and the requester's department and site: select them along for many tickets.
    """
    requester = ticket.requester
    return {
        "kind": str(ticket.kind),
        "status": str(ticket.status),
        "priority": int(ticket.priority),
        "impact": int(ticket.impact),
        "urgency": int(ticket.urgency),
        "channel": str(ticket.channel),
        "service": ticket.service.slug if ticket.service else None,
        "category": ticket.category.slug if ticket.category else None,
        "team": ticket.team.slug if ticket.team else None,
        "tier": ticket.tier.level if ticket.tier else None,
        "assignee": ticket.assignee_id,
        "requester_vip": requester.is_vip,
        "requester_department": requester.department.name if requester.department else None,
        "requester_site": requester.site.name if requester.site else None,
        "subject": ticket.subject,
        "description": ticket.description,
        "language": ticket.language,
        "reopen_count": ticket.reopen_count,
        "return_count": ticket.return_count,
        "intake": dict(ticket.intake or {}),
    }


RELATED = ("service", "category", "team", "tier", "requester__department", "requester__site")
