"""What will move a ticket by itself next: which milestone of which promise, when, and where to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Team
from escalation.clock import reaches
from escalation.clocks import calendar_of, pins
from escalation.conditions import compiled
from escalation.ladder import next_team
from escalation.models import Clock, Hold
from escalation.open_hold import open_hold
from escalation.policy_definition import BREACH, StepAction, StepRule
from escalation.rules.decide import LiveRule
from escalation.rules.planned import planned_moves
from escalation.terms import definition_of
from tickets.conditions import ConditionError, facts_of
from tickets.models import Ticket

# actions that take the ticket out of somebody's hands
MOVING = ("raise_tier", "reassign")


@dataclass(frozen=True, slots=True)
class NextMove:
    """A planned move.

    Attributes:
        at: when it happens, a hold included; `planned_at` without it.
        team: the team it goes to; None where the action says who (`to`: "lead" or "queue").
        clock, rule: the promise and the milestone behind it; None where a rule on a schedule plans it.
        by_rule: that rule.
    """

    at: datetime
    planned_at: datetime
    clock: Clock | None
    rule: StepRule | None
    team: Team | None
    to: str = ""
    by_rule: LiveRule | None = None

    @property
    def is_held(self) -> bool:
        return self.at > self.planned_at


def next_move(ticket: Ticket, now: datetime) -> NextMove | None:
    """The earliest move that is planned; None where nothing moves the ticket by itself.

    A move that a hold keeps back is planned for the end of the hold.
    """
    if not ticket.is_live:
        return None
    hold = open_hold(ticket)
    kept = _kept_move(ticket, hold) if hold else None
    moves = [*_planned(ticket, hold), *([kept] if kept else []), *_by_rules(ticket, now, hold)]
    return min(moves, key=lambda move: move.at, default=None)


def moving_actions(rule: StepRule) -> list[StepAction]:
    """What of a milestone moves the ticket."""
    return [action for action in rule.actions if action.do in MOVING]


def _planned(ticket: Ticket, hold: Hold | None) -> Iterator[NextMove]:
    clocks = ticket.clocks.filter(state=Clock.State.RUNNING).select_related("policy_version__policy")
    for clock in clocks:
        for rule in definition_of(pins(clock)).steps_of(clock.metric):
            if rule.key in clock.fired or not moving_actions(rule) or not _holds_now(rule, ticket):
                continue
            at = _reached_at(clock, rule)
            if at is not None and (move := _move(ticket, clock, rule, at, hold)) is not None:
                yield move


def _by_rules(ticket: Ticket, now: datetime, hold: Hold | None) -> Iterator[NextMove]:
    for move in planned_moves(ticket, now):
        later = max(move.at, hold.until) if hold else move.at
        yield NextMove(later, move.at, None, None, move.team, by_rule=move.rule)


def _reached_at(clock: Clock, rule: StepRule) -> datetime | None:
    if rule.key == BREACH or clock.target_seconds is None:
        return clock.due_at
    return reaches(clock.value, calendar_of(clock), rule.seconds(clock.target_seconds))


def _move(ticket: Ticket, clock: Clock, rule: StepRule, at: datetime, hold: Hold | None) -> NextMove | None:
    later = max(at, hold.until) if hold else at
    for action in moving_actions(rule):
        if action.do == "reassign":
            return NextMove(later, at, clock, rule, None, action.to)
        if (team := next_team(ticket)) is not None:
            return NextMove(later, at, clock, rule, team)
    return None


def _kept_move(ticket: Ticket, hold: Hold) -> NextMove | None:
    """The move a milestone would have made already, had the hold not stood."""
    if hold.kept is None:
        return None
    metric, key = hold.kept.data["metric"], hold.kept.data["step"]
    clock = ticket.clocks.select_related("policy_version__policy").filter(metric=metric).order_by("-pk").first()
    if clock is None:
        return None
    rule = next((rule for rule in definition_of(pins(clock)).steps_of(metric) if rule.key == key), None)
    return _move(ticket, clock, rule, hold.kept.at, hold) if rule else None


def _holds_now(rule: StepRule, ticket: Ticket) -> bool:
    if not rule.only_if:
        return True
    try:
        return compiled(json.dumps(rule.only_if, sort_keys=True)).evaluate(facts_of(ticket))
    except ConditionError:
        return True  # better told once too often than never
