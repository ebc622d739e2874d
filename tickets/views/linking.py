"""What a ticket has to do with others: the panel, linking and unlinking, children."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid, NotVisible
from core.htmx import done, tell
from tickets import commands
from tickets.linked import links_panel_context, live_children, wanted
from tickets.models import Ticket, TicketLink
from tickets.views.panels import Panel
from tickets.views.reporting import form_context, report_from
from tickets.views.workspace import at_desk, dialog, redrawn

Kind = TicketLink.Kind
# what this ticket is to the other one, as it stands in the dialog; the flag turns the link around
WAYS = {
    "relates_to": (Kind.RELATES, False, gettext_lazy("is related to")),
    "duplicate_of": (Kind.DUPLICATE, False, gettext_lazy("is a duplicate of")),
    "caused_by": (Kind.CAUSED, False, gettext_lazy("was caused by")),
    "cause_of": (Kind.CAUSED, True, gettext_lazy("is the cause of")),
    "child_of": (Kind.CHILD, False, gettext_lazy("is a child of")),
    "parent_of": (Kind.CHILD, True, gettext_lazy("is the parent of")),
}


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    return links_panel_context(request.user, ticket)


LINKS = Panel("links", gettext_lazy("Links"), "desk/_links_panel.html", _panel)


def desk_link(request: SignedIn, key: str) -> HttpResponse:
    """Link to another ticket: the dialog on GET, the command on POST, with the way back."""
    ticket = at_desk(request, key)
    ways = [(way, words) for way, (_kind, _turned, words) in WAYS.items()]
    if request.method != "POST":
        return dialog(request, ticket, "desk/_link.html", ways=ways, typed=request.GET)
    kind, turned, words = WAYS.get(request.POST.get("way", ""), WAYS["relates_to"])
    try:
        other = wanted(request.user, request.POST.get("other", ""))
        source, target = (other, ticket) if turned else (ticket, other)
        link = commands.link(source, actor=request.user, kind=kind, other=target)
    except DomainError as error:
        return dialog(request, ticket, "desk/_link.html", error=error, ways=ways)
    said = _("%(key)s %(is)s %(other)s.") % {"key": ticket.key, "is": words, "other": other.key}
    messages.success(request, said, extra_tags=reverse("unlink", args=[ticket.key, link.pk]))
    return done(request, ticket.get_absolute_url())


@require_POST
def desk_unlink(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a link away."""
    ticket = at_desk(request, key)
    found = TicketLink.objects.visible_to(request.user).touching(ticket).select_related("source", "target")
    link = found.filter(pk=pk).first()
    if link is None:
        raise NotVisible()
    commands.unlink(ticket, actor=request.user, link=link)
    said = _("The link to %(key)s is gone.") % {"key": link.other_than(ticket).key}
    if not request.htmx:
        messages.success(request, said)
        return redirect(ticket.get_absolute_url())
    fresh = at_desk(request, key)
    return tell(redrawn(request, fresh), announce=said, undone=True, ticket_changed=True)


def desk_child(request: SignedIn, key: str) -> HttpResponse:
    """Open a child: the dialog on GET, filled in from the parent; the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        first = {"subject": ticket.subject, "category": ticket.category.slug if ticket.category else ""}
        return report_dialog(
            request, ticket, "desk/_child.html", {**first, "submission_key": secrets.token_urlsafe(16)}
        )
    try:
        child = commands.open_child(
            ticket,
            actor=request.user,
            report=report_from(request.POST),
            submission_key=request.POST.get("submission_key", "")[:100] or None,
        )
    except DomainError as error:
        return report_dialog(request, ticket, "desk/_child.html", request.POST, error)
    said = _("%(key)s is open, a child of %(parent)s.") % {"key": child.key, "parent": ticket.key}
    return done(request, child.get_absolute_url(), message=said)


def report_dialog(
    request: SignedIn, ticket: Ticket, fragment: str, typed: Any, error: DomainError | None = None, **context: Any
) -> HttpResponse:
    """A dialog that asks what a new ticket is about, with the questions of its category.

    Args:
        typed: what stands in the fields.
        error: why the last attempt was refused.
    """
    fields = error.fields if isinstance(error, Invalid) else {}
    about = form_context(request, typed, fields)
    if isinstance(error, Invalid):
        error = Invalid(error.message, fields=about["errors"])
    return dialog(request, ticket, fragment, error=error, **about, **context)


def desk_tell_children(request: SignedIn, key: str) -> HttpResponse:
    """Write the same to the requesters of all live children: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    key_sent = request.POST.get("dedupe_key", "")
    context: dict[str, Any] = {"children": live_children(request.user, ticket)}
    context["dedupe_key"] = key_sent or secrets.token_urlsafe(12)
    if request.method != "POST":
        return dialog(request, ticket, "desk/_tell_children.html", **context)
    try:
        told = commands.tell_children(
            ticket, actor=request.user, body=request.POST.get("body", ""), dedupe_key=key_sent
        )
    except DomainError as error:
        return dialog(request, ticket, "desk/_tell_children.html", error=error, **context)
    said = ngettext("Sent to %(count)s child.", "Sent to %(count)s children.", len(told.done))
    return done(request, ticket.get_absolute_url(), message=told.in_words(said % {"count": len(told.done)}))
