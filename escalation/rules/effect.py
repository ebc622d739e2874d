"""What came of a rule: how often it applied, and what became of the tickets it sent somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from core.spoken_time import short_date
from escalation.models import Rule, RuleRun
from tickets.automation import actions
from tickets.querysets import TicketQuerySet

DAYS = 30
CHART_HEIGHT, BAR_STEP, BAR_WIDTH = 80, 20, 14

# A rule sends a ticket when one of its moves was done: the automation then began a stay at the instant of the run. Of a
# ticket that it sent more than once the last time counts. What ended the stay says what became of it.
QUESTION = """
WITH sent AS (
    SELECT DISTINCT ON (run.ticket_id) visit.left_at, visit.left_verb, visit.entered_at, ticket.resolved_at
    FROM escalation_rulerun AS run
    JOIN tickets_ticket AS ticket ON ticket.id = run.ticket_id
    JOIN escalation_tiervisit AS visit
        ON visit.ticket_id = run.ticket_id AND visit.entered_at = run.at AND visit.entered_by_id = %s
    WHERE run.rule_id = %s AND run.ticket_id IN ({tickets}) AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(run.did) AS step
        WHERE step ->> 'do' = ANY(%s) AND step -> 'ok' = 'true' AND step -> 'why' IS NULL AND step -> 'lost_to' IS NULL
    )
    ORDER BY run.ticket_id, run.id DESC, visit.id DESC
)
SELECT count(*),
       count(*) FILTER (WHERE left_verb = ANY(%s)),
       count(*) FILTER (WHERE left_verb = 'hand_back'),
       count(*) FILTER (WHERE left_at IS NOT NULL AND left_verb <> ALL(%s)),
       count(*) FILTER (WHERE left_at IS NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - entered_at))
           FILTER (WHERE resolved_at >= entered_at)
FROM sent
"""
SOLVING = ["resolve", "close"]
NOT_MOVED = [*SOLVING, "cancel", "hand_back"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of the tickets a rule sent to a team, of those that may be seen.

    Attributes:
        sent: how many it sent.
        stayed: solved by the team it sent them to, without another having had them.
        handed_back: that team handed them back.
        moved_on: they went on to another team.
        is_there: still with that team, unsolved.
        median_seconds: from being sent to the solution, of those that are solved; None where none is.
    """

    sent: int
    stayed: int
    handed_back: int
    moved_on: int
    is_there: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """One bar of the chart, in units of its drawing."""

    label: str
    hits: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Days:
    """The runs of each day of the last thirty, today last."""

    rows: Sequence[Day]
    total: int
    most: int
    width: int = DAYS * BAR_STEP
    height: int = CHART_HEIGHT
    bar: int = BAR_WIDTH


def effect_of(rule: Rule, visible: TicketQuerySet) -> Effect:
    """What became of the tickets a rule sent to a team; one query.

    Args:
        visible: the tickets that may be counted.
    """
    chosen, parameters = visible.order_by().values("pk").query.sql_with_params()
    moves = [name for name, action in actions().items() if action.moves]
    given = [User.objects.automation().pk, rule.pk, *parameters, moves, SOLVING, NOT_MOVED]
    with connection.cursor() as cursor:
        cursor.execute(QUESTION.replace("{tickets}", chosen), given)
        sent, stayed, handed_back, moved_on, is_there, median = cursor.fetchone()
    return Effect(sent, stayed, handed_back, moved_on, is_there, None if median is None else float(median))


def hits_by_day(rule: Rule, now: datetime, visible: TicketQuerySet) -> Days:
    """How often the rule applied on each of the last thirty days of the reader's time zone; one query.

    Args:
        visible: the tickets that may be counted.
    """
    today = timezone.localdate(now)
    first = today - timedelta(days=DAYS - 1)
    since = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    runs = RuleRun.objects.filter(rule=rule, at__gte=since, ticket__in=visible.order_by().values("pk"))
    rows = runs.annotate(day=TruncDate("at")).values_list("day").order_by()
    counted: dict[date, int] = dict(rows.annotate(n=Count("pk")))
    most = max(counted.values(), default=0)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    bars = [_bar(number, day, counted.get(day, 0), most) for number, day in enumerate(days)]
    return Days(bars, sum(counted.values()), most)


def _bar(number: int, day: date, hits: int, most: int) -> Day:
    height = round(hits / most * CHART_HEIGHT, 1) if most else 0
    noon = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=12)))
    return Day(short_date(noon), hits, number * BAR_STEP, round(CHART_HEIGHT - height, 1), height)
