"""What a policy does when a clock reaches a milestone; every effect is a command of the automation user."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import roster
from accounts.models import Membership, User
from core.errors import DomainError
from escalation.clock import RESOLUTION
from escalation.clocks import pins
from escalation.commands import Packet, escalate
from escalation.models import Clock, Handover
from escalation.policy_definition import StepAction
from escalation.sweep import next_team
from escalation.terms import definition_of
from notifications.outbox import Channel, Letter, call, post
from tickets import commands
from tickets.models import Ticket, TicketEvent
from tickets.notify import plain_values
from tickets.reasons import Reason

logger = logging.getLogger(__name__)
LATE: Reason = {"en": "The promise ran out", "id": "Janji waktunya terlewati"}
EVIDENCE_LENGTH = 2000


def on_event(event: TicketEvent) -> None:
    """Do the steps of the milestone; one that fails is told in the log and keeps none of the others from being done."""
    if event.verb not in ("milestone", "breach") or event.data.get("quiet") or not event.actor.is_automation:
        return
    policy_version, calendar_version = event.data["pins"]
    rules = definition_of((policy_version, calendar_version)).steps_of(event.data["metric"])
    rule = next((rule for rule in rules if rule.key == event.data["step"]), None)
    for action in rule.actions if rule else ():
        try:
            with transaction.atomic():
                do(event, action)
        except DomainError as error:
            logger.warning("%s of milestone %s on %s: %s", action.do, rule and rule.key, event.ticket.key, error)


def do(event: TicketEvent, action: StepAction) -> None:
    """One step.

    Raises:
        DomainError: the ticket does not allow it.
    """
    ticket = event.ticket
    if action.do in ("notify", "call"):
        _tell(event, people(ticket, action.who, event.at), is_call=action.do == "call")
    elif action.do == "raise_tier":
        _raise_tier(event)
    elif action.do == "reassign":
        _reassign(event, action.to)
    elif action.do == "webhook":
        call(action.url, _payload(event), f"event-{event.pk}", event.at)


def goes_up_when_late(clock: Clock) -> bool:
    """Whether the clock's policy passes the ticket to the next tier when the promise runs out."""
    return clock.metric == RESOLUTION and definition_of(pins(clock)).goes_up_when_late


def people(ticket: Ticket, who: Iterable[str], at: datetime) -> list[User]:
    """The people meant at an instant, once each.

    On call is whom the team's roster names then; without one the leads on shift, and without any of them all its leads.
    """
    found: dict[int, User] = {}
    for name in who:
        for person in _people(ticket, name, at):
            found.setdefault(person.pk, person)
    return list(found.values())


def leads(ticket: Ticket) -> Iterator[User]:
    """Who leads the team that has the ticket."""
    yield from _members(ticket, role=Membership.Role.LEAD)


def _people(ticket: Ticket, name: str, at: datetime) -> Iterator[User]:
    if name == "owner":
        yield from [ticket.assignee] if ticket.assignee else _members(ticket)
    elif name == "team":
        yield from _members(ticket)
    elif name == "lead":
        yield from leads(ticket)
    elif name == "on_call":
        yield from _on_call(ticket, at) or leads(ticket)
    elif name == "managers":
        yield from User.objects.filter(is_manager=True, is_active=True)
    elif name == "requester":
        yield ticket.requester
    elif name == "watchers":
        yield from User.objects.filter(watching__ticket=ticket, is_active=True)


def _on_call(ticket: Ticket, at: datetime) -> list[User]:
    team_id = ticket.team_id or 0
    on_call = roster.on_call(team_id, at)
    return [on_call] if on_call else roster.leads_on_shift(team_id, at)


def _members(ticket: Ticket, **role: str) -> Iterator[User]:
    membership = {f"memberships__{name}": value for name, value in role.items()}
    yield from User.objects.filter(memberships__team_id=ticket.team_id or 0, is_active=True, **membership)


def _tell(event: TicketEvent, recipients: Iterable[User], *, is_call: bool) -> None:
    """In the product, and for a call by mail too. The requester is told in words of their own, without figures."""
    ticket = event.ticket
    context: dict[str, Any] = {
        **plain_values(ticket),
        "metric": event.data["metric"],
        "step": event.data["step"],
        "is_late": event.verb == "breach",
    }
    letters = []
    for person in recipients:
        for_requester = person.pk == ticket.requester_id
        template = "promise_for_requester" if for_requester else "breached" if event.verb == "breach" else "milestone"
        for channel in (Channel.EMAIL, Channel.IN_APP) if is_call or for_requester else (Channel.IN_APP,):
            letters.append(
                Letter(recipient=person, template=template, key=f"event-{event.pk}", context=context, channel=channel)
            )
    post(letters, at=event.at)


def _payload(event: TicketEvent) -> dict[str, Any]:
    """What another system is told: which promise on which ticket, and no words of anybody's."""
    ticket = event.ticket
    return {
        "event": f"clock.{event.verb}",
        "ticket": ticket.key,
        "priority": ticket.priority,
        "status": ticket.status,
        "team": ticket.team.slug if ticket.team else None,
        "metric": event.data["metric"],
        "milestone": event.data["step"],
        "due_at": _instant(event.data["due_at"]),
        "at": event.at.isoformat(),
    }


def _instant(value: datetime | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _raise_tier(event: TicketEvent) -> None:
    """Where a higher rung serves the ticket's service, it goes there."""
    ticket = event.ticket
    team = next_team(ticket)
    if team is None:
        return
    packet = Packet(
        reason=Handover.Reason.LATE,
        symptom=ticket.subject,
        asked=ticket.subject,
        evidence=ticket.description[:EVIDENCE_LENGTH],
    )
    escalate(ticket, actor=event.actor, team=team, packet=packet, at=event.at)


def _reassign(event: TicketEvent, to: str) -> None:
    ticket = event.ticket
    if to == "queue":
        if ticket.assignee_id:
            commands.release(ticket, actor=event.actor, reason=LATE, at=event.at)
        return
    lead = next(leads(ticket), None)
    if lead is not None and lead.pk != ticket.assignee_id:
        commands.assign(ticket, actor=event.actor, assignee=lead, reason=LATE, at=event.at)
