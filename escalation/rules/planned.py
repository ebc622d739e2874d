"""What rules on a schedule will move next, if nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Team
from escalation.models import BusinessCalendar, RuleRun
from escalation.rules.decide import LiveRule
from escalation.rules.stored import live_set
from escalation.rules.timing import first_hit, stay_since
from escalation.working_calendar import Calendar
from tickets.automation import actions
from tickets.models import Ticket

AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A move that a rule will make: when at the earliest, which rule, and the team it goes to."""

    at: datetime
    rule: LiveRule
    team: Team


def planned_moves(ticket: Ticket, now: datetime) -> Iterator[PlannedMove]:
    """The moves that rules on a schedule will make on a live ticket within 60 days; no query without such rules."""
    rules = [
        rule for rule in live_set().rules if rule.definition and rule.definition.is_timed and rule.definition.moves
    ]
    if not rules:
        return
    calendars = _calendars()
    for rule in rules:
        definition = rule.definition
        assert definition is not None
        at = first_hit(rule, ticket, now, now + AHEAD, calendars)
        team = _destination(rule, ticket) if at is not None else None
        if at is None or team is None or team.pk == ticket.team_id or _has_spoken(rule, ticket):
            continue
        yield PlannedMove(at, rule, team)


def _calendars() -> dict[int, Calendar]:
    kept = BusinessCalendar.objects.filter(current__isnull=False).select_related("current")
    return {calendar.pk: calendar.current.value() for calendar in kept if calendar.current}


def _destination(rule: LiveRule, ticket: Ticket) -> Team | None:
    assert rule.definition is not None
    for step in rule.definition.steps:
        team = actions()[step.do].destination(ticket, step.params)
        if team is not None:
            return team
    return None


def _has_spoken(rule: LiveRule, ticket: Ticket) -> bool:
    assert rule.definition is not None
    since = stay_since(ticket, rule.definition)
    return RuleRun.objects.filter(rule=rule.rule_id, ticket=ticket, event__isnull=True, at__gt=since).exists()
