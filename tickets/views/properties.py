from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.htmx import done, tell
from tickets.properties import SETTERS, apply, properties
from tickets.timeline import timeline
from tickets.views.workspace import at_desk, version_of
from tickets.workflow import verbs_for


@require_POST
def set_property(request: SignedIn, key: str) -> HttpResponse:
    """Change one property: the buttons again, the history out of band, and a word for the live region."""
    ticket = at_desk(request, key)
    name = next((field for field in SETTERS if field in request.POST), "")
    said = apply(ticket, name=name, value=request.POST.get(name, ""), actor=request.user, version=version_of(request))
    if not request.htmx or not ticket.staffed_by(request.user):
        return done(request, ticket.get_absolute_url(), message=said)
    fresh = at_desk(request, key)
    context = {
        "ticket": fresh,
        "properties": properties(fresh, request.user, verbs_for(request.user, fresh)),
        "entries": timeline(fresh, request.user),
        "oob": True,
    }
    return tell(render(request, "desk/_changed.html", context), announce=said, ticket_changed=True)
