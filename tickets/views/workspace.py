"""One ticket at the desk: the page, its fragments, and each verb's form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, DomainError, Invalid, NotVisible
from core.htmx import done, tell
from tickets import commands
from tickets.beside import beside
from tickets.composing import composer, departures_of
from tickets.linked import live_children
from tickets.lists.board import board
from tickets.models import Ticket
from tickets.properties import properties
from tickets.reading import ticket_by_key
from tickets.timeline import timeline_page
from tickets.typed import stashed
from tickets.undo import undoable
from tickets.workflow import verbs_for

HISTORY_ROWS = 5


def at_desk(request: SignedIn, key: str) -> Ticket:
    """The ticket, for whoever sees it from the inside.

    Raises:
        NotVisible: there is none, or this person sees it only as its requester.
    """
    ticket = ticket_by_key(request.user, key)
    if not ticket.staffed_by(request.user):
        raise NotVisible()
    return ticket


def desk_ticket(request: SignedIn, key: str) -> HttpResponse:
    ticket = at_desk(request, key)
    return render(request, "desk/ticket.html", page_context(request, ticket))


def page_context(request: SignedIn, ticket: Ticket) -> dict[str, Any]:
    """What the ticket page shows."""
    there = beside(ticket, request.user)
    verbs = verbs_for(request.user, ticket)
    before = request.GET.get("before", "") if request.method == "GET" else ""
    shown = timeline_page(ticket, request.user, before=before, verbs=verbs, there=there)
    return {
        "ticket": ticket,
        "entries": shown.entries,
        "earlier": shown.earlier,
        "is_past": bool(before),
        "verbs": verbs,
        "properties": properties(ticket, request.user, verbs),
        # no event of this ticket is newer than the newest of all
        "cursor": SimpleLazyObject(lambda: board(request).newest),
        "opening_files": ticket.attachments.filter(message__isnull=True) if there.files else (),
        "departures": departures_of(request.user, ticket) if there.departures else (),
        **composer(request, ticket, verbs, has_drafts=there.drafts),
    }


def desk_timeline(request: SignedIn, key: str) -> HttpResponse:
    """Fragment: what stands before the entries a page shows."""
    ticket = at_desk(request, key)
    return render(request, "desk/_earlier.html", page_context(request, ticket))


@require_POST
def desk_take(request: SignedIn, key: str) -> HttpResponse:
    ticket = at_desk(request, key)
    commands.assign(ticket, actor=request.user, assignee=request.user, version=version_of(request))
    return taken(request, ticket)


def taken(request: SignedIn, ticket: Ticket) -> HttpResponse:
    """Back to the ticket that is the reader's now, with the way back."""
    event = undoable(ticket, request.user)
    url = reverse("undo", args=[ticket.key, event.pk]) if event else ""
    said = _("%(key)s is yours now.") % {"key": ticket.key}
    if request.htmx:
        fresh = at_desk(request, ticket.key)
        return tell(redrawn(request, fresh), announce=said, undo={"text": said, "url": url}, ticket_changed=True)
    messages.success(request, said, extra_tags=url)
    return redirect(ticket.get_absolute_url())


def redrawn(request: SignedIn, ticket: Ticket, **more: Any) -> HttpResponse:
    """What a change of the ticket moves on its page, out of band; the composer stays as it is."""
    return render(request, "desk/_changed.html", {**page_context(request, ticket), **more, "oob": True})


def desk_resolution(request: SignedIn, key: str) -> HttpResponse:
    """Resolve, with the children where that is ticked: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    children = live_children(request.user, ticket)
    if request.method != "POST":
        return dialog(request, ticket, "desk/_resolution.html", children=children)
    words: dict[str, Any] = {name: request.POST.get(name, "") for name in ("resolution", "root_cause")}
    words["actor"] = request.user
    said = _("%(key)s is resolved.") % {"key": ticket.key}
    try:
        if request.POST.get("children"):
            done_to = commands.resolve_with_children(ticket, **words, version=version_of(request))
            more = ngettext("%(count)s child with it.", "%(count)s children with it.", len(done_to.done))
            said = done_to.in_words(" ".join([said, more % {"count": len(done_to.done)}]))
        else:
            commands.resolve(ticket, **words, version=version_of(request))
    except DomainError as error:
        return dialog(request, ticket, "desk/_resolution.html", error=error, children=children)
    return done(request, ticket.get_absolute_url(), message=said)


def desk_reopening(request: SignedIn, key: str) -> HttpResponse:
    """Reopen: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, "desk/_reopening.html")
    try:
        commands.reopen(ticket, actor=request.user, reason=request.POST.get("reason", ""), version=version_of(request))
    except DomainError as error:
        return dialog(request, ticket, "desk/_reopening.html", error=error)
    return done(request, ticket.get_absolute_url(), message=_("%(key)s is open again.") % {"key": ticket.key})


def dialog(
    request: SignedIn, ticket: Ticket, fragment: str, *, error: DomainError | None = None, **context: Any
) -> HttpResponse:
    """A dialog: the fragment for htmx, a page around it for a plain browser. What was typed stays in its fields.

    Args:
        fragment: a template that extends components/_dialog.html; it posts to the address it came from.
        error: why the last attempt was refused; stands above the fields.
    """
    typed = context.pop("typed", None) or request.POST or stashed(request)
    context |= {"ticket": ticket, "action": request.path, "typed": typed, "fragment": fragment}
    if error is not None:
        context["errors"] = (error.fields if isinstance(error, Invalid) else {}) or {"": [error.message]}
    if isinstance(error, Conflict):
        # the next attempt is made with open eyes: the form carries the version just shown
        ticket.refresh_from_db(fields=["version"])
        context["errors"] = {"": [error.message, *(f"{event.actor} {event.words}" for event in error.events)]}
    template = fragment if request.headers.get("HX-Request") else "desk/dialog_page.html"
    return render(
        request, template, context, status=error.status if error and error.status == 409 else 422 if error else 200
    )


def page_after(request: SignedIn, ticket: Ticket) -> str:
    """Where to go once it is done: the ticket; my work for somebody who no longer sees it."""
    sees = Ticket.objects.staffed_by(request.user).filter(pk=ticket.pk).exists()
    return ticket.get_absolute_url() if sees else reverse("desk_home")


def version_of(request: SignedIn) -> int | None:
    return whole_number(request.POST.get("version", ""))
