"""Writing on a ticket from the desk: a reply that waits a moment, a note, the drafts of both."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid
from core.htmx import UNPROCESSABLE, refusal, tell
from tickets import commands, live
from tickets.choices import PendingReason, Status
from tickets.commands.conversation import message_key
from tickets.composing import delay_of, is_first_outside, just_sent, keep_draft, kept_files, unsent_files
from tickets.models import Departure, Draft, Ticket
from tickets.uploads import uploads_of
from tickets.views.workspace import at_desk, redrawn, version_of


@require_POST
def desk_reply(request: SignedIn, key: str) -> HttpResponse:
    """Write to the requester; "then" sets the ticket waiting in the same breath. It leaves after the writer's delay."""
    ticket = at_desk(request, key)
    keep_draft(request.user, ticket, Draft.Mode.REPLY, request.POST.get("body", ""))
    try:
        said = _reply(request, ticket)
    except commands.SentAlready as error:
        return _other_words(request, error)
    return _answer(request, ticket, said)


def _reply(request: SignedIn, ticket: Ticket) -> str:
    if not request.POST.get("outside") and is_first_outside(request.user, ticket):
        said = _("%(address)s is outside the organisation. Tick that the reply goes there, and send again.")
        raise Invalid(said % {"address": ticket.requester.email})
    written, version, then = _written(request, ticket, "reply"), version_of(request), request.POST.get("then", "")
    seconds = delay_of(request)
    if seconds:
        written["dedupe_key"] = written["dedupe_key"] or f"departure:{secrets.token_urlsafe(24)}"
        sent = commands.send_later(ticket, actor=request.user, **written, then=then, version=version, seconds=seconds)
        if isinstance(sent, Departure):
            # the row in the conversation has the count and the button; an undo bar beside it would only compete
            return _under_way(ticket, seconds)
    else:
        with commands.unit_of_work():
            commands.reply(ticket, actor=request.user, **written, version=version)
            if then == PendingReason.REQUESTER and ticket.status != Status.PENDING:
                commands.pend(ticket, actor=request.user, reason=PendingReason.REQUESTER)
    return _("Sent to %(name)s") % {"name": ticket.requester.short_name}


@require_POST
def desk_note(request: SignedIn, key: str) -> HttpResponse:
    """Write for staff; it is there at once."""
    ticket = at_desk(request, key)
    keep_draft(request.user, ticket, Draft.Mode.NOTE, request.POST.get("body", ""))
    try:
        commands.note(ticket, actor=request.user, **_written(request, ticket, "note"))
    except commands.SentAlready as error:
        return _other_words(request, error)
    return _answer(request, ticket, _("Internal note added"))


@require_POST
def desk_draft(request: SignedIn, key: str) -> HttpResponse:
    """Keep what is being written; saved as typed, sent to nobody."""
    ticket = at_desk(request, key)
    mode, body = request.POST.get("mode", ""), request.POST.get("body", "")
    if mode in (Draft.Mode.REPLY, Draft.Mode.NOTE) and not just_sent(ticket, request.user, body):
        keep_draft(request.user, ticket, mode, body)
        live.writing(ticket, request.user, mode)
    return HttpResponse(status=204)


@require_POST
def departure_undo(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a reply back before it leaves: its text and files are in the composer again."""
    ticket = at_desk(request, key)
    try:
        draft = commands.take_back_reply(pk, ticket, actor=request.user)
    except Invalid as error:
        if not request.htmx:
            raise
        return tell(redrawn(request, at_desk(request, key)), announce=error.message, undone=True)
    if not request.htmx:
        return redirect(f"{ticket.get_absolute_url()}?write=reply#composer")
    back = {"taken_back": draft.body, "taken_files": kept_files(draft)}
    said = _("Taken back. It is a draft again.")
    return tell(redrawn(request, at_desk(request, key), **back), announce=said, undone=True)


@require_POST
def put_back(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """A reply that could not leave goes into the composer again, before what stands there."""
    ticket = at_desk(request, key)
    if "body" in request.POST:
        keep_draft(request.user, ticket, Draft.Mode.REPLY, request.POST["body"])
    text, files = commands.put_back_reply(pk, ticket, actor=request.user)
    if not request.htmx:
        return redirect(f"{ticket.get_absolute_url()}?write=reply#composer")
    back = {"taken_back": text, "taken_files": unsent_files(request.user.pk, files)}
    return tell(redrawn(request, ticket, **back), announce=_("It is a draft again."))


@require_POST
def throw_away(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """A reply that could not leave is not wanted any more."""
    ticket = at_desk(request, key)
    commands.throw_away_reply(pk, ticket, actor=request.user)
    if not request.htmx:
        return redirect(f"{ticket.get_absolute_url()}#composer")
    return tell(redrawn(request, ticket), announce=_("Thrown away."))


def _under_way(ticket: Ticket, seconds: int) -> str:
    words = ngettext(
        "Reply goes to %(name)s in %(seconds)s second",
        "Reply goes to %(name)s in %(seconds)s seconds",
        seconds,
    )
    return words % {"name": ticket.requester.short_name, "seconds": seconds}


def _other_words(request: SignedIn, error: DomainError) -> HttpResponse:
    """Refused, and the composer told: what is sent next from the same form is another message."""
    return tell(refusal(request, error, UNPROCESSABLE), sent_already=True)


def _answer(request: SignedIn, ticket: Ticket, said: str) -> HttpResponse:
    if request.htmx:
        return tell(redrawn(request, at_desk(request, ticket.key)), announce=said, ticket_changed=True)
    return redirect(f"{ticket.get_absolute_url()}#end")


def _written(request: SignedIn, ticket: Ticket, verb: str) -> dict[str, Any]:
    return {
        "body": request.POST.get("body", ""),
        "attachments": uploads_of(request),
        "dedupe_key": message_key(request.user, ticket, verb, request.POST.get("dedupe_key", "")),
    }
