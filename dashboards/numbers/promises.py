"""Promises kept and missed (SLA attainment)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from dashboards.scope import Scope, midnight
from escalation.models import Clock
from tickets.choices import Status

TARGET_SHARE = 0.95
WEEKS = 13
# noted by the clock itself when it stops, even if the sweep has not said so yet
MISSED = Q(missed_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Attainment:
    """Promises completed, and those of them that were missed."""

    n: int = 0
    missed: int = 0

    @property
    def kept(self) -> int:
        return self.n - self.missed

    @property
    def share(self) -> float | None:
        """met / (met + missed); None where nothing was completed."""
        return self.kept / self.n if self.n else None

    def __add__(self, other: Attainment) -> Attainment:
        return replace(self, n=self.n + other.n, missed=self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Promises:
    """Attainment of both promises in the period and the one before, and of solutions week by week."""

    resolution: Attainment
    response: Attainment
    resolution_before: Attainment
    response_before: Attainment
    weeks: list[tuple[date, Attainment]]


def completed(scope: Scope, metric: str, start: datetime, end: datetime) -> QuerySet[Clock]:
    """Clocks of one metric that ended in [start, end), without those of cancelled tickets: nobody was promised
    anything any more. A ticket has one clock a metric, so these are as many tickets.
    """
    return _done(scope, start, end).filter(metric=metric)


def promises(scope: Scope) -> Promises:
    """SLA attainment = met / (met + missed) over targets completed in the period; response and solution apart.

    A reopened ticket's solution clock runs again and counts when it ends anew. One query, by day.
    """
    first_week = monday(scope.today) - timedelta(weeks=WEEKS - 1)
    since = min(midnight(first_week), scope.before)
    rows = (
        _done(scope, since, scope.now)
        .annotate(day=TruncDate("stopped_at"))
        .values_list("day", "metric")
        .annotate(n=Count("pk"), missed=Count("pk", filter=MISSED))
        .order_by()
    )
    days = [(day, metric, Attainment(n, missed)) for day, metric, n, missed in rows]
    start, before = timezone.localdate(scope.start), timezone.localdate(scope.before)
    solved = [(day, attainment) for day, metric, attainment in days if metric == Clock.Metric.RESOLUTION]
    replied = [(day, attainment) for day, metric, attainment in days if metric == Clock.Metric.RESPONSE]
    return Promises(
        resolution=_sum(solved, start, None),
        response=_sum(replied, start, None),
        resolution_before=_sum(solved, before, start),
        response_before=_sum(replied, before, start),
        weeks=[
            (week, _sum(solved, week, week + timedelta(weeks=1)))
            for week in (first_week + timedelta(weeks=number) for number in range(WEEKS))
        ],
    )


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _done(scope: Scope, start: datetime, end: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(
        ticket__in=scope.tickets().exclude(status=Status.CANCELLED),
        state=Clock.State.DONE,
        is_dropped=False,
        stopped_at__gte=start,
        stopped_at__lt=end,
    )


def _sum(days: Iterable[tuple[date, Attainment]], start: date, end: date | None) -> Attainment:
    inside = (attainment for day, attainment in days if day >= start and (end is None or day < end))
    return sum(inside, Attainment())
