"""What a policy does when a clock reaches a milestone; every effect is a command of the automation user."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.errors import DomainError
from escalation.commands import Packet, escalate, summon
from escalation.ladder import next_team
from escalation.models import Handover, Summons
from escalation.next_move import MOVING
from escalation.open_hold import open_hold
from escalation.people import leads, people
from escalation.policy_definition import StepAction
from escalation.terms import definition_of
from notifications.outbox import Channel, Letter, call, post
from tickets import commands
from tickets.models import TicketEvent
from tickets.notify import plain_values
from tickets.reasons import Reason

logger = logging.getLogger(__name__)
LATE: Reason = {"en": "The promise ran out", "id": "Janji waktunya terlewati"}
SOON: Reason = {"en": "Time is running out", "id": "Waktunya hampir habis"}
EVIDENCE_LENGTH = 2000


def on_event(event: TicketEvent) -> None:
    """Do the steps of the milestone; one that fails is told in the log and keeps none of the others from being done."""
    if event.verb not in ("milestone", "breach") or event.data.get("quiet") or not event.actor.is_automation:
        return
    actions = actions_of(event)
    if any(action.do in MOVING for action in actions) and _keep_back(event):
        actions = [action for action in actions if action.do not in MOVING]
    _do_all(event, actions, event.at)


def actions_of(event: TicketEvent) -> list[StepAction]:
    """What the policy says is done at the milestone an event recorded."""
    policy_version, calendar_version = event.data["pins"]
    rules = definition_of((policy_version, calendar_version)).steps_of(event.data["metric"])
    rule = next((rule for rule in rules if rule.key == event.data["step"]), None)
    return list(rule.actions) if rule else []


def do_moves(event: TicketEvent, at: datetime) -> None:
    """Do what a hold kept back when the milestone was reached."""
    _do_all(event, [action for action in actions_of(event) if action.do in MOVING], at)


def _do_all(event: TicketEvent, actions: Iterable[StepAction], at: datetime) -> None:
    for action in actions:
        try:
            with transaction.atomic():
                do(event, action, at)
        except DomainError as error:
            logger.warning("%s of %s on %s: %s", action.do, event.data["step"], event.ticket.key, error)
            _say_so(event, error, at)


def _say_so(event: TicketEvent, error: DomainError, at: datetime) -> None:
    """A step that could not be done stands on the ticket, where somebody can do it by hand."""
    try:
        with transaction.atomic(), override(settings.LANGUAGE_CODE):
            words = _("This could not be done by itself: %(reason)s") % {"reason": error.message}
            commands.note(event.ticket, actor=event.actor, body=words, at=at)
    except DomainError:
        logger.exception("the failed step could not be noted on %s", event.ticket.key)


def _keep_back(event: TicketEvent) -> bool:
    """Whether somebody holds the ticket; the first milestone that would have moved it is remembered."""
    hold = open_hold(event.ticket)
    if hold is None or hold.until <= event.at:
        return False
    if hold.kept is None:
        hold.kept = event
        hold.save(update_fields=["kept"])
    return True


def do(event: TicketEvent, action: StepAction, at: datetime) -> None:
    """One step.

    Raises:
        DomainError: the ticket does not allow it.
    """
    ticket = event.ticket
    if action.do in ("notify", "call"):
        _tell(event, people(ticket, action.who, at), is_call=action.do == "call")
    elif action.do == "summon":
        _summon(event, action.to)
    elif action.do == "raise_tier":
        _raise_tier(event, at)
    elif action.do == "reassign":
        _reassign(event, action.to, at)
    elif action.do == "webhook":
        call(action.url, _payload(event), f"event-{event.pk}", event.at)


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


def _summon(event: TicketEvent, rung: str) -> None:
    """Once: while somebody is being called, another milestone calls nobody anew."""
    if not Summons.objects.filter(ticket=event.ticket, state=Summons.State.OPEN).exists():
        reason = LATE if event.verb == "breach" else SOON
        summon(event.ticket, actor=event.actor, rung=rung, reason=reason, at=event.at)


def _raise_tier(event: TicketEvent, at: datetime) -> None:
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
    escalate(ticket, actor=event.actor, team=team, packet=packet, at=at)


def _reassign(event: TicketEvent, to: str, at: datetime) -> None:
    ticket = event.ticket
    if to == "queue":
        if ticket.assignee_id:
            commands.release(ticket, actor=event.actor, reason=LATE, at=at)
        return
    lead = next(leads(ticket), None)
    if lead is not None and lead.pk != ticket.assignee_id:
        commands.assign(ticket, actor=event.actor, assignee=lead, reason=LATE, at=at)
