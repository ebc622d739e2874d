"""The demo company's working hours, Indonesian holidays and service levels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import holidays
from django.db.models import F

from escalation.models import BusinessCalendar, Holiday, SlaPolicy, SlaTarget
from helpdesk.demo.shapes import Content

OFFICE = "Office hours"
ALWAYS = "Round the clock"
ESTIMATED = " (perkiraan)"
Targets = dict[int, tuple[int, int]]
# priority: minutes to the first reply and to the solution
VIP_TARGETS: Targets = {1: (10, 120), 2: (20, 240), 3: (60, 480), 4: (240, 1440)}
CRITICAL_TARGETS: Targets = {1: (15, 240), 2: (30, 480), 3: (90, 960), 4: (480, 2880)}


def make_promises(content: Content, years: range) -> None:
    """Put holidays into the office calendar and the two stricter promises before the standard one."""
    office, _new = BusinessCalendar.objects.get_or_create(
        name=OFFICE, defaults={"weekly": [[[8 * 60, 17 * 60]]] * 5 + [[], []]}
    )
    rows = [
        Holiday(calendar=office, day=day, name=name, is_estimated=estimated)
        for day, name, estimated in holidays_of(years)
    ]
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    BusinessCalendar.objects.filter(pk=office.pk).update(version=F("version") + 1)
    SlaPolicy.objects.filter(calendar=office).update(breach_step=SlaPolicy.BreachStep.LEAD)
    always, _new = BusinessCalendar.objects.get_or_create(name=ALWAYS, defaults={"weekly": [[[0, 24 * 60]]] * 7})
    critical = [service.slug for service in content.services if service.is_critical]
    _promise(
        SlaPolicy(
            name="VIP promise",
            name_id="Janji VIP",
            position=10,
            calendar=always,
            breach_step=SlaPolicy.BreachStep.LEAD,
            conditions={"all": [{"field": "requester_vip", "op": "is", "value": True}]},
        ),
        VIP_TARGETS,
    )
    _promise(
        SlaPolicy(
            name="Critical services, round the clock",
            name_id="Layanan kritis, sepanjang waktu",
            position=20,
            calendar=always,
            conditions={"all": [{"field": "service", "op": "in", "value": critical}]},
        ),
        CRITICAL_TARGETS,
    )


def holidays_of(years: range) -> Iterator[tuple[date, str, bool]]:
    """Indonesia's public holidays: day, name, and whether the day still waits for the moon (or the ministry)."""
    for day, name in sorted(holidays.country_holidays("ID", years=years, language="id").items()):
        yield day, name.replace(ESTIMATED, ""), ESTIMATED in name


def _promise(policy: SlaPolicy, targets: Targets) -> None:
    policy.save()
    SlaTarget.objects.bulk_create(
        SlaTarget(policy=policy, priority=priority, response_minutes=reply, resolution_minutes=solve)
        for priority, (reply, solve) in targets.items()
    )
