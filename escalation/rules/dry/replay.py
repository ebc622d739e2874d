"""One ticket's past against two sets of rules. What a rule would have changed is not played on: the past stays as it
was, and each step asks what the rules would have done just there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from accounts.models import Team
from catalogue.support import support_line
from escalation.rules.decide import LiveRule, Outcome, decide
from escalation.rules.dry.compare import DRAFT, LIVE, Move, Place, Tally
from escalation.rules.dry.past import Known, Moment, PastEvent, moments, resolved_at
from escalation.rules.engine import front_line
from escalation.rules.stored import LiveSet
from escalation.rules.timing import FactsAt, first_hit, stay_since
from escalation.rules.triggers import OPENED
from escalation.terms import Offer, choose
from escalation.working_calendar import Calendar
from tickets.automation import actions
from tickets.choices import LIVE as LIVE_STATUSES
from tickets.choices import Status
from tickets.conditions import facts_later, facts_of
from tickets.models import Ticket


@dataclass(slots=True)
class Compared:
    """What stands still for a whole run: both sets, and what they are measured by.

    Attributes:
        calendars: working hours by the number of their calendar, for rules on a schedule.
        zone: in which weekdays are counted.
        asked: the facts that each version's condition looks at.
    """

    draft: LiveSet
    live: LiveSet
    offers: Sequence[Offer]
    calendars: Mapping[int, Calendar]
    zone: tzinfo
    since: datetime
    until: datetime
    known: Known
    timed: dict[str, list[LiveRule]] = field(default_factory=dict)
    asked: dict[int, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for side, rules in ((DRAFT, self.draft), (LIVE, self.live)):
            self.timed[side] = [rule for rule in rules.rules if rule.definition and rule.definition.is_timed]
            for rule in rules.rules:
                self.asked[rule.version_id] = frozenset(name for leaf in rule.leaves for name in leaf.field.facts)

    @property
    def needs_history(self) -> bool:
        """Whether a rule looks at more than the opening of tickets."""
        return any(self.timed.values()) or bool((self.draft.by_trigger.keys() | self.live.by_trigger.keys()) - {OPENED})


def replay(ticket: Ticket, events: Sequence[PastEvent], compared: Compared, tally: Tally) -> None:
    """Count what both sets would have done on one ticket within the time looked at.

    Args:
        ticket: a row read with `dry.past.FOLLOWED`; changed in memory while the past goes by.
        events: its history in order, beginning with its opening.
    """
    has_been_solved = ticket.status in (Status.RESOLVED, Status.CLOSED)
    real = compared.known.team_slug(ticket.team_id) if has_been_solved else None
    late_at, solved = ticket.breached_at, resolved_at(events)
    tally.tickets += 1
    spoken: dict[tuple[str, int], datetime] = {}
    for moment in moments(ticket, events, compared.known, compared.until):
        is_inside = moment.event.at >= compared.since
        if moment.event.verb == "open":
            if is_inside:
                _opening(moment, compared, tally, real)
            if not compared.needs_history:
                return
        elif is_inside and moment.triggers:
            _event(moment, compared, tally, late_at, solved)
        if moment.end > compared.since and ticket.status in LIVE_STATUSES:
            _wait(moment, compared, tally, spoken, late_at, solved)


def _opening(moment: Moment, compared: Compared, tally: Tally, real: str | None) -> None:
    ticket, at = moment.ticket, moment.event.at
    facts = facts_of(ticket, at)
    fits: dict[int, bool] = {}
    places = {}
    for side, rules in ((DRAFT, compared.draft), (LIVE, compared.live)):
        chain = rules.by_trigger.get(OPENED, ())
        outcome = decide(facts, chain, None, holds=_remembered(facts, fits, compared.asked), explains=False)
        places[side] = _place(ticket, outcome, compared.offers)
        if side == DRAFT:
            own = {rule.version_id: _fits(rule, facts, fits) for rule in chain if rule.definition}
            tally.outcome(outcome, own, side=side)
    tally.opening(ticket.pk, at.astimezone(compared.zone).weekday(), places[DRAFT], places[LIVE], real)


def _remembered(
    facts: Mapping[str, Any], fits: dict[int, bool], asked: Mapping[int, frozenset[str]]
) -> Callable[[LiveRule, Mapping[str, Any]], bool]:
    """Ask a rule's condition once for both sets, as long as no rule above it has changed what it asks."""

    def holds(rule: LiveRule, now: Mapping[str, Any]) -> bool:
        assert rule.definition is not None
        # most rules change nothing that another one asks, and a value that stayed is the same object
        for name in asked[rule.version_id]:
            if now[name] is not facts[name] and now[name] != facts[name]:
                return rule.definition.condition.evaluate(now)
        return _fits(rule, facts, fits)

    return holds


