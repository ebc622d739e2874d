"""What changed since a page was drawn. Server-sent events say only that; these answers bring the fragments."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError
from core.time import database_now
from tickets.carried import carried
from tickets.lists.asked import Asked, asked
from tickets.lists.board import board
from tickets.lists.sources import Source, source_at
from tickets.models import Ticket, TicketEvent
from tickets.news import newest_event, newest_event_of
from tickets.queue import Row, rows_for
from tickets.reading import ticket_by_key
from tickets.timeline import timeline_page
from tickets.views.desk import agents_only
from tickets.views.queues import drawn, list_item
from tickets.views.workspace import at_desk, redrawn

# events commit out of order by a few; looking back a little repeats a row, which is harmless, and misses none
LOOK_BACK = 20
MOST_ROWS = 60
# events; of what came into a list before these a page that stood open for weeks is not told
LONGEST_ABSENCE = 20_000


def queue_changes(request: SignedIn) -> HttpResponse:
    """Rows that changed, the sidebar's counts, and how many tickets came in behind the pill."""
    agents_only(request)
    since, drawn = _cursor(request, "since"), _cursor(request, "from")
    newest = newest_event()
    if newest <= since:
        return HttpResponse(status=204)
    since, drawn = (max(cursor, newest - LONGEST_ABSENCE) for cursor in (since, drawn))
    source = _source(request)
    wants = asked(QueryDict(urlsplit(request.GET.get("list", "")).query), source.usual if source else None)
    recent = TicketEvent.objects.filter(pk__gt=since - LOOK_BACK)
    visible = Ticket.objects.staffed_by(request.user)
    found = list(visible.filter(pk__in=recent.values("ticket_id")).for_carried_rows()[:MOST_ROWS])
    changed = carried(found, request.user, with_service="service" in wants.columns)
    html = [_changed_row(request, one, wants) for one in rows_for(changed, request.user, database_now())]
    html.append(render_to_string("desk/_counts.html", {}, request))
    response = HttpResponse("".join(html))
    arrived = _arrived(source, drawn) if source else 0
    response["HX-Trigger"] = json.dumps({"live": {"cursor": str(newest), "new": arrived}})
    return response


def _source(request: SignedIn) -> Source | None:
    """The list that asks; None where its address says nothing any more."""
    try:
        return source_at(request.user, request.GET.get("list", ""), board(request))
    except DomainError:
        return None


def _changed_row(request: SignedIn, one: Row, wants: Asked) -> str:
    """A row as it stands on the page that asks: in its columns, or beside its preview."""
    if request.GET.get("layout") == "split":
        return str(list_item(one, wants, oob=True))
    return f"<table><tbody>{drawn(one, wants, oob=True)}</tbody></table>"


def _arrived(source: Source, drawn: int) -> int:
    """How many tickets came into the list since the page was drawn."""
    entered = TicketEvent.objects.filter(source.entered, pk__gt=drawn)
    return source.tickets.filter(pk__in=entered.values("ticket_id")).count()


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
    shown = timeline_page(ticket, request.user, as_requester=True)
    opening_files = ticket.attachments.filter(message__isnull=True)
    context = {
        "ticket": ticket,
        "entries": shown.entries,
        "earlier": shown.earlier,
        "opening_files": opening_files,
        "oob": True,
    }
    response = render(request, "portal/_conversation.html", context)
    response["HX-Trigger"] = json.dumps({"live": {"cursor": str(newest)}})
    return response


def _cursor(request: SignedIn, name: str) -> int:
    return whole_number(request.GET.get(name, "")) or 0
