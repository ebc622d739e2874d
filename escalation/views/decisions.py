"""What rules asked of one ticket, what applied and what did not."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.steady import steady
from escalation.rules.explain import decisions_of, explained
from tickets.views.workspace import at_desk

MOST_SHOWN = 20


def ticket_rules(request: SignedIn, key: str) -> HttpResponse:
    """Every decision of the rules on a ticket, the newest first, with the facts then; `?before=` goes on."""
    ticket = at_desk(request, key)
    before = whole_number(request.GET.get("before", ""))
    rows = [row for row in decisions_of(ticket) if before is None or row.pk < before]
    shown = rows[: -MOST_SHOWN - 1 : -1]
    with steady():
        decisions = [explained(row) for row in shown]
    context = {"ticket": ticket, "decisions": decisions, "more": shown[-1].pk if len(rows) > len(shown) else None}
    return render(request, "rules/ticket.html", context)
