"""Panels of the ticket page that escalation keeps: the clocks, why it is here, the handover."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedIn
from core.time import database_now
from escalation.clock import SINGLE
from escalation.clock_story import in_order
from escalation.models import Clock, Handover, Summons
from escalation.next_move import next_move
from escalation.open_hold import open_hold
from escalation.policies import may_answer
from escalation.policy_words import step_point
from escalation.rules.explain import decisions_of, did_something, run_line, sentence
from escalation.time_left import of_clock
from escalation.views.explain import address
from tickets.models import Ticket
from tickets.views.panels import Panel


def _clocks(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Each promise that matters now, with what was used, when it is due, and what stops it."""
    now = database_now()
    clocks = in_order(ticket.clocks.select_related("calendar_version__calendar"))
    rows = [
        {"clock": clock, "left": of_clock(ticket, clock, now), "url": address(ticket, clock)}
        for clock in clocks
        # visits and waits that are over are told on the pages that explain
        if clock.metric in SINGLE or clock.state != Clock.State.DONE
    ]
    return {"rows": rows}


def _why(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Who is called, the visits, the rule behind the first, and what moves it next and when."""
    now = database_now()
    decisions = decisions_of(ticket)
    runs = [run_line(run) for decision in decisions for run in decision.runs.all() if did_something(run)]
    visits = ticket.visits.select_related("tier", "team", "entered_by", "accepted_by", "returned_to")
    move = next_move(ticket, now)
    summons = Summons.objects.filter(ticket=ticket).select_related("raised_by", "answered_by").order_by("-pk").first()
    return {
        "visits": visits,
        "decisions": [{"decision": decision, "sentence": sentence(decision)} for decision in decisions[:1]],
        "runs": runs,
        "move": move,
        "rule": step_point(move.rule) if move and move.rule else "",
        "hold": open_hold(ticket),
        "may_hold": "hold" in verbs,
        "summons": summons,
        "may_answer": summons is not None and may_answer(request.user, summons),
    }


def _handovers(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """The packets that came along, the newest first."""
    handovers = Handover.objects.filter(ticket=ticket).select_related("from_team", "to_team", "sent_by", "answered_by")
    return {"handovers": handovers.prefetch_related("files").order_by("-pk")}


CLOCKS = Panel("clock", _("Time left"), "desk/_clock_panel.html", _clocks)
WHY = Panel("why", _("Why it is here"), "desk/_why_panel.html", _why)
HANDOVERS = Panel("handover", _("Handover"), "desk/_handover_panel.html", _handovers)
