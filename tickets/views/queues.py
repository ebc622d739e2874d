"""The agents' lists: my work, a team's queue, the lists everybody has, saved views."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.requests import SignedIn
from core.errors import NotVisible
from tickets.bulk.actions import bar_for
from tickets.commands.saved_views import may_change
from tickets.helping import asked_of
from tickets.lists.asked import Asked, asked
from tickets.lists.board import Board, board
from tickets.lists.filters import chips, narrowed
from tickets.lists.sources import Source, list_or_view, my_work, team_queue
from tickets.lists.stored import COUNTED_AT_MOST, capped_count, spoken_count
from tickets.queue import TABS, Page, Row, page_of
from tickets.reading import ticket_by_key
from tickets.reminding import tasks_of
from tickets.rows import COLUMNS, item, row
from tickets.snoozing import snoozes_of
from tickets.timeline import timeline_page
from tickets.views.desk import agents_only
from tickets.workflow import verbs_for

YEAR_SECONDS = 365 * 24 * 3600
# what this browser remembers -> what it may be
REMEMBERED = {"layout": ("list", "split"), "density": ("compact", "comfortable")}
NO_COUNTS = dict.fromkeys(("unassigned", "mine", "waiting", "late", "hour", "today", "later", "paused"), 0)


def desk_home(request: SignedIn) -> HttpResponse:
    """My work: live tickets I own, by what is due first."""
    agents_only(request)
    user, now = request.user, board(request).now
    back, aside = snoozes_of(user, now)
    lists = {"back": back, "aside": aside, "tasks": tasks_of(user, now), "help_wanted": asked_of(user)}
    return _list(request, my_work(user), is_my_work=True, **lists)


def desk_queue(request: SignedIn, slug: str) -> HttpResponse:
    """One team's live tickets."""
    agents_only(request)
    return _list(request, team_queue(request.user, slug))


def desk_view(request: SignedIn, name: str) -> HttpResponse:
    """A list that every agent has, or a saved view."""
    agents_only(request)
    return _list(request, list_or_view(request.user, name, board(request)))


def desk_preview(request: SignedIn, key: str) -> HttpResponse:
    """Fragment: one ticket beside the list, to read."""
    agents_only(request)
    return render(request, "desk/_preview.html", preview_of(request, key))


def preview_of(request: SignedIn, key: str) -> dict[str, Any]:
    """What the preview shows.

    Raises:
        NotVisible: there is no such ticket for this person's staff side.
    """
    ticket = ticket_by_key(request.user, key)
    if not ticket.staffed_by(request.user):
        raise NotVisible()
    shown = timeline_page(ticket, request.user)
    return {
        "ticket": ticket,
        "entries": shown.entries,
        "earlier": shown.earlier,
        "opening_files": ticket.attachments.filter(message__isnull=True),
        "verbs": verbs_for(request.user, ticket),
    }


def _list(request: SignedIn, source: Source, **more: Any) -> HttpResponse:
    chosen = {name: request.GET[name] for name, may in REMEMBERED.items() if request.GET.get(name) in may}
    wants = asked(request.GET, source.usual)
    if "density" in chosen:
        return _remember(redirect(f"{source.path}?{wants.query()}"), chosen)
    layout = chosen.get("layout") or request.COOKIES.get("layout", "list")
    shown = board(request, source.team.pk if source.team else None)
    tickets = narrowed(source.tickets, wants, request.user)
    page = page_of(
        tickets,
        user=request.user,
        now=shown.now,
        tab=wants.tab,
        after=wants.after,
        sort=wants.sort,
        group=wants.group,
        counts={**NO_COUNTS, "all": capped_count(tickets)} if source.has_ended else _known(shown, source, wants),
        with_service="service" in (*wants.columns, wants.sort),
    )
    context = {
        "source": source,
        "asked": wants,
        "page": page,
        "title": source.title,
        "now": shown.now,
        "cursor": shown.newest,
        "tabs": _tabs(page, wants, source),
        "chips": list(chips(wants)) if wants.is_filtered else [],
        "total_words": spoken_count(page.counts["all"]) if source.has_ended else page.counts["all"],
        "address": f"{source.path}?{wants.query()}",
        "next_query": f"{wants.query()}&{urlencode({'after': page.next_key})}" if page.next_key else "",
        "dedupe_key": secrets.token_urlsafe(12),
        "may_change": source.view is not None and may_change(request.user, source.view),
        **more,
        **_matching(page, wants),
        **(_split(request, page, wants) if layout == "split" else _table(page, wants)),
    }
    return _remember(render(request, "desk/queue.html", context), chosen)


