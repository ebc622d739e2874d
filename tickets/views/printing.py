"""A ticket on paper: for staff in full, for requesters what was written to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import NotVisible
from core.time import database_now
from tickets.linked import told_on
from tickets.markup import pictures_of, to_html
from tickets.models import ChecklistStep, Message, Ticket
from tickets.reading import ticket_by_key
from tickets.sentences import sentences
from tickets.time_spent import spoken_minutes
from tickets.timeline import SILENT
from tickets.views.workspace import at_desk

PAGE_ENTRIES = 2_000
MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was written or done: `message` with its `body`, or the `sentence` of a step."""

    at: datetime
    message: Message | None = None
    body: SafeString | str = ""
    sentence: SafeString | str = ""


def desk_print(request: SignedIn, key: str) -> HttpResponse:
    """Everything staff see: the words, the notes, the steps, the checklists, the time."""
    ticket = at_desk(request, key)
    lines = _messages(told_on(ticket, request.user).messages, _most(request))
    events = list(ticket.events.select_related("actor").exclude(SILENT).order_by("pk")[: _most(request)])
    said = sentences(ticket, events)
    lines += [Line(event.at, sentence=said[event.pk]) for event in events]
    minutes = sum(ticket.time_entries.counting().values_list("minutes", flat=True))
    context = {
        "is_staff_copy": True,
        "steps": ChecklistStep.objects.filter(ticket=ticket).select_related("done_by"),
        "tasks": ticket.tasks.select_related("assignee", "team", "done_by"),
        "time": spoken_minutes(minutes) if minutes else "",
    }
    return _page(request, ticket, lines, context)


def my_print(request: SignedIn, key: str) -> HttpResponse:
    """What the requester and those in copy read on the portal: no note, no step inside IT."""
    ticket = ticket_by_key(request.user, key)
    mine = ticket.requester_id == request.user.pk or ticket.watchers.filter(user=request.user).exists()
    if not mine:
        raise NotVisible()
    told = told_on(ticket, request.user, as_requester=True)
    lines = _messages(told.messages.filter(is_public=True), _most(request))
    return _page(request, ticket, lines, {"is_staff_copy": False})


def _number(request: SignedIn) -> int:
    """Which page is asked for, from 1."""
    return max(whole_number(request.GET.get("page", "")) or 1, 1)


def _most(request: SignedIn) -> int:
    """How many of a kind may stand on this page and before it, and one more that says there is a next."""
    return min(_number(request), MOST_PAGES) * PAGE_ENTRIES + 1


def _messages(messages: QuerySet[Message], most: int) -> list[Line]:
    found = messages.select_related("author").prefetch_related("attachments").order_by("created_at", "pk")
    return [Line(row.created_at, row, to_html(row.body, pictures_of(row.attachments.all()))) for row in found[:most]]


def _page(request: SignedIn, ticket: Ticket, lines: list[Line], context: dict) -> HttpResponse:
    """One page of entries, the oldest first; a note says that there are more."""
    ordered = sorted(lines, key=lambda line: line.at)
    number = _number(request)
    start = (number - 1) * PAGE_ENTRIES
    context |= {
        "ticket": ticket,
        "lines": ordered[start : start + PAGE_ENTRIES],
        "description": to_html(ticket.description),
        "opening_files": ticket.attachments.filter(message__isnull=True),
        "number": number,
        "next": number + 1 if number < MOST_PAGES and len(ordered) > start + PAGE_ENTRIES else 0,
        "now": database_now(),
    }
    return render(request, "portal/print.html", context)
