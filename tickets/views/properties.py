"""The buttons under a ticket's title, and taking a change back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import NotVisible
from core.htmx import done, tell
from tickets.properties import SETTERS, apply, properties, with_choices
from tickets.undo import take_back, undoable
from tickets.views.workspace import at_desk, redrawn, version_of
from tickets.workflow import verbs_for


@require_POST
def set_property(request: SignedIn, key: str) -> HttpResponse:
    """Change one property: the buttons again, the history out of band, a word for the live region, and the way back."""
    ticket = at_desk(request, key)
    name = next((field for field in SETTERS if field in request.POST), "")
    said = apply(ticket, name=name, value=request.POST.get(name, ""), actor=request.user, version=version_of(request))
    if not ticket.staffed_by(request.user):
        return done(request, ticket.get_absolute_url(), message=said)
    fresh = at_desk(request, key)
    shown = next(row for row in properties(fresh, request.user, set()) if row.name == name)
    said = f"{shown.label}: {shown.value}"
    event = undoable(fresh, request.user)
    url = reverse("undo", args=[fresh.key, event.pk]) if event else ""
    if not request.htmx:
        messages.success(request, said, extra_tags=url)
        return redirect(fresh.get_absolute_url())
    return tell(redrawn(request, fresh), announce=said, undo={"text": said, "url": url}, ticket_changed=True)


def property_choices(request: SignedIn, key: str, name: str) -> HttpResponse:
    """What a property's menu offers: for the open menu, or as a page where there are no scripts."""
    ticket = at_desk(request, key)
    prefetch_related_objects([ticket], "helpers")
    chosen = with_choices(ticket, name, verbs_for(request.user, ticket))
    template = "components/_choices.html" if request.htmx else "desk/property.html"
    return render(request, template, {"ticket": ticket, "name": name, "choices": chosen.choices})


@require_POST
def undo(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take back one step of one's own."""
    ticket = at_desk(request, key)
    event = ticket.events.filter(pk=pk).select_related("actor").first()
    if event is None:
        raise NotVisible()
    take_back(ticket, event=event, actor=request.user)
    said = _("Taken back")
    # a ticket that comes back from a merge has its whole page back: it can be written to again
    if not request.htmx or event.verb == "merge" or not ticket.staffed_by(request.user):
        return done(request, ticket.get_absolute_url(), message=said)
    return tell(redrawn(request, at_desk(request, key)), announce=said, undone=True, ticket_changed=True)
