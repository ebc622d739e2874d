"""When a rule on a schedule finds a ticket that stays as it is. Values only: the ticket, the rule, working hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from escalation import business_time
from escalation.rules.decide import LiveRule
from escalation.rules.definition import REACHES, RuleDefinition
from escalation.working_calendar import Calendar, CalendarError
from tickets.choices import Status
from tickets.conditions import FIELDS, FieldType, facts_of
from tickets.models import Ticket

WAITING_FIELDS = frozenset({"status", "waiting_reason"})
# its own note would make a ticket look updated: that is no new stay
NO_STAY = frozenset({"updated_at", "next_due_at"})
FactsAt = Callable[[Ticket, datetime], Mapping[str, Any]]


def stay_columns(definition: RuleDefinition) -> list[str]:
    """The columns of a ticket whose change begins a stay anew: the times that must have passed. Its own move begins one
    only where such a time starts again with it, so a rule cannot run a ticket up the ladder in one go. Without any the
    status decides.
    """
    asked = [
        leaf.field
        for leaf in definition.condition.leaves()
        if leaf.field.type is FieldType.AGE and leaf.op == "at_least" and not leaf.field.counts_down
    ]
    if definition.when.reaches is not None:
        asked.append(FIELDS[REACHES[definition.when.reaches.what]])
    return sorted({field.columns[0] for field in asked} - NO_STAY) or ["status_since"]


def stay_since(ticket: Ticket, definition: RuleDefinition) -> datetime:
    """When the stay began in which a rule speaks once."""
    known = [getattr(ticket, column) for column in stay_columns(definition)]
    return max((instant for instant in known if instant is not None), default=ticket.opened_at)


def spares_waiting(definition: RuleDefinition) -> bool:
    """A rule that moves tickets leaves those that wait alone, unless it asks about the waiting itself."""
    return definition.moves and not {leaf.field.name for leaf in definition.condition.leaves()} & WAITING_FIELDS


def first_hit(
    rule: LiveRule,
    ticket: Ticket,
    start: datetime,
    end: datetime,
    calendars: Mapping[int, Calendar],
    facts: FactsAt | None = None,
) -> datetime | None:
    """The first instant in [start, end) at which the rule would find the ticket, if nothing happens to it.

    Args:
        calendars: working hours by the number of their calendar.
        facts: answers `facts_of` for callers who ask many rules about one ticket.
    """
    definition = rule.definition
    assert definition is not None
    if spares_waiting(definition) and ticket.status == Status.PENDING:
        return None
    if definition.when.reaches is not None:
        reached = _reached(definition, ticket, calendars)
        if reached is None:
            return None
        start = max(start, reached)
    hours = calendars.get(definition.when.calendar or 0)
    for turn in sorted({start, *_turns(rule, ticket)}):
        at = _open_at(turn, hours) if turn >= start else turn
        if at is not None and start <= at < end and definition.condition.evaluate((facts or facts_of)(ticket, at)):
            return at
    return None


def _open_at(at: datetime, hours: Calendar | None) -> datetime | None:
    """When the rule looks at the earliest; None when its calendar never opens again."""
    if hours is None:
        return at
    try:
        return business_time.next_open(hours, at)
    except CalendarError:
        return None


def _reached(definition: RuleDefinition, ticket: Ticket, calendars: Mapping[int, Calendar]) -> datetime | None:
    reach = definition.when.reaches
    assert reach is not None
    since: datetime | None = getattr(ticket, FIELDS[REACHES[reach.what]].columns[0])
    if since is None:
        return None
    calendar = calendars.get(definition.when.calendar or 0)
    if calendar is None:
        return since + timedelta(minutes=reach.minutes)
    try:
        return business_time.add(calendar, since, reach.minutes * 60)
    except CalendarError:
        return None


def _turns(rule: LiveRule, ticket: Ticket) -> Iterator[datetime]:
    """The instants at which an answer about an age turns."""
    for leaf in rule.leaves:
        since = getattr(ticket, leaf.field.columns[0], None) if leaf.field.type is FieldType.AGE else None
        if since is not None and isinstance(leaf.value, int):
            yield since + timedelta(minutes=-leaf.value if leaf.field.counts_down else leaf.value)
