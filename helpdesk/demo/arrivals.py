"""When tickets come in: the rhythm of days and hours, holidays, and a little growth."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from helpdesk.demo.chance import chance
from helpdesk.demo.rates import GROWTH, HOLIDAY_SHARE, HOURS, STANDSTILL_WEIGHT, WEEKDAYS
from helpdesk.demo.shapes import TicketTemplate

ZONE = ZoneInfo("Asia/Jakarta")
TICKETS_A_DAY = 4.0
MONTH_END_DAYS = (26, 3)  # from this day of the month until that one of the next
SECONDS_PER_HOUR = 3600


def arrivals(now: datetime, days: int, seed: int, holidays: Container[date]) -> list[datetime]:
    """The moments at which tickets were opened in the `days` before `now`, in order."""
    rng = chance("arrivals", seed)
    first = (now - timedelta(days=days)).astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    hours = [first + timedelta(hours=number) for number in range(1, days * 24)]
    weights = [
        HOURS[hour.hour]
        * WEEKDAYS[hour.weekday()]
        * (HOLIDAY_SHARE if hour.date() in holidays else 1.0)
        * (1 + (GROWTH - 1) * number / len(hours))
        for number, hour in enumerate(hours)
    ]
    drawn = rng.choices(hours, weights, k=round(days * TICKETS_A_DAY))
    moments = (hour + timedelta(seconds=rng.randrange(SECONDS_PER_HOUR)) for hour in drawn)
    return sorted(moment for moment in moments if moment < now)


def draw_template(templates: tuple[TicketTemplate, ...], at: datetime, rng: Random) -> TicketTemplate:
    """A story that fits the day: forgotten passwords on Mondays, bookkeeping at the end of the month."""
    local = at.astimezone(ZONE)
    month_end = local.day >= MONTH_END_DAYS[0] or local.day <= MONTH_END_DAYS[1]
    weights = [_weight(template, is_monday=local.weekday() == 0, is_month_end=month_end) for template in templates]
    return rng.choices(templates, weights)[0]


def _weight(template: TicketTemplate, *, is_monday: bool, is_month_end: bool) -> float:
    weight = float(template.weight)
    if template.impact <= 2:
        weight *= STANDSTILL_WEIGHT
    if is_monday and template.category in ("password-reset", "account-locked"):
        weight *= 2
    if is_month_end and template.service == "erp":
        weight *= 2
    return weight
