from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from escalation import verbs as verbs  # fills the table
from escalation.commands.packet import Packet
from escalation.handover_times import deadlines
from escalation.ladder import step_to
from escalation.ladder_definition import LadderStep
from escalation.models import Handover
from tickets.choices import Status
from tickets.commands import Change, change, held, note
from tickets.models import Ticket, Watcher
from tickets.placement import put_on
from tickets.reasons import in_english
from tickets.texts import checked_body


def escalate(
    ticket: Ticket,
    *,
    actor: User,
    team: Team,
    packet: Packet,
    version: int | None = None,
    at: datetime | None = None,
) -> Handover:
    """Pass the ticket to a team on the same or a higher rung, with its packet. The sender stays a follower.

    Raises:
        Invalid: the packet is incomplete, the team already has it, or the ladder has no such step for the actor.
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "escalate", actor=actor, version=version, at=at) as step:
        if step.ticket.team_id == team.pk:
            raise Invalid.field("team", _("%(team)s already has this ticket.") % {"team": team.label})
        way = step_to(step.ticket, team, actor)
        if actor.is_automation:
            way = replace(way, fields=(), checklist=())  # a clock has nothing to tell and nothing to tick
        complete = packet.checked(way, step.ticket)
        sender = step.ticket.team
        _supersede(step.ticket, step.at, actor)
        handover = _sent(step, sender, team, complete, way)
        put_on(step.ticket, team)
        _keep_in_the_loop(step.ticket, actor)
        step.data.update(handover=handover.pk, reason=in_english(Handover.Reason(complete.reason).label))
    return handover


def _sent(step: Change, sender: Team | None, team: Team, packet: Packet, way: LadderStep) -> Handover:
    handover = Handover.objects.create(
        ticket=step.ticket,
        from_team=sender,
        to_team=team,
        sent_by=step.actor,
        sent_at=step.at,
        reason=packet.reason,
        symptom=packet.symptom,
        tried=packet.tried,
        evidence=packet.evidence,
        asked=packet.asked,
        urgency=packet.urgency,
        checklist=[{"en": item.en, "id": item.id} for item in way.checklist],
        **deadlines(step.ticket, way, step.at),
    )
    if packet.uploads:
        # files that came with the packet are the staff's: they hang on an internal note
        words = _("Evidence for %(team)s") % {"team": team.label}
        note(step.ticket, actor=step.actor, body=words, attachments=packet.uploads, at=step.at)
    handover.files.set([*packet.files, *packet.uploads])
    return handover


def accept(ticket: Ticket, *, actor: User, version: int | None = None, at: datetime | None = None) -> Ticket:
    """Take the ticket that was handed over: the actor becomes its owner.

    Raises:
        Invalid: somebody was faster.  NotAllowed, Conflict: as `change`.
    """
    with held(ticket) as locked:
        if locked.assignee_id == actor.pk and locked.status == Status.OPEN and not _is_asked(locked):
            return ticket  # it is theirs already: the second click says nothing new
        return _accepted(ticket, actor, version, at)


def _is_asked(ticket: Ticket) -> bool:
    return Handover.objects.filter(ticket=ticket, state=Handover.State.SENT).exists()


def _accepted(ticket: Ticket, actor: User, version: int | None, at: datetime | None) -> Ticket:
    with change(ticket, "accept", actor=actor, version=version, at=at) as step:
        if step.ticket.assignee_id not in (None, actor.pk):
            raise Invalid(_("%(name)s has already taken this ticket.") % {"name": step.ticket.assignee})
        step.ticket.assignee = actor
        _answer(step.ticket, Handover.State.ACCEPTED, actor, step.at)
    return ticket


def hand_back(
    ticket: Ticket,
    *,
    actor: User,
    reason: str,
    missing: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Handover:
    """Send the ticket back to the team it came from, with a coded reason and what is missing.

    Raises:
        Invalid: nothing to hand back, no reason or no words.  NotAllowed, Conflict: as `change`.
    """
    if reason not in Handover.ReturnReason.values:
        raise Invalid.field("reason", _("Choose why it goes back."))
    words = checked_body(missing, "missing")
    with change(ticket, "hand_back", actor=actor, version=version, at=at) as step:
        handover = _last_received(step.ticket)
        if handover is None or handover.from_team is None:
            raise Invalid(_("Nobody handed this ticket over, so it cannot go back."))
        handover.state = Handover.State.RETURNED
        handover.answered_by, handover.answered_at = actor, step.at
        handover.return_reason, handover.return_note = reason, words
        handover.remind_at = handover.lead_at = None
        handover.save()
        put_on(step.ticket, handover.from_team)
        step.ticket.return_count += 1
        step.data.update(handover=handover.pk, reason=in_english(Handover.ReturnReason(reason).label))
    return handover


def remind(ticket: Ticket, *, actor: User, handover: Handover, at: datetime | None = None) -> Ticket:
    """Say that a handover has not been accepted in time: to the team first, to its lead when that did not help.

    Raises:
        Invalid: the ticket is no longer live.  NotAllowed: only the automation user reminds.
    """
    with change(ticket, "remind", actor=actor, at=at) as step:
        is_last = handover.lead_at is None or handover.remind_at == handover.lead_at
        to_lead = handover.remind_at == handover.lead_at
        handover.remind_at = None if is_last else handover.lead_at
        handover.reminded += 1
        handover.save(update_fields=["remind_at", "reminded"])
        step.data.update(handover=handover.pk, lead=to_lead)
    return ticket


def _last_received(ticket: Ticket) -> Handover | None:
    """The newest handover to the team that has the ticket now, answered or not, but not returned before."""
    received = Handover.objects.filter(ticket=ticket, to_team_id=ticket.team_id).select_related("from_team__tier")
    return received.exclude(state=Handover.State.RETURNED).order_by("-pk").first()


def _supersede(ticket: Ticket, at: datetime, actor: User) -> None:
    """An unanswered packet ends when the ticket moves on without an answer."""
    Handover.objects.filter(ticket=ticket, state=Handover.State.SENT).update(
        state=Handover.State.SUPERSEDED, answered_at=at, answered_by=actor, remind_at=None, lead_at=None
    )


def _answer(ticket: Ticket, state: str, actor: User, at: datetime) -> None:
    Handover.objects.filter(ticket=ticket, state=Handover.State.SENT, to_team_id=ticket.team_id).update(
        state=state, answered_by=actor, answered_at=at, remind_at=None, lead_at=None
    )


def _keep_in_the_loop(ticket: Ticket, actor: User) -> None:
    """Whoever still sees the ticket from the inside follows it; a team that is closed to them keeps it to itself."""
    if not actor.is_automation and ticket.staffed_by(actor):
        Watcher.objects.get_or_create(ticket=ticket, user=actor)
