"""Rules on a schedule: a look at all live tickets every few minutes, and what is found is done once per stay.

A stay begins anew when one of the times changes that the rule looks at, or the ticket moves to another team: somebody
acted, so the rule may speak again. What it did in this stay it does not do twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Greatest

from core.time import database_now
from escalation import business_time
from escalation.models import BusinessCalendar, Rule, RuleRun
from escalation.open_hold import open_hold
from escalation.rules.decide import LiveRule, decide
from escalation.rules.definition import REACHES, RuleDefinition
from escalation.rules.engine import keep_decision, run
from escalation.rules.stored import IN_FORCE, LiveSet, live_set
from escalation.rules.timing import spares_waiting, stay_columns
from escalation.working_calendar import Calendar, CalendarError
from tickets.choices import LIVE, Status
from tickets.conditions import FIELDS, facts_of
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 500


def look(limit: int = BATCH) -> int:
    """Let every rule whose time has come look, and do what it finds; several at once share the work.

    Returns:
        How many tickets were acted on; `limit` or more means there may be more to do at once.
    """
    now = database_now()
    done = 0
    for live in _claimed(now):
        done += look_for(live, now, limit)
    return done


def look_for(live: LiveRule, now: datetime, limit: int = BATCH) -> int:
    """One look of one rule.

    Returns:
        How many tickets were acted on; when it reaches `limit` the rule looks again at the next round.
    """
    found = list(first_of(matches(live, now), limit))
    everything = live_set()
    done = 0
    for pk in found:
        try:
            done += _act(pk, live, everything, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one ticket nobody foresaw must not hold up everything behind it
            logger.exception("rule %s on ticket %s", live.rule_id, pk)
    if len(found) >= limit and done:
        Rule.objects.filter(pk=live.rule_id, next_look_at__isnull=False).update(next_look_at=now)
    return done


def first_of(found: QuerySet[Ticket], limit: int) -> QuerySet[Ticket, int]:
    """The numbers of the oldest of these tickets."""
    # Ordered by the bare key, PostgreSQL walks through a million closed tickets to the first live ones.
    return found.order_by(F("pk") + 0).values_list("pk", flat=True)[:limit]


def matches(live: LiveRule, now: datetime) -> QuerySet[Ticket]:
    """Live tickets that a rule on a schedule is for at an instant and that it has not acted on in their stay."""
    definition = live.definition
    assert definition is not None
    tickets = Ticket.objects.filter(status__in=LIVE).filter(definition.condition.to_q(now))
    if definition.when.reaches is not None:
        column = _column(REACHES[definition.when.reaches.what])
        tickets = tickets.filter(**{f"{column}__lte": _threshold(definition, now)})
    if spares_waiting(definition):
        tickets = tickets.exclude(status=Status.PENDING)
    began = stay_columns(definition)
    acted = RuleRun.objects.filter(
        rule=live.rule_id, ticket=OuterRef("pk"), event__isnull=True, at__gt=OuterRef("stay_since")
    )
    since = Greatest(*began, output_field=DateTimeField()) if len(began) > 1 else F(began[0])
    return tickets.annotate(stay_since=since).filter(~Exists(acted))


def _claimed(now: datetime) -> Iterator[LiveRule]:
    """The rules that look now; each is put off to its next time before it does, so that two sweeps never both look."""
    by_id = {rule.rule_id: rule for rule in live_set().rules if rule.definition and rule.definition.is_timed}
    due = Rule.objects.filter(IN_FORCE, next_look_at__lte=now)
    for pk in list(due.order_by("next_look_at").values_list("pk", flat=True)):
        live = by_id.get(pk)
        if live is None or live.definition is None:
            continue
        at, is_now = _next_look(live.definition, now)
        if due.filter(pk=pk).update(next_look_at=at, looked_at=now) and is_now and live.definition.is_active(now):
            yield live


def _next_look(definition: RuleDefinition, now: datetime) -> tuple[datetime, bool]:
    """When it looks next, and whether it looks now: only in the hours of its calendar."""
    later = now + timedelta(minutes=definition.when.every or 0)
    calendar = _calendar(definition)
    if calendar is None:
        return later, True
    try:
        return business_time.next_open(calendar, later), business_time.is_open(calendar, now)
    except CalendarError:
        return later, False


def _threshold(definition: RuleDefinition, now: datetime) -> datetime:
    reach = definition.when.reaches
    assert reach is not None
    calendar = _calendar(definition)
    if calendar is None:
        return now - timedelta(minutes=reach.minutes)
    return business_time.subtract(calendar, now, reach.minutes * 60)


def _calendar(definition: RuleDefinition) -> Calendar | None:
    if definition.when.calendar is None:
        return None
    kept = BusinessCalendar.objects.select_related("current").filter(pk=definition.when.calendar).first()
    return kept.current.value() if kept and kept.current else None


def _column(field: str) -> str:
    return FIELDS[field].columns[0]


@transaction.atomic
def _act(ticket_id: int, live: LiveRule, everything: LiveSet, now: datetime) -> bool:
    """Lock the ticket, see that it still fits, and do it. A ticket somebody works on is left for the next round."""
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    if ticket is None or not matches(live, now).filter(pk=ticket_id).exists():
        return False
    if live.definition and live.definition.moves and open_hold(ticket) is not None:
        return False  # somebody asked for an hour: it looks again after that
    facts = facts_of(ticket, now)
    outcome = decide(facts, [live], now)
    if not outcome.plan:
        return False
    decision = keep_decision(ticket, everything, outcome, facts, now)
    run(decision, outcome.plan, None)
    return True