def _fits(rule: LiveRule, facts: Mapping[str, Any], fits: dict[int, bool]) -> bool:
    fit = fits.get(rule.version_id)
    if fit is None:
        fit = fits[rule.version_id] = rule.definition is not None and rule.definition.condition.evaluate(facts)
    return fit


def _place(ticket: Ticket, outcome: Outcome, offers: Sequence[Offer]) -> Place:
    team = ticket.team or destination(ticket, outcome) or _fallback(ticket)
    priority = outcome.facts["priority"]
    chosen = outcome.decided.get("policy")
    offer = choose(outcome.facts, priority, offers, chosen.step.params.get("policy") if chosen else None)
    slug, level = (team.slug, team.tier.level) if team else (None, None)
    return Place(slug, level, priority, offer.policy_id if offer else None)


def destination(ticket: Ticket, outcome: Outcome) -> Team | None:
    """The team that the rules would put a ticket on; None where none of them does."""
    planned = outcome.decided.get("team")
    return actions()[planned.step.do].destination(ticket, planned.step.params) if planned else None


def _fallback(ticket: Ticket) -> Team | None:
    line = support_line(ticket.service_id) if ticket.service_id else []
    return line[0] if line else front_line()


def _event(moment: Moment, compared: Compared, tally: Tally, late_at: datetime | None, solved: datetime | None) -> None:
    facts = None
    for side, rules in ((DRAFT, compared.draft), (LIVE, compared.live)):
        chain = rules.for_triggers(moment.triggers)
        if not chain:
            continue
        facts = facts if facts is not None else facts_of(moment.ticket, moment.event.at)
        outcome = decide(facts, chain, None, explains=False)
        _count(moment.ticket, outcome, side, moment.event.at, compared, tally, late_at, solved)


def _count(
    ticket: Ticket,
    outcome: Outcome,
    side: str,
    at: datetime,
    compared: Compared,
    tally: Tally,
    late_at: datetime | None,
    solved: datetime | None,
) -> None:
    for rule in outcome.matched:
        tally.act(rule, side)
    team = destination(ticket, outcome)
    if team is not None and team.pk != ticket.team_id:
        rule = outcome.decided["team"].rule
        move = Move(ticket.pk, rule, at, team.slug, team.tier.level, late_at, solved)
        tally.move(move, side, at.astimezone(compared.zone).weekday())


def _wait(
    moment: Moment,
    compared: Compared,
    tally: Tally,
    spoken: dict[tuple[str, int], datetime],
    late_at: datetime | None,
    solved: datetime | None,
) -> None:
    """What rules on a schedule would have found until the next step."""
    ticket = moment.ticket
    found: dict[int, datetime | None] = {}
    facts_at = _steady_facts()
    for side, rules in compared.timed.items():
        for rule in rules:
            if rule.version_id not in found:
                found[rule.version_id] = _found(rule, moment, compared, facts_at)
            at = found[rule.version_id]
            before = spoken.get((side, rule.version_id))
            if at is None or (before is not None and before > _stay_since(ticket, rule)):
                continue
            spoken[side, rule.version_id] = at
            outcome = decide(facts_at(ticket, at), [rule], None, explains=False)
            _count(ticket, outcome, side, at, compared, tally, late_at, solved)


def _steady_facts() -> FactsAt:
    """Facts of one ticket between two steps, read once; ages are counted anew for each instant."""
    known: dict[datetime, Mapping[str, Any]] = {}

    def facts_at(ticket: Ticket, at: datetime) -> Mapping[str, Any]:
        if at not in known:
            known[at] = facts_later(next(iter(known.values())), ticket, at) if known else facts_of(ticket, at)
        return known[at]

    return facts_at


def _found(rule: LiveRule, moment: Moment, compared: Compared, facts_at: FactsAt) -> datetime | None:
    start = max(moment.event.at, compared.since)
    return first_hit(rule, moment.ticket, start, moment.end, compared.calendars, facts_at)


def _stay_since(ticket: Ticket, rule: LiveRule) -> datetime:
    assert rule.definition is not None
    return stay_since(ticket, rule.definition)
