"""Merging a duplicate into another ticket, taking that back, and splitting a message off."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import Conflict, DomainError, NotVisible
from core.htmx import done
from tickets import commands
from tickets.commands.splitting import whose
from tickets.linked import merged_into, wanted
from tickets.models import Message, Ticket
from tickets.models.ticket import SUBJECT_LENGTH
from tickets.undo import undoable
from tickets.views.linking import report_dialog
from tickets.views.reporting import report_from
from tickets.views.workspace import at_desk, dialog, page_after, version_of


def desk_merge(request: SignedIn, key: str) -> HttpResponse:
    """Merge into another ticket. The first step finds it and says what will happen; the second one does it."""
    ticket = at_desk(request, key)
    typed = request.POST if request.method == "POST" else request.GET
    target: Ticket | None = None
    try:
        if typed.get("into"):
            target = _target(request, typed["into"])
        elif request.method == "POST":
            wanted(request.user, "", "into")
        # one's own number is refused at once, in the words of the command
        if target is None or ("confirmed" not in request.POST and target.pk != ticket.pk):
            return dialog(request, ticket, "desk/_merge.html", target=target, typed=typed)
        follow = bool(request.POST.get("follow"))
        home = commands.merge(ticket, into=target, actor=request.user, follow=follow, version=version_of(request))
    except DomainError as error:
        # after a conflict the same merge is confirmed again; anything else asks for another ticket
        again = target if isinstance(error, Conflict) else None
        return dialog(request, ticket, "desk/_merge.html", error=error, target=again, typed=typed)
    step = undoable(ticket, request.user)
    said = _("%(key)s is merged into %(into)s.") % {"key": ticket.key, "into": home.key}
    messages.success(request, said, extra_tags=reverse("undo", args=[ticket.key, step.pk]) if step else "")
    return done(request, page_after(request, ticket))


def _target(request: SignedIn, text: str) -> Ticket:
    """The ticket named, or where that one went: what the dialog says is what will be done."""
    named = wanted(request.user, text, "into")
    home = merged_into(named)
    return wanted(request.user, home.key, "into") if home else named


@require_POST
def desk_unmerge(request: SignedIn, key: str) -> HttpResponse:
    """Take a merge back."""
    ticket = at_desk(request, key)
    commands.unmerge(ticket, actor=request.user)
    said = _("%(key)s stands on its own again.") % {"key": ticket.key}
    return done(request, ticket.get_absolute_url(), message=said)


def desk_split(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Split a message into a ticket of its own: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    message = Message.objects.visible_to(request.user, ticket).select_related("author").filter(pk=pk).first()
    if message is None:
        raise NotVisible()
    prefetch_related_objects([message], "attachments")
    shown: dict[str, Any] = {"message": message, "whose": whose(message, ticket, request.user)}
    if request.method != "POST":
        typed = {"subject": _first_line(message), "submission_key": secrets.token_urlsafe(16)}
        return report_dialog(request, ticket, "desk/_split_off.html", typed, **shown)
    try:
        fresh = commands.split(
            ticket,
            message=message,
            report=report_from(request.POST),
            actor=request.user,
            submission_key=request.POST.get("submission_key", "")[:100],
        )
    except DomainError as error:
        return report_dialog(request, ticket, "desk/_split_off.html", request.POST, error, **shown)
    said = _("%(key)s is open, split off from %(from)s.") % {"key": fresh.key, "from": ticket.key}
    return done(request, page_after(request, fresh), message=said)


def _first_line(message: Message) -> str:
    line = next((line.strip() for line in message.body.splitlines() if line.strip()), "")
    return line[:SUBJECT_LENGTH]
