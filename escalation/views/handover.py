"""Escalate, accept, hand back: dialogs and their commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Team
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, Invalid
from core.htmx import done
from escalation import commands
from escalation.models import Handover, VendorReferral
from escalation.targets import targets_for
from tickets.checklists import tried_so_far
from tickets.models import Attachment, Message, Ticket
from tickets.typed import stashed_form
from tickets.uploads import uploads_of
from tickets.views.workspace import at_desk, dialog, page_after, taken, version_of

NOTES_SHOWN = 5


def escalate(request: SignedIn, key: str) -> HttpResponse:
    """Escalate with a handover packet: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, "desk/_escalate.html", **_escalate_context(request, ticket))
    try:
        team = _team(request.POST.get("team", ""))
        commands.escalate(ticket, actor=request.user, team=team, packet=_packet(request), version=version_of(request))
    except DomainError as error:
        return dialog(request, ticket, "desk/_escalate.html", error=error, **_escalate_context(request, ticket))
    said = _("%(key)s is with %(team)s now.") % {"key": ticket.key, "team": team.label}
    return done(request, page_after(request, ticket), message=said)


def _packet(request: SignedIn) -> commands.Packet:
    typed = request.POST
    wanted = _numbers(typed.getlist("shown"))
    return commands.Packet(
        reason=typed.get("reason", ""),
        symptom=typed.get("symptom", ""),
        tried=typed.get("tried", ""),
        evidence=typed.get("evidence", ""),
        asked=typed.get("asked", ""),
        urgency=typed.get("urgency", ""),
        ticked=typed.getlist("ticked"),
        files=list(Attachment.objects.filter(pk__in=wanted)),
        uploads=uploads_of(request),
    )


@require_POST
def accept(request: SignedIn, key: str) -> HttpResponse:
    ticket = at_desk(request, key)
    commands.accept(ticket, actor=request.user, version=version_of(request))
    return taken(request, ticket)


def hand_back(request: SignedIn, key: str) -> HttpResponse:
    """Hand back with a coded reason: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    received = _current(ticket)
    context: dict[str, Any] = {"reasons": Handover.ReturnReason.choices, "handover": received}
    receiver = received.from_team if received else None
    context["opens_up"] = ticket.team and ticket.team.is_restricted and receiver and not receiver.is_restricted
    if request.method != "POST":
        return dialog(request, ticket, "desk/_hand_back.html", **context)
    try:
        commands.hand_back(
            ticket,
            actor=request.user,
            reason=request.POST.get("reason", ""),
            missing=request.POST.get("missing", ""),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, "desk/_hand_back.html", error=error, **context)
    said = _("%(key)s went back to %(team)s.") % {"key": ticket.key, "team": ticket.team}
    return done(request, page_after(request, ticket), message=said)


def _escalate_context(request: SignedIn, ticket: Ticket) -> dict[str, Any]:
    notes = Message.objects.filter(ticket=ticket, kind="note").order_by("-pk")[:NOTES_SHOWN]
    targets = targets_for(ticket, request.user)
    sent = request.POST if request.method == "POST" else stashed_form(request) or QueryDict()
    typed = sent.dict() or _packet_before(ticket)
    received = _current(ticket)
    return {
        "typed": {"urgency": Handover.Urgency.QUEUE.value, **typed},
        "targets": targets,
        "chosen": typed.get("team") or next((target.team.slug for target in targets if target.is_suggested), ""),
        "returns_to": received.from_team if received and received.state != Handover.State.RETURNED else None,
        "reasons": [(value, label) for value, label in Handover.Reason.choices if value != Handover.Reason.LATE],
        "urgencies": Handover.Urgency.choices,
        "reason": typed.get("reason", ""),
        "ticked": sent.getlist("ticked"),
        "on_ticket": Attachment.objects.filter(ticket=ticket),
        "shown": _numbers(sent.getlist("shown")),
        "symptom": typed.get("symptom") or ticket.subject,
        "tried": typed.get("tried") or _tried(ticket, notes),
        "has_files": True,
        "opens_up": ticket.team is not None and ticket.team.is_restricted,
        "referral": VendorReferral.objects.select_related("vendor").filter(ticket=ticket, ended_at=None).first(),
    }


def _tried(ticket: Ticket, notes: Iterable[Message]) -> str:
    """The steps ticked off with what was found, then the newest notes."""
    lines = [tried_so_far(ticket), *(f"- {note.body}" for note in reversed(list(notes)))]
    return "\n".join(line for line in lines if line)


def _packet_before(ticket: Ticket) -> dict[str, Any]:
    """A packet that came back goes up again with what it had; only what was missing is written anew."""
    last = Handover.objects.filter(ticket=ticket, from_team_id=ticket.team_id).order_by("-pk").first()
    if last is None:
        return {}
    return {"evidence": last.evidence, "asked": last.asked, "symptom": last.symptom, "urgency": last.urgency}


def _numbers(texts: Iterable[str]) -> set[int]:
    return {whole_number(text) or 0 for text in texts}


def _current(ticket: Ticket) -> Handover | None:
    handovers = Handover.objects.filter(ticket=ticket, to_team_id=ticket.team_id).select_related("from_team", "sent_by")
    return handovers.order_by("-pk").first()


def _team(slug: str) -> Team:
    team = Team.objects.select_related("tier").filter(slug=slug).first()
    if team is None:
        raise Invalid.field("team", _("Choose who gets it."))
    return team
