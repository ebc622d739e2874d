"""Which rule puts a new ticket where, decided in order, with the reason kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.models import Team, User
from catalogue.support import support_line
from core.steady import kept
from escalation.conditions import compiled
from escalation.models import RoutingDecision, RoutingRule
from tickets import commands
from tickets.conditions import ConditionError, facts_of, in_words
from tickets.models import Ticket, TicketEvent
from tickets.reasons import Reason

SUPPORT_LINE = gettext_noop("First team of the service's support line")
FRONT_LINE = gettext_noop("No rule matched: the front line looks first")


@dataclass(slots=True)
class Outcome:
    """What the chain of rules came to: where to, who, how urgent, and which rules said so."""

    team: Team | None = None
    priority: int | None = None
    assignee: User | None = None
    matched: list[RoutingRule] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)


def on_event(event: TicketEvent) -> None:
    """Route a ticket that has just been opened; every effect is a command of the automation user."""
    ticket = event.ticket
    if event.verb != "open" or ticket.team_id is not None:
        return
    facts = facts_of(ticket)
    outcome = decide(facts, active_rules())
    fallback = "" if outcome.team else _fall_back(ticket, outcome)
    _keep_decisions(event, outcome, facts, fallback)
    _apply(ticket, outcome, fallback)


def decide(facts: dict[str, Any], rules: list[RoutingRule]) -> Outcome:
    """Walk the rules in order. The first rule to name a team, priority or owner wins that point; "stop here" ends it.

    Args:
        facts: the ticket's facts as `tickets.conditions.facts_of` gives them.
        rules: active rules in order.
    """
    outcome = Outcome()
    for rule in rules:
        try:
            condition = compiled(json.dumps(rule.conditions, sort_keys=True))
        except ConditionError as error:
            # a stored rule gone bad must not keep tickets from being routed
            outcome.skipped.append({"rule": rule.pk, "name": rule.name, "broken": str(error)})
            continue
        if not condition.evaluate(facts):
            failed = condition.explain(facts)
            outcome.skipped.append({"rule": rule.pk, "name": rule.name, "failed": failed.to_tree() if failed else None})
            continue
        outcome.matched.append(rule)
        outcome.team = outcome.team or rule.team
        outcome.priority = outcome.priority or rule.priority
        outcome.assignee = outcome.assignee or rule.assignee
        if rule.stops:
            break
    return outcome


@kept
def active_rules() -> list[RoutingRule]:
    """The rules in force, in order, with what applying them needs."""
    return list(RoutingRule.objects.filter(is_active=True).select_related("team__tier", "assignee"))


def _fall_back(ticket: Ticket, outcome: Outcome) -> str:
    line = support_line(ticket.service_id) if ticket.service_id else []
    outcome.team = line[0] if line else front_line()
    return SUPPORT_LINE if line else FRONT_LINE


@kept
def front_line() -> Team | None:
    """The first team on the lowest rung that is open to all."""
    return Team.objects.select_related("tier").filter(is_restricted=False).order_by("tier__level", "pk").first()


def _keep_decisions(event: TicketEvent, outcome: Outcome, facts: dict[str, Any], fallback: str) -> None:
    rules: list[RoutingRule | None] = [*outcome.matched]
    if fallback:
        rules.append(None)
    RoutingDecision.objects.bulk_create(
        RoutingDecision(
            ticket_id=event.ticket_id,
            event=event,
            rule=rule,
            rule_name=rule.name if rule else fallback,
            rule_name_id=rule.name_id if rule else "",
            rule_version=rule.version if rule else 1,
            facts={name: value for name, value in facts.items() if name not in LONG_TEXTS},
            skipped=outcome.skipped,
            at=event.at,
        )
        for rule in rules
    )


LONG_TEXTS = frozenset({"text", "subject", "description"})


def _apply(ticket: Ticket, outcome: Outcome, fallback: str) -> None:
    automation = User.objects.automation()
    reason: Reason = _name(outcome.matched[0]) if outcome.matched else fallback
    if outcome.priority and outcome.priority != ticket.priority:
        commands.prioritise(ticket, actor=automation, priority=outcome.priority, reason=reason)
    if outcome.team and outcome.team.pk != ticket.team_id:
        named = next((rule for rule in outcome.matched if rule.team_id == outcome.team.pk), None)
        commands.transfer(ticket, actor=automation, team=outcome.team, reason=_name(named) if named else reason)
    if outcome.assignee and outcome.assignee.hats.works_for(ticket.team_id):
        commands.assign(ticket, actor=automation, assignee=outcome.assignee, reason=reason)


def _name(rule: RoutingRule) -> dict[str, str]:
    return {"en": rule.name, "id": rule.name_id or rule.name}


def in_plain_words(rule: RoutingRule) -> str:
    """The rule's conditions as a sentence in the reader's language; says so when they are broken."""
    try:
        return in_words(compiled(json.dumps(rule.conditions, sort_keys=True)))
    except ConditionError as error:
        return _("This rule is broken and is skipped: %(error)s") % {"error": error}


def sentence(decision: RoutingDecision) -> str:
    """Why the ticket is there, in one sentence of the reader's language."""
    indonesian = (get_language() or "").startswith("id")
    if decision.rule is None:
        return _(decision.rule_name)
    told = decision.rule.reason_id if indonesian else decision.rule.reason
    return told.rstrip(". ") or (decision.rule_name_id if indonesian and decision.rule_name_id else decision.rule_name)
