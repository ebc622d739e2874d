"""The page that explains one clock, and the requester's few words about the promise."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import NotVisible
from core.time import database_now
from escalation.clock_story import in_order, story_of
from escalation.clock_words import milestone_in_words
from escalation.models import Clock
from escalation.policy_definition import METRICS
from escalation.promise_decisions import why_promised
from escalation.requester_promise import promise_of
from escalation.rules.explain import told_to_requester
from escalation.time_left import of_clock
from tickets.models import Ticket
from tickets.views.portal import followed
from tickets.views.workspace import at_desk

# an address with more of them is nobody's
MOST_CYCLES = 60
VERSIONS = ("policy_version__policy__current", "calendar_version__calendar__current", "team")


def clock_explained(request: SignedIn, key: str, metric: str) -> HttpResponse:
    """One clock from its beginning: what it counted, when it stood still, why, and what it was measured by.

    `?life=` chooses among the visits of tiers and the waits for a vendor, `?cycle=` among the periods of the promise
    of regular updates, `?rows=all` shows every stretch in pages.
    """
    ticket = at_desk(request, key)
    if metric not in METRICS:
        raise NotVisible()
    now = database_now()
    clocks = in_order(ticket.clocks.select_related(*VERSIONS))
    clock = _chosen(clocks, metric, request.GET.get("life", ""))
    context = {
        "ticket": ticket,
        "metric": Clock.Metric(metric).label,
        "clocks": [
            {"clock": own, "left": of_clock(ticket, own, now), "url": address(ticket, own), "is_current": own == clock}
            for own in clocks
        ],
        "clock": clock,
        "left": of_clock(ticket, clock, now) if clock else None,
        "now": now,
        "why": why_promised(ticket),
        **(_told(request, ticket, clock, now) if clock else {}),
    }
    return render(request, "desk/clock.html", context)


def address(ticket: Ticket, clock: Clock) -> str:
    """Where this clock is explained."""
    own = reverse("clock_explained", args=(ticket.key, clock.metric))
    return f"{own}?{urlencode({'life': clock.life})}" if clock.life else own


def my_promise(request: SignedIn, key: str) -> HttpResponse:
    """About this promise, for the requester: a fragment for the ticket's page, a page of its own without scripts."""
    ticket = followed(request, key)
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "portal/_promise.html" if is_fragment else "portal/promise.html"
    context = {"ticket": ticket, "promise": promise_of(ticket, database_now()), "told": told_to_requester(ticket)}
    return render(request, template, context)


def _chosen(clocks: list[Clock], metric: str, life: str) -> Clock | None:
    """The clock the address names; without a number the latest of its kind.

    Raises:
        NotVisible: the ticket has no such visit or wait.
    """
    own = [clock for clock in clocks if clock.metric == metric]
    if not life:
        return own[-1] if own else None
    found = next((clock for clock in own if clock.life == whole_number(life)), None)
    if found is None:
        raise NotVisible()
    return found


def _told(request: SignedIn, ticket: Ticket, clock: Clock, now: datetime) -> dict[str, object]:
    story = story_of(
        ticket,
        clock,
        now,
        cycle=whole_number(request.GET.get("cycle", "")),
        every=request.GET.get("rows") == "all",
        page=request.GET.get("page", ""),
    )
    reached = clock.milestones.filter(cycle=story.cycle if story else clock.cycle).order_by("due_at", "pk")
    milestones = [
        {
            "words": milestone_in_words(milestone.step),
            "milestone": milestone,
            "late_seconds": (milestone.fired_at - milestone.due_at).total_seconds() if milestone.is_late else 0,
        }
        for milestone in reached
    ]
    is_present = story is not None and story.cycle == clock.cycle
    last = min(clock.cycle, MOST_CYCLES)
    return {
        "story": story,
        "milestones": milestones,
        "next_step": milestone_in_words(clock.next_step) if clock.next_step and is_present else "",
        "is_present": is_present,
        "cycles": range(clock.cycle - last + 1, clock.cycle + 1) if clock.cycle > 1 else (),
        "own_address": address(ticket, clock),
        "other_zone": story.zone if story and story.zone != timezone.get_current_timezone_name() else "",
    }
