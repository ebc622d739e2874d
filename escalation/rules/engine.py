"""Rules at work: what happens to a ticket sets them off, every effect is a command of the automation user."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop

from accounts.models import Team, User
from catalogue.support import support_line
from core.errors import DomainError, Invalid
from core.steady import kept
from escalation.models import RuleDecision, RuleRun
from escalation.open_hold import open_hold
from escalation.rules.decide import LiveRule, Outcome, Planned, decide
from escalation.rules.failing import GONE, UNFORESEEN, note_result
from escalation.rules.stored import LiveSet, live_set
from escalation.rules.triggers import triggers_of
from tickets import commands
from tickets.automation import ActionError, Doing, actions
from tickets.conditions import facts_of
from tickets.models import Ticket, TicketEvent
from tickets.reasons import stored

logger = logging.getLogger(__name__)

# A step of a person has depth 0, what a rule does on it 1, what a rule does on that 2: three is as far as it goes.
DEEPEST = 3
ERROR_LENGTH = 300
SUPPORT_LINE = gettext_noop("First team of the service's support line")
FRONT_LINE = gettext_noop("No rule matched: the front line looks first")
NO_RULES = gettext_noop("Rules are switched off: the first team looks first")
HELD = "held"
TOO_DEEP = "too_deep"
PLACED = "placed"


def on_event(event: TicketEvent) -> None:
    """Let the rules react to what happened; a new ticket that no rule gives a team goes to its support line."""
    names = triggers_of(event)
    is_new = event.verb == "open" and event.ticket.team_id is None
    # somebody else's past is told again: rules place what comes in, and leave what happened to it alone
    if not names or (event.data.get("quiet") and not is_new):
        return
    live = live_set()
    rules = live.for_triggers(names)
    if not rules and not is_new:
        return
    ticket = event.ticket
    facts = facts_of(ticket, event.at)
    outcome = decide(facts, rules, event.at)
    if outcome.matched or is_new:
        decision = keep_decision(ticket, live, outcome, facts, event.at, event)
        run(decision, outcome.plan, event)
        if is_new and ticket.team_id is None:
            _fall_back(decision, live.is_on)


def keep_decision(
    ticket: Ticket,
    live: LiveSet,
    outcome: Outcome,
    facts: dict[str, Any],
    at: datetime,
    event: TicketEvent | None = None,
) -> RuleDecision:
    """Store what was asked of a ticket and what did not apply."""
    return RuleDecision.objects.create(
        ticket=ticket,
        event=event,
        facts={name: facts[name] for name in sorted(live.asked & facts.keys())},
        skipped=[list(pair) for pair in outcome.skipped],
        at=at,
    )


def run(decision: RuleDecision, plan: Sequence[Planned], event: TicketEvent | None) -> None:
    """Do what was planned, rule by rule. An action that fails is noted and keeps nothing else from being done."""
    too_deep = event is not None and event.depth >= DEEPEST
    held, placed = _is_held(decision, plan), _was_placed(event)
    automation = User.objects.automation()
    for rule, steps in groupby(plan, key=lambda planned: planned.rule):
        did = []
        for planned in steps:
            if too_deep or planned.lost_to:
                did.append(_not_done(planned, too_deep))
            elif (held or placed) and actions()[planned.step.do].moves:
                did.append({"do": planned.step.do, "ok": True, "why": HELD if held else PLACED})
            else:
                doing = Doing(automation, decision.at, rule.names, _key(decision, rule), rule.number, event)
                did.append(_do(decision.ticket, planned, doing))
        _keep_run(decision, rule, did, event, RuleRun.State.STOPPED if too_deep else _state(did))


def _do(ticket: Ticket, planned: Planned, doing: Doing) -> dict[str, Any]:
    action = actions()[planned.step.do]
    done: dict[str, Any] = {"do": action.name, "ok": True}
    if action.tells and commands.is_quiet():
        return {**done, "why": "past"}
    try:
        with commands.attempt():
            result = action.apply(ticket, planned.step.params, doing)
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing else would fare better
    except ActionError as error:
        return {**done, "ok": False, "error": error.message[:ERROR_LENGTH], "kind": GONE}
    except DomainError as error:
        words = error.in_full if isinstance(error, Invalid) else str(error)
        return {**done, "ok": False, "error": words[:ERROR_LENGTH]}
    except Exception as error:
        # a rule nobody foresaw must not keep tickets from being opened
        logger.exception("%s of rule %s on %s", action.name, planned.rule.name, ticket.key)
        return {**done, "ok": False, "error": type(error).__name__, "kind": UNFORESEEN}
    return {**done, "result": stored(result)} if result else done


def _not_done(planned: Planned, too_deep: bool) -> dict[str, Any]:
    if planned.lost_to and not too_deep:
        return {"do": planned.step.do, "ok": True, "lost_to": planned.lost_to.names}
    return {"do": planned.step.do, "ok": False, "why": TOO_DEEP}


def _state(did: Iterable[dict[str, Any]]) -> RuleRun.State:
    results = [row["ok"] for row in did]
    if all(results):
        return RuleRun.State.DONE
    return RuleRun.State.PARTLY if any(results) else RuleRun.State.FAILED


def _keep_run(
    decision: RuleDecision, rule: LiveRule, did: list[dict[str, Any]], event: TicketEvent | None, state: RuleRun.State
) -> None:
    RuleRun.objects.create(
        decision=decision,
        ticket_id=decision.ticket_id,
        event=event,
        rule_id=rule.rule_id,
        version_id=rule.version_id,
        name=rule.name,
        name_id=rule.name_id,
        number=rule.number,
        state=state,
        did=did,
        at=decision.at,
    )
    note_result(rule, did=did)


def _key(decision: RuleDecision, rule: LiveRule) -> str:
    return f"rule-{rule.rule_id}-{decision.pk}"


def _is_held(decision: RuleDecision, plan: Sequence[Planned]) -> bool:
    if not any(actions()[planned.step.do].moves for planned in plan):
        return False
    if decision.event is not None and decision.event.verb == "open":
        return False  # nobody has seen it yet
    hold = open_hold(decision.ticket)
    return hold is not None and hold.until > decision.at


def _was_placed(event: TicketEvent | None) -> bool:
    """Whether whoever opened the ticket chose its team: rules leave it there."""
    return event is not None and event.verb == "open" and "team" in event.changes


def _fall_back(decision: RuleDecision, is_on: bool) -> None:
    ticket = decision.ticket
    line = support_line(ticket.service_id) if ticket.service_id else []
    team = line[0] if line else front_line()
    decision.fallback = (SUPPORT_LINE if line else FRONT_LINE) if is_on else NO_RULES
    decision.save(update_fields=["fallback"])
    if team is not None:
        actor = User.objects.automation()
        commands.transfer(ticket, actor=actor, team=team, reason=decision.fallback, at=decision.at)


@kept
def front_line() -> Team | None:
    """The first team on the lowest rung that is open to all."""
    return Team.objects.select_related("tier").filter(is_restricted=False).order_by("tier__level", "pk").first()
