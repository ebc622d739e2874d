"""The demo company's working hours, Indonesian holidays and service levels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import holidays

from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.models import BusinessCalendar, SlaPolicy
from helpdesk.demo.shapes import Content

OFFICE = "Office hours"
ALWAYS = "Round the clock"
ZONE_NAME = "Asia/Jakarta"
ESTIMATED = " (perkiraan)"
OFFICE_WEEK = [[[8 * 60, 17 * 60]]] * 5 + [[], []]
EVERY_HOUR = [[[0, 24 * 60]]] * 7
Targets = dict[int, tuple[int, int]]
# priority: working minutes to the first reply and to the solution
STANDARD_TARGETS: Targets = {1: (15, 240), 2: (30, 480), 3: (120, 1440), 4: (240, 2700)}
VIP_TARGETS: Targets = {1: (10, 120), 2: (20, 240), 3: (60, 480), 4: (240, 1440)}
CRITICAL_TARGETS: Targets = {1: (15, 240), 2: (30, 480), 3: (90, 960), 4: (480, 2880)}
# somebody who waits for a critical service hears of it every hour or two, and no tier sits on it
UPDATES = {"1": 60, "2": 120}
OLA = {"1": {"1": 30, "2": 60, "3": 240}, "2": {"1": 90, "2": 240, "3": 480}}
WARN_OWNER = {"metric": "resolution", "percent": 75, "actions": [{"do": "notify", "who": ["owner"]}]}
CALL_LEAD = [{"do": "call", "who": ["lead"]}]
GO_UP = [*CALL_LEAD, {"do": "raise_tier"}]


def make_promises(content: Content, years: range) -> None:
    """Put holidays into the office calendar and the two stricter promises before the standard one."""
    office = _calendar(OFFICE, OFFICE_WEEK, holidays_of(years))
    always = _calendar(ALWAYS, EVERY_HOUR, ())
    critical = [service.slug for service in content.services if service.is_critical]
    standard = SlaPolicy.objects.filter(is_default=True).first() or SlaPolicy(is_default=True, position=1000)
    standard.name, standard.name_id = "Standard promise", "Janji standar"
    _promise(standard, office, {"all": []}, STANDARD_TARGETS, CALL_LEAD)
    _promise(
        SlaPolicy(name="VIP promise", name_id="Janji VIP", position=10),
        always,
        {"all": [{"field": "requester_vip", "op": "is", "value": True}]},
        VIP_TARGETS,
        CALL_LEAD,
    )
    _promise(
        SlaPolicy(name="Critical services, round the clock", name_id="Layanan kritis, sepanjang waktu", position=20),
        always,
        {"all": [{"field": "service", "op": "in", "value": critical}]},
        CRITICAL_TARGETS,
        GO_UP,
        updates=UPDATES,
        ola=OLA,
    )


def holidays_of(years: range) -> Iterator[tuple[date, str, bool]]:
    """Indonesia's public holidays: day, name, and whether the day still waits for the moon (or the ministry)."""
    for day, name in sorted(holidays.country_holidays("ID", years=years, language="id").items()):
        yield day, name.replace(ESTIMATED, ""), ESTIMATED in name


def _calendar(name: str, weekly: list[Any], days: Any) -> BusinessCalendar:
    calendar, _new = BusinessCalendar.objects.get_or_create(name=name)
    definition = {
        "time_zone": ZONE_NAME,
        "weekly": weekly,
        "seasons": [],
        "holidays": [
            {"day": day.isoformat(), "name": holiday, "name_id": holiday, "is_estimated": estimated}
            for day, holiday, estimated in days
        ],
        "exceptions": [],
    }
    put_in_force(draft_calendar(calendar, definition))
    return calendar


def _promise(
    policy: SlaPolicy,
    calendar: BusinessCalendar,
    conditions: dict[str, Any],
    targets: Targets,
    when_late: list[Any],
    *,
    updates: dict[str, int] | None = None,
    ola: dict[str, Any] | None = None,
) -> None:
    policy.save()
    definition = {
        "conditions": conditions,
        "targets": {
            "response": {str(priority): reply for priority, (reply, _solve) in targets.items()},
            "update": updates or {},
            "resolution": {str(priority): solve for priority, (_reply, solve) in targets.items()},
        },
        "ola": ola or {},
        "steps": [
            WARN_OWNER,
            {"metric": "response", "percent": 100, "actions": CALL_LEAD},
            {"metric": "resolution", "percent": 100, "actions": when_late},
        ],
    }
    put_in_force(draft_policy(policy, calendar, definition))
