"""What is open now: how old, how late, with whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.scope import Scope
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.reading import time_left

SOON = timedelta(hours=2)
MOST_URGENT = 6
BUSIEST = 8
BOUNCED = Q(return_count__gte=2)


@dataclass(frozen=True, slots=True)
class Age:
    """One band of the backlog: calendar days since opening, `since` included, `until` not (None: no end)."""

    key: str
    label: str | Promise
    since: int
    until: int | None

    def condition(self, scope: Scope) -> Q:
        """Which tickets are of this age at the scope's instant."""
        old_enough = Q(opened_at__lte=scope.now - timedelta(days=self.since)) if self.since else Q()
        return old_enough & Q(opened_at__gt=scope.now - timedelta(days=self.until)) if self.until else old_enough


AGES = (
    Age("0-1", _("Under 1 day"), 0, 1),
    Age("1-3", _("1–3 days"), 1, 3),
    Age("3-7", _("3–7 days"), 3, 7),
    Age("7-14", _("7–14 days"), 7, 14),
    Age("14", _("Over 14 days"), 14, None),
)


@dataclass(frozen=True, slots=True)
class Open:
    """Open tickets on one tier (`level` None: on none yet): late, soon late, handed back twice or more, and by age in
    the order of AGES.
    """

    level: int | None
    n: int
    late: int
    soon: int
    bounced: int
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """Open tickets with one team or one person. `person` is only a name to draw; nobody at all where it is None."""

    pk: int | None
    n: int
    late: int
    unowned: int = 0
    person: User | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    ticket: Ticket
    time_left: Any = field(default=None)


def open_now(scope: Scope) -> TicketQuerySet:
    """The backlog: new, in progress or waiting."""
    return scope.tickets().live()


def late_now(scope: Scope) -> TicketQuerySet:
    """Open, and a promise lies in the past (open and already breached)."""
    return scope.tickets().late(scope.now)


def late_soon(scope: Scope) -> TicketQuerySet:
    """Open, on time, and the next promise falls due within two hours."""
    return scope.tickets().due_between(scope.now, scope.now + SOON)


def bounced(scope: Scope) -> TicketQuerySet:
    """Open, and handed back twice or more."""
    return open_now(scope).filter(BOUNCED)


def open_by_tier(scope: Scope) -> list[Open]:
    """Backlog ageing: open tickets by tier and calendar days since opening, with those late, soon late and
    handed back twice or more. One query.
    """
    bands = {f"age_{number}": Count("pk", filter=age.condition(scope)) for number, age in enumerate(AGES)}
    rows: Any = (
        open_now(scope)
        .values(level=F("tier__level"))
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(next_due_at__lt=scope.now)),
            soon=Count("pk", filter=Q(next_due_at__gte=scope.now, next_due_at__lt=scope.now + SOON)),
            bounced=Count("pk", filter=BOUNCED),
            **bands,
        )
        .order_by(F("level").asc(nulls_last=True))
    )
    return [
        Open(row["level"], row["n"], row["late"], row["soon"], row["bounced"], tuple(row[band] for band in bands))
        for row in rows
    ]


def standing_out(scope: Scope) -> tuple[list[Urgent], Ticket | None]:
    """The open tickets whose promise is late or due next, the latest first, and the one opened first. Two queries."""
    due = open_now(scope).filter(next_due_at__isnull=False).order_by("next_due_at", "pk")[:MOST_URGENT]
    first = open_now(scope).order_by("opened_at", "pk")[:1]
    wanted = Q(pk__in=due.values("pk")) | Q(pk__in=first.values("pk"))
    tickets = sorted(scope.tickets().filter(wanted).for_rows(), key=lambda ticket: (ticket.opened_at, ticket.pk))
    timed = sorted((t for t in tickets if t.next_due_at), key=lambda t: (t.next_due_at, t.pk))[:MOST_URGENT]
    left = time_left(timed, scope.now)
    return [Urgent(ticket, left.get(ticket.pk)) for ticket in timed], tickets[0] if tickets else None


def load_of_teams(scope: Scope) -> list[Load]:
    """Open tickets per team, the busiest first; unowned are those nobody there has taken."""
    rows = _load(scope, "team_id").annotate(unowned=Count("pk", filter=Q(assignee_id__isnull=True)))
    return [Load(row["team_id"], row["n"], row["late"], row["unowned"]) for row in rows[:BUSIEST]]


def load_of_people(scope: Scope) -> list[Load]:
    """Open tickets per owner, the busiest first."""
    found = []
    for row in _load(scope, "assignee_id", "assignee__name", "assignee__email")[:BUSIEST]:
        pk = row["assignee_id"]
        person = User(pk=pk, name=row["assignee__name"], email=row["assignee__email"]) if pk else None
        found.append(Load(pk, row["n"], row["late"], person=person))
    return found


def _load(scope: Scope, *keys: str) -> Any:
    late = Count("pk", filter=Q(next_due_at__lt=scope.now))
    return open_now(scope).values(*keys).annotate(n=Count("pk"), late=late).order_by("-n", keys[0])
