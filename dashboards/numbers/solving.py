"""What was solved in the period: how long it took, how often it came back, what people thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, FilteredRelation, Q, QuerySet

from dashboards.numbers.percentile import Percentile
from dashboards.scope import Scope
from escalation.clock import MICROSECONDS
from escalation.models import Clock
from tickets.models import Rating
from tickets.querysets import TicketQuerySet

SATISFIED = 4
LOW = 2
NEWEST_LOW = 3
REOPENED = Q(reopen_count__gt=0)


@dataclass(frozen=True, slots=True)
class Solving:
    """Over R, the tickets whose solution that still stands falls in the period.

    Attributes:
        n: tickets in R.
        timed: those with a solution clock; the others have no working time.
        median_seconds, p90_seconds: working seconds from opening to solution, pauses left out.
        wall_median, wall_p90: the same from the wall clock, pauses included, so that pausing cannot flatter.
        rated, satisfied, low: ratings, those of 4 and 5, those of 1 and 2.
    """

    n: int
    reopened: int
    timed: int
    median_seconds: float | None
    p90_seconds: float | None
    wall_median: timedelta | None
    wall_p90: timedelta | None
    rated: int
    satisfied: int
    low: int
    n_before: int
    reopened_before: int
    median_before: float | None

    @property
    def reopen_share(self) -> float | None:
        """Reopen rate = R with at least one reopen / R."""
        return self.reopened / self.n if self.n else None

    @property
    def reopen_share_before(self) -> float | None:
        return self.reopened_before / self.n_before if self.n_before else None

    @property
    def satisfied_share(self) -> float | None:
        """Satisfaction = ratings 4-5 / ratings."""
        return self.satisfied / self.rated if self.rated else None

    @property
    def rated_share(self) -> float | None:
        """Response rate = ratings / R."""
        return self.rated / self.n if self.n else None


def solved(scope: Scope, start: datetime, end: datetime) -> TicketQuerySet:
    """R: tickets whose final solution falls in [start, end). A ticket opened again has none until it is solved anew."""
    return scope.tickets().filter(resolved_at__gte=start, resolved_at__lt=end)


def solving(scope: Scope) -> Solving:
    """Time to solve = B(opened, solved) - W, from the banked seconds of the solution clock: median and 90th percentile,
    the wall clock beside them. Reopen rate and satisfaction over the same R. One query for this period and the last.
    """
    now, before = Q(resolved_at__gte=scope.start), Q(resolved_at__lt=scope.start)
    clock = FilteredRelation("clocks", condition=Q(clocks__metric=Clock.Metric.RESOLUTION))
    wall = ExpressionWrapper(F("resolved_at") - F("opened_at"), output_field=DurationField())
    tickets = solved(scope, scope.before, scope.now).annotate(solution=clock)
    used = F("solution__counted") / MICROSECONDS
    found: dict[str, Any] = tickets.aggregate(
        n=Count("pk", filter=now),
        reopened=Count("pk", filter=now & REOPENED),
        timed=Count("solution__pk", filter=now),
        median_seconds=Percentile(used, 0.5, filter=now),
        p90_seconds=Percentile(used, 0.9, filter=now),
        wall_median=Percentile(wall, 0.5, filter=now, output_field=DurationField()),
        wall_p90=Percentile(wall, 0.9, filter=now, output_field=DurationField()),
        rated=Count("rating", filter=now),
        satisfied=Count("rating", filter=now & Q(rating__score__gte=SATISFIED)),
        low=Count("rating", filter=now & Q(rating__score__lte=LOW)),
        n_before=Count("pk", filter=before),
        reopened_before=Count("pk", filter=before & REOPENED),
        median_before=Percentile(used, 0.5, filter=before),
    )
    return Solving(**found)


def newest_low_ratings(scope: Scope) -> QuerySet[Rating]:
    """The latest ratings of 1 or 2 on what was solved in the period."""
    tickets = solved(scope, scope.start, scope.now)
    found = Rating.objects.filter(score__lte=LOW, ticket__in=tickets).select_related("ticket")
    return found.order_by("-created_at")[:NEWEST_LOW]
