"""What came in and what went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from catalogue.models import Category, Service
from dashboards.numbers.solving import solved
from dashboards.scope import Scope
from tickets.querysets import TicketQuerySet

TOP = 8


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    created: int
    solved: int


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Tickets of one category opened in the period and in the one before, and how many of the first are still open."""

    pk: int | None
    label: str
    service: str
    n: int
    before: int


def created(scope: Scope, start: datetime, end: datetime) -> TicketQuerySet:
    """Tickets opened in [start, end)."""
    return scope.tickets().filter(opened_at__gte=start, opened_at__lt=end)


def by_day(scope: Scope) -> list[Day]:
    """Opened, and solved for good, per calendar day of the reader; days without either are zeros. One query."""
    opened = created(scope, scope.start, scope.now).annotate(day=TruncDate("opened_at"))
    done = solved(scope, scope.start, scope.now).annotate(day=TruncDate("resolved_at"))
    halves = [
        tickets.order_by().values_list("day").annotate(what=Value(what, output_field=CharField()), n=Count("pk"))
        for what, tickets in (("created", opened), ("solved", done))
    ]
    counts = {(what, day): n for day, what, n in halves[0].union(halves[1], all=True)}
    first = timezone.localdate(scope.start)
    days = [first + timedelta(days=number) for number in range(scope.days)]
    return [Day(day, counts.get(("created", day), 0), counts.get(("solved", day), 0)) for day in days]


def top_categories(scope: Scope) -> list[CategoryCount]:
    """The categories most tickets of the period were opened in, beside the period before. One query."""
    rows = (
        created(scope, scope.before, scope.now)
        .values(
            "category_id",
            "category__name",
            "category__name_id",
            service_name=F("category__service__name"),
            service_name_id=F("category__service__name_id"),
        )
        .annotate(
            n=Count("pk", filter=Q(opened_at__gte=scope.start)),
            before=Count("pk", filter=Q(opened_at__lt=scope.start)),
        )
        .filter(n__gt=0)
        .order_by("-n", "category_id")[:TOP]
    )
    return [
        CategoryCount(
            row["category_id"],
            Category(name=row["category__name"] or "", name_id=row["category__name_id"] or "").label,
            Service(name=row["service_name"] or "", name_id=row["service_name_id"] or "").label,
            row["n"],
            row["before"],
        )
        for row in rows
    ]
