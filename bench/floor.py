"""The least a page of these rows can cost: same server, session and template engine, one indexed query, plain cells.

Served under /floor/ when the product runs with BENCH_FLOOR=1; `bench/pages.py` measures ours beside it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tickets.models import Message, Ticket

ROWS = 50
_compiled: dict[str, Any] = {}

_QUEUE = """<!doctype html><title>{{ title }}</title><table>{% for row in rows %}<tr>
<td><a href="/desk/t/{{ row.key }}/">{{ row.pk }}</a></td><td>{{ row.subject }}</td><td>{{ row.get_priority_display }}</td>
<td>{{ row.requester.name }}</td><td>{{ row.tier.level }}</td><td>{{ row.assignee.name }}</td><td>{{ row.status_words }}</td>
<td>{{ row.next_due_at }}</td><td>{{ row.updated_at }}</td></tr>{% endfor %}</table>"""
_TICKET = """<!doctype html><title>{{ title }}</title><dl>{% for row in rows %}
<dt>{{ row.author.name }}, {{ row.created_at }}</dt><dd>{{ row.body|linebreaks }}</dd>{% endfor %}</dl>"""


def queue(request: HttpRequest, team: int) -> HttpResponse:
    """The first page of a team's live tickets, the most urgent first."""
    rows = Ticket.objects.live().of_team(team).for_rows().order_by("next_due_at", "pk")[:ROWS]
    return _page(request, _QUEUE, rows)


def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation of one ticket."""
    rows = Message.objects.filter(ticket_id=pk).select_related("author", "ticket").order_by("created_at", "pk")
    return _page(request, _TICKET, rows)


def _page(request: HttpRequest, source: str, rows: object) -> HttpResponse:
    if source not in _compiled:
        _compiled[source] = engines["django"].from_string(source)
    return HttpResponse(_compiled[source].render({"title": "Floor", "rows": rows}, request))


urlpatterns = [path("queue/<int:team>/", queue), path("ticket/<int:pk>/", ticket)]
