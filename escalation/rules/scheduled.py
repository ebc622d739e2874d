"""Rules on a schedule: a look at all live tickets every few minutes, and what is found is done once per stay.

A stay begins anew when one of the times starts again that the rule waits for (`timing.stay_columns`), so the rule may
speak again. What it did in this stay it does not do twice. Rules that look at the same time are decided together.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Greatest

from core.time import database_now
from escalation import business_time
from escalation.models import BusinessCalendar, Hold, Rule, RuleRun
from escalation.rules.decide import LiveRule, Outcome, Planned, decide
from escalation.rules.definition import REACHES, RuleDefinition
from escalation.rules.engine import keep_decision, run
from escalation.rules.stored import IN_FORCE, live_set
from escalation.rules.timing import spares_waiting, stay_columns
from escalation.working_calendar import Calendar, CalendarError
from tickets.choices import LIVE, Status
from tickets.conditions import FIELDS, facts_of
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 500


def look(limit: int = BATCH) -> int:
    """Let the rules whose time has come look together, and do what they find; several workers at once share the work.

    Returns:
        How many tickets were acted on; `limit` or more means there may be more to do at once.
    """
    now = database_now()
    return look_for(list(_claimed(now)), now, limit)


def look_for(rules: Sequence[LiveRule], now: datetime, limit: int = BATCH) -> int:
    """One look of some rules, in order: on a ticket that several find the first to decide a point has it.

    Returns:
        How many tickets were acted on; a rule that found `limit` of them looks again at the next round.
    """
    found: dict[int, list[LiveRule]] = {}
    full = []
    for rule in rules:
        numbers = list(first_of(matches(rule, now), limit))
        for pk in numbers:
            found.setdefault(pk, []).append(rule)
        if len(numbers) >= limit:
            full.append(rule.rule_id)
    done = 0
    for pk, finders in sorted(found.items()):
        try:
            done += _act(pk, finders, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one ticket nobody foresaw must not hold up everything behind it
            logger.exception("rules %s on ticket %s", [rule.rule_id for rule in finders], pk)
    if full and done:
        Rule.objects.filter(pk__in=full, next_look_at__isnull=False).update(next_look_at=now)
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
    if definition.moves:
        tickets = tickets.filter(~Exists(Hold.objects.filter(ticket=OuterRef("pk"), ended_at__isnull=True)))
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
    for pk in list(due.order_by("position", "pk").values_list("pk", flat=True)):
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
def _act(ticket_id: int, finders: Sequence[LiveRule], now: datetime) -> bool:
    """Lock the ticket, see which rules are still on and still find it, and do what they come to. A ticket that somebody
    works on is left for the next round.
    """
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    live = live_set()  # somebody may have stopped them since this look began
    on = {rule.version_id for rule in live.rules}
    rules = [rule for rule in finders if rule.version_id in on and matches(rule, now).filter(pk=ticket_id).exists()]
    if ticket is None or not rules:
        return False
    facts = facts_of(ticket, now)
    outcome = decide(facts, rules, now)
    plan = [*outcome.plan, *_cut_off(rules, outcome)]
    if not plan:
        return False
    run(keep_decision(ticket, live, outcome, facts, now), plan, None)
    return True


def _cut_off(rules: Sequence[LiveRule], outcome: Outcome) -> Iterator[Planned]:
    """What rules behind one that says "stop here" would have done: kept as decided, or they would do it next time."""
    if outcome.stopped_by is None:
        return
    for rule in rules[rules.index(outcome.stopped_by) + 1 :]:
        for step in rule.definition.steps if rule.definition else ():
            yield Planned(rule, step, lost_to=outcome.stopped_by)
