from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from escalation import verbs as verbs  # fills the table
from escalation.models import Handover
from tickets.commands import change
from tickets.models import Ticket, Watcher
from tickets.placement import put_on
from tickets.reasons import in_english
from tickets.texts import checked_body, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """What goes along: what is seen, what was tried, what shows it, and what is asked."""

    reason: str
    symptom: str
    asked: str
    tried: str = ""
    evidence: str = ""

    def checked(self) -> Packet:
        """The packet with every text clean.

        Raises:
            Invalid: on each field that is missing or unknown.
        """
        errors: dict[str, list[str]] = {}
        if self.reason not in Handover.Reason.values:
            errors["reason"] = [_("Choose why it goes on.")]
        for field, words in (
            ("symptom", _("Say what the requester sees.")),
            ("asked", _("Say what you ask of the next team.")),
        ):
            if not getattr(self, field).strip():
                errors[field] = [words]
        if errors:
            raise Invalid(_("The handover is not complete yet."), fields=errors)
        return Packet(
            reason=self.reason,
            symptom=checked_body(self.symptom, "symptom"),
            asked=checked_body(self.asked, "asked"),
            tried=plain(self.tried).strip(),
            evidence=plain(self.evidence).strip(),
        )


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
        Invalid: the packet is incomplete, the team already has it, or stands lower (that is handing back).
        NotAllowed, Conflict: as `change`.
    """
    complete = packet.checked()
    if ticket.team_id == team.pk:
        raise Invalid.field("team", _("%(team)s already has this ticket.") % {"team": team.label})
    if ticket.tier and team.tier.level < ticket.tier.level:
        raise Invalid.field("team", _("That team stands on a lower tier. Hand the ticket back instead."))
    with change(ticket, "escalate", actor=actor, version=version, at=at) as step:
        sender = step.ticket.team
        _supersede(step.ticket, step.at, actor)
        handover = Handover.objects.create(
            ticket=step.ticket,
            from_team=sender,
            to_team=team,
            sent_by=actor,
            sent_at=step.at,
            reason=complete.reason,
            symptom=complete.symptom,
            tried=complete.tried,
            evidence=complete.evidence,
            asked=complete.asked,
        )
        _keep_in_the_loop(step.ticket, actor)
        put_on(step.ticket, team)
        step.data.update(handover=handover.pk, reason=in_english(Handover.Reason(complete.reason).label))
    return handover


def accept(ticket: Ticket, *, actor: User, version: int | None = None, at: datetime | None = None) -> Ticket:
    """Take the ticket that was handed over: the actor becomes its owner.

    Raises:
        Invalid: somebody was faster.  NotAllowed, Conflict: as `change`.
    """
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
        handover.save()
        put_on(step.ticket, handover.from_team)
        step.ticket.return_count += 1
        step.data.update(handover=handover.pk, reason=in_english(Handover.ReturnReason(reason).label))
    return handover


def _last_received(ticket: Ticket) -> Handover | None:
    """The newest handover to the team that has the ticket now, answered or not, but not returned before."""
    received = Handover.objects.filter(ticket=ticket, to_team_id=ticket.team_id).select_related("from_team__tier")
    return received.exclude(state=Handover.State.RETURNED).order_by("-pk").first()


def _supersede(ticket: Ticket, at: datetime, actor: User) -> None:
    """An unanswered packet ends when the ticket moves on without an answer."""
    Handover.objects.filter(ticket=ticket, state=Handover.State.SENT).update(
        state=Handover.State.SUPERSEDED, answered_at=at, answered_by=actor
    )


def _answer(ticket: Ticket, state: str, actor: User, at: datetime) -> None:
    Handover.objects.filter(ticket=ticket, state=Handover.State.SENT, to_team_id=ticket.team_id).update(
        state=state, answered_by=actor, answered_at=at
    )


def _keep_in_the_loop(ticket: Ticket, actor: User) -> None:
    if not actor.is_automation:
        Watcher.objects.get_or_create(ticket=ticket, user=actor)