def _known(shown: Board, source: Source, wants: Asked) -> dict[str, int] | None:
    """The counts of a team's whole queue stand on the board already."""
    return shown.queue if source.team and not wants.is_filtered else None


def _table(page: Page, wants: Asked) -> dict[str, Any]:
    """Drawn rows under their headings, and the heads of the columns."""
    groups = [{"group": group, "rows": [drawn(one, wants) for one in group.rows]} for group in page.groups]
    return {
        "groups": groups,
        "heads": heads(wants),
        "span": len(wants.columns) + 1,
        "has_headings": bool(wants.group),
        "bulk_actions": bar_for(),
    }


def drawn(one: Row, wants: Asked, *, oob: bool = False) -> Any:
    """One ticket in the table, in the columns that are shown."""
    marks: dict[str, Any] = {"is_unread": one.is_unread, "snippet": one.snippet, "tags": one.tags}
    return row(one.ticket, one.time_left, wants.columns, oob=oob, **marks)


def heads(wants: Asked) -> list[dict[str, Any]]:
    """The heading of each column, with the way to sort by it."""
    return [
        {
            "label": COLUMNS[name].label,
            "css": COLUMNS[name].css,
            "sort": COLUMNS[name].sort if COLUMNS[name].sort in wants.sorts else "",
            "query": wants.query(sort=COLUMNS[name].sort, group="due" if COLUMNS[name].sort == "due" else ""),
            "is_current": COLUMNS[name].sort == wants.sort,
            "order": "descending" if COLUMNS[name].is_descending else "ascending",
        }
        for name in wants.columns
    ]


def _split(request: SignedIn, page: Page, wants: Asked) -> dict[str, Any]:
    """The list beside the preview of the ticket that `t` names."""
    shown = request.GET.get("t", "")
    items = [list_item(one, wants, shown) for one in page.rows]
    return {"is_split": True, "items": items, "preview": preview_of(request, shown) if shown else None}


def list_item(one: Row, wants: Asked, shown: str = "", *, oob: bool = False) -> Any:
    """One ticket in the list beside the preview; `shown` is the key of the ticket in the preview."""
    key = one.ticket.key
    base = wants.query()
    href = f"?{base}&t={key}" if base else f"?t={key}"
    preview = reverse("desk_preview", args=[key])
    marks = {"is_current": key == shown, "is_unread": one.is_unread}
    return item(one.ticket, one.time_left, href=href, preview=preview, oob=oob, **marks)


def _tabs(page: Page, wants: Asked, source: Source) -> list[dict[str, object]]:
    if source.has_ended:
        return []
    return [
        {"query": wants.query(tab=key), "label": label, "count": page.counts[key], "is_current": key == wants.tab}
        for key, label in TABS.items()
    ]


def _matching(page: Page, wants: Asked) -> dict[str, Any]:
    """How many tickets "all matching" are; nothing where the page shows them all."""
    total = page.counts[wants.tab]
    is_more = bool(page.next_key or wants.after)
    return {"matching": total if is_more and total < COUNTED_AT_MOST * 10 else 0}


def _remember(response: HttpResponse, chosen: dict[str, str]) -> HttpResponse:
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", path="/")
    return response
