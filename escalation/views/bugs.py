"""Bugs of a product on a ticket: link, take away, say which version has the fix."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, NotVisible
from core.htmx import done
from escalation import commands
from escalation.models import ExternalBug
from tickets.models import Ticket
from tickets.views.workspace import at_desk, dialog, version_of

LINK, FIXED = "desk/_link_bug.html", "desk/_fix_bug.html"


def link(request: SignedIn, key: str) -> HttpResponse:
    """Link a bug: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, LINK)
    try:
        commands.link_bug(
            ticket,
            actor=request.user,
            url=request.POST.get("url", ""),
            title=request.POST.get("title", ""),
            tracker=request.POST.get("tracker", ""),
            affected_version=request.POST.get("affected_version", ""),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, LINK, error=error)
    return done(request, ticket.get_absolute_url(), message=_("The bug is linked."))


@require_POST
def unlink(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a bug away."""
    ticket = at_desk(request, key)
    commands.unlink_bug(ticket, actor=request.user, bug=_bug(ticket, pk))
    return done(request, ticket.get_absolute_url(), message=_("The bug is no longer linked."))


def fixed(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Say which version has the fix: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    bug = _bug(ticket, pk)
    context: dict[str, Any] = {"bug": bug, "tickets": bug.links.count()}
    if request.method != "POST":
        return dialog(request, ticket, FIXED, **context)
    try:
        commands.fix_bug(bug, actor=request.user, fixed_version=request.POST.get("fixed_version", ""))
    except DomainError as error:
        return dialog(request, ticket, FIXED, error=error, **context)
    return done(request, ticket.get_absolute_url(), message=_("The fix is noted on every ticket of this bug."))


def _bug(ticket: Ticket, pk: int) -> ExternalBug:
    """A bug of this ticket.

    Raises:
        NotVisible: there is none, or it explains other tickets.
    """
    found = ExternalBug.objects.filter(pk=pk, links__ticket=ticket).first()
    if found is None:
        raise NotVisible()
    return found
