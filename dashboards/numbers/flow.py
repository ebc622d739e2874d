"""How tickets move between the tiers, from the ledger of stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from dashboards.scope import Scope
from escalation.models import TierVisit
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

# what became of a stay; a ticket can count under several, when it came to the tier more than once
WAYS = {
    "in": Q(),
    "solved": Q(left_verb="resolve"),
    "up": Q(next_level__gt=F("tier__level")),
    "returned": Q(left_verb="hand_back"),
    "here": Q(left_at__isnull=True),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """Tickets that entered one tier in the period, and what became of their stays. `_before`: the period before."""

    level: int
    entered: int = 0
    solved: int = 0
    up: int = 0
    returned: int = 0
    here: int = 0
    entered_before: int = 0
    up_before: int = 0

    @property
    def up_share(self) -> float | None:
        """Escalation rate of a tier = tickets leaving it upward / tickets that entered it."""
        return self.up / self.entered if self.entered else None

    @property
    def up_share_before(self) -> float | None:
        return self.up_before / self.entered_before if self.entered_before else None


def stays(scope: Scope, start: datetime, end: datetime) -> QuerySet[TierVisit]:
    """Stays that began in [start, end) on tickets the reader may see. With a team chosen, stays with that team,
    wherever the ticket is now: what it passed on is what the question is about.

    `next_level` is the tier of the stay that followed: null while there is none, 0 where a rule moved it (direct
    routing is no escalation).
    """
    visible = Ticket.objects.visible_to(scope.user)
    found = TierVisit.objects.filter(ticket__in=visible, entered_at__gte=start, entered_at__lt=end)
    by_rule = When(entered_verb="transfer", entered_by__is_automation=True, then=Value(0))
    following = TierVisit.objects.filter(ticket_id=OuterRef("ticket_id"), pk__gt=OuterRef("pk")).order_by("pk")
    level = Subquery(following.values(level=Case(by_rule, default=F("tier__level"), output_field=IntegerField()))[:1])
    found = found.annotate(next_level=level)
    return found.filter(team_id=scope.team.pk) if scope.team else found


def flows(scope: Scope) -> list[Flow]:
    """Per tier: tickets that entered it in the period; of these solved there, passed up, handed back down, still there.
    Distinct tickets, so each number is as long as its list. One query.
    """
    this, last = Q(entered_at__gte=scope.start), Q(entered_at__lt=scope.start)
    rows: Any = (
        stays(scope, scope.before, scope.now)
        .order_by()
        .values(level=F("tier__level"))
        .annotate(
            entered=_tickets(this),
            **{way: _tickets(this & condition) for way, condition in WAYS.items() if way != "in"},
            entered_before=_tickets(last),
            up_before=_tickets(last & WAYS["up"]),
        )
        .order_by("level")
    )
    return [Flow(**row) for row in rows]


def moved(scope: Scope, level: int, way: str) -> TicketQuerySet:
    """The tickets behind one number of `flows`. With a team chosen they may be with another team by now."""
    found = stays(scope, scope.start, scope.now).filter(WAYS[way], tier__level=level)
    return Ticket.objects.visible_to(scope.user).filter(pk__in=found.values("ticket_id"))


def _tickets(condition: Q) -> Count:
    return Count("ticket_id", distinct=True, filter=condition)
