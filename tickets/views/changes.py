"""What changed since a page was drawn. Server-sent events say only that; these answers bring the fragments."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.time import database_now
from tickets.models import Ticket, TicketEvent
from tickets.news import newest_event, newest_event_of
from tickets.reading import ticket_by_key, time_left
from tickets.timeline import timeline
from tickets.views.desk import agents_only, team_by_slug
from tickets.views.workspace import at_desk, redrawn

# events commit out of order by a few; looking back a little repeats a row, which is harmless, and misses none
LOOK_BACK = 20
MOST_ROWS = 60


def queue_changes(request: SignedIn) -> HttpResponse:
    """Rows that changed, the sidebar's counts, and how many tickets came in behind the pill."""
    agents_only(request)
    team = team_by_slug(request, request.GET["team"]) if request.GET.get("team") else None
    since, drawn = _cursor(request, "since"), _cursor(request, "from")
    newest = newest_event()
    if newest <= since:
        return HttpResponse(status=204)
    recent = TicketEvent.objects.filter(pk__gt=since - LOOK_BACK)
    visible = Ticket.objects.visible_to(request.user)
    changed = list(visible.filter(pk__in=recent.values("ticket_id")).for_rows()[:MOST_ROWS])
    left = time_left(changed, database_now())
    html = [
        render_to_string(
            "components/_row.html", {"ticket": ticket, "time_left": left.get(ticket.pk), "oob": True}, request
        )
        for ticket in changed
    ]
    html.append(render_to_string("desk/_counts.html", {}, request))
    arrived = 0
    if team:
        entered = TicketEvent.objects.filter(pk__gt=drawn, changes__team__1=team.pk)
        arrived = visible.live().of_team(team.pk).filter(pk__in=entered.values("ticket_id")).count()
    response = HttpResponse(
        "".join(f"<table><tbody>{row}</tbody></table>" if row.startswith("<tr") else row for row in html)
    )
    response["HX-Trigger"] = json.dumps({"live": {"cursor": str(newest), "new": arrived}})
    return response


def ticket_changes(request: SignedIn, key: str) -> HttpResponse:
    """The desk page's conversation and properties again, when somebody else moved the ticket."""
    ticket = at_desk(request, key)
    newest = newest_event_of(ticket)
    if newest <= _cursor(request, "since"):
        return HttpResponse(status=204)
    response = redrawn(request, ticket)
    response["HX-Trigger"] = json.dumps({"live": {"cursor": str(newest)}, "ticket-changed": True})
    return response


def my_ticket_changes(request: SignedIn, key: str) -> HttpResponse:
    """The requester's conversation again; internal steps do not count as news."""
    ticket = ticket_by_key(request.user, key)
    newest = newest_event_of(ticket, public=True)
    if newest <= _cursor(request, "since"):
        return HttpResponse(status=204)
    entries = timeline(ticket, request.user, as_requester=True)
    opening_files = ticket.attachments.filter(message__isnull=True)
    context = {"ticket": ticket, "entries": entries, "opening_files": opening_files, "oob": True}
    response = render(request, "portal/_conversation.html", context)
    response["HX-Trigger"] = json.dumps({"live": {"cursor": str(newest)}})
    return response


def _cursor(request: SignedIn, name: str) -> int:
    return whole_number(request.GET.get(name, "")) or 0
