"""The agents' lists: my work, a team's queue, updates."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Team
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, NotVisible
from core.htmx import done, local_path
from core.time import database_now
from notifications.models import OutboxMessage
from tickets import commands
from tickets.helping import asked_of
from tickets.models import Ticket
from tickets.news import newest_event
from tickets.querysets import TicketQuerySet
from tickets.queue import SORTS, TABS, page_of
from tickets.reminding import tasks_of
from tickets.snoozing import came_back, put_aside
from tickets.undo import undoable

PAGE_UPDATES = 50
MOST_AT_ONCE = 200


def desk_home(request: SignedIn) -> HttpResponse:
    """My work: live tickets I own, by what is due first, without those I put aside; above it what asks for me."""
    agents_only(request)
    user, now = request.user, database_now()
    tickets = Ticket.objects.visible_to(user).live().assigned_to(user).not_snoozed(user, now)
    lists = {"back": came_back(user), "tasks": tasks_of(user, now), "aside": put_aside(user, now)}
    context = {"is_my_work": True, "asked": asked_of(user), **lists}
    return _list(request, tickets, title=_("My work"), template_context=context)


def desk_queue(request: SignedIn, slug: str) -> HttpResponse:
    team = team_by_slug(request, slug)
    tickets = Ticket.objects.visible_to(request.user).live().of_team(team.pk)
    return _list(request, tickets, title=team.label, template_context={"team": team})


@require_POST
def desk_bulk(request: SignedIn) -> HttpResponse:
    """Take the selected tickets. Those that cannot be taken stay where they are, and the message says how many."""
    agents_only(request)
    wanted = {whole_number(pk) or 0 for pk in request.POST.getlist("ticket")[:MOST_AT_ONCE]}
    taken = 0
    steps: list[tuple[str, int]] = []
    free = Ticket.objects.visible_to(request.user).live().unassigned()
    for ticket in free.filter(pk__in=wanted).select_related("team"):
        try:
            commands.assign(ticket, actor=request.user, assignee=request.user)
        except DomainError:
            continue
        taken += 1
        if step := undoable(ticket, request.user):
            steps.append(("event", step.pk))
    message = ngettext("%(count)s ticket is yours now.", "%(count)s tickets are yours now.", taken) % {"count": taken}
    if taken < len(wanted):
        message += " " + _("%(count)s could not be taken.") % {"count": len(wanted) - taken}
    url = f"{reverse('undo_many')}?{urlencode(steps)}" if steps else ""
    messages.success(request, message, extra_tags=url)
    return done(request, local_path(request.POST.get("back", ""), "/desk/"))


def updates(request: SignedIn) -> HttpResponse:
    agents_only(request)
    found = OutboxMessage.objects.filter(recipient=request.user, channel="in_app")
    page = Paginator(found, PAGE_UPDATES).get_page(request.GET.get("page"))
    return render(request, "desk/updates.html", {"page_obj": page})


@require_POST
def updates_read(request: SignedIn) -> HttpResponse:
    """Everything has been seen."""
    found = OutboxMessage.objects.filter(recipient=request.user, channel="in_app", read_at__isnull=True)
    found.update(read_at=database_now())
    return redirect("updates")


def _list(request: SignedIn, tickets: TicketQuerySet, *, title: str, template_context: dict) -> HttpResponse:
    tab = request.GET.get("f", "all")
    tab = tab if tab in TABS else "all"
    now = database_now()
    sort = request.GET.get("sort", "due")
    sort = sort if sort in SORTS else "due"
    after = request.GET.get("after", "")
    page = page_of(tickets, user=request.user, tab=tab, after=after, now=now, sort=sort)
    context = {
        "page": page,
        "title": title,
        "tab": tab,
        "tabs": _tabs(page.counts, tab),
        "now": now,
        "cursor": newest_event(),
        "sort": sort,
        "bulk_actions": [{"label": _("Take"), "icon": "user-check", "value": "take", "key": "Shift+i"}],
        **template_context,
    }
    return render(request, "desk/queue.html", context)


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, object]]:
    return [
        {"key": key, "label": label, "count": counts[key], "is_current": key == current} for key, label in TABS.items()
    ]


def agents_only(request: SignedIn) -> None:
    """The desk does not exist for those who do not work there."""
    if not request.user.hats.is_agent:
        raise NotVisible()


def team_by_slug(request: SignedIn, slug: str) -> Team:
    """A queue this agent may see; 404 otherwise."""
    agents_only(request)
    team = next((team for team in request.user.hats.visible_teams if team.slug == slug), None)
    if team is None:
        raise Http404
    return team
