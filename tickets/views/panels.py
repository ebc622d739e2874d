"""The side of the ticket page: sections that each app offers, drawn together in one answer.

`settings.TICKET_PANELS` names them in order, so that `tickets` stays ignorant of the apps above it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from accounts.requests import SignedIn
from core.errors import NotVisible
from core.steady import steady
from tickets.models import Ticket
from tickets.views.workspace import at_desk
from tickets.workflow import verbs_for

Context = Callable[[SignedIn, Ticket, set[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One section.

    Attributes:
        name: its id is "panel-<name>".
        title: what stands there before it is loaded, and names it to screen readers.
        template: a fragment; an empty one takes no room.
        context: what the template needs, from the request, the ticket, and the verbs this person may use on it.
    """

    name: str
    title: str | Promise
    template: str
    context: Context

    def html(self, request: SignedIn, ticket: Ticket, verbs: set[str]) -> SafeString:
        """The section's inside."""
        context = {"ticket": ticket, "verbs": verbs, **self.context(request, ticket, verbs)}
        return render_to_string(self.template, context, request)


@cache
def panels() -> tuple[Panel, ...]:
    """The panels named in settings.TICKET_PANELS, in order."""
    return tuple(import_string(path) for path in settings.TICKET_PANELS)


def one_panel(request: SignedIn, key: str, name: str) -> HttpResponse:
    """One section by itself: after an action inside it.

    Raises:
        NotVisible: no such section, or the ticket is not this person's to see from the inside.
    """
    ticket, verbs = _asked(request, key)
    panel = next((panel for panel in panels() if panel.name == name), None)
    if panel is None:
        raise NotVisible()
    with steady():
        return HttpResponse(panel.html(request, ticket, verbs))


def all_panels(request: SignedIn, key: str) -> HttpResponse:
    """Every section: a fragment for the page, a page of its own without scripts."""
    ticket, verbs = _asked(request, key)
    with steady():
        drawn = [{"panel": panel, "html": panel.html(request, ticket, verbs)} for panel in panels()]
    template = "desk/_panels.html" if request.htmx else "desk/side.html"
    return render(request, template, {"ticket": ticket, "drawn": drawn})


def _asked(request: SignedIn, key: str) -> tuple[Ticket, set[str]]:
    ticket = at_desk(request, key)
    prefetch_related_objects([ticket], "helpers")  # several verbs ask who helps
    return ticket, verbs_for(request.user, ticket)
