"""Time spent on a ticket: the panel, logging and correcting one's own, and the sums for leads."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid, NotAllowed, NotVisible
from core.time import database_now
from tickets import commands
from tickets.models import Ticket, TimeEntry
from tickets.time_spent import minutes_of, spoken_minutes, sums
from tickets.views.desk import agents_only
from tickets.views.panels import Panel
from tickets.views.quick import after_dialog, stepped
from tickets.views.workspace import at_desk, dialog

LOG = "desk/_log_time.html"
SUM_DAYS = 30
SHOWN = 5
FIRST_YEAR = 2000


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Every row that counts, the newest first, with the sums; one query."""
    rows = list(ticket.time_entries.counting().select_related("person").order_by("-day", "-pk"))
    by_person: Counter[str] = Counter()
    for row in rows:
        by_person[row.person.short_name] += row.minutes
    shown = [_shown(row) for row in rows]
    return {
        "rows": shown[:SHOWN],
        "more": shown[SHOWN:],
        "total": spoken_minutes(sum(by_person.values())),
        "people": [(name, spoken_minutes(minutes)) for name, minutes in by_person.most_common()],
    }


def _shown(row: TimeEntry) -> dict[str, Any]:
    return {"entry": row, "spoken": spoken_minutes(row.minutes)}


TIME = Panel("time", _lazy("Time spent"), "desk/_time_panel.html", _panel)


def desk_log_time(request: SignedIn, key: str) -> HttpResponse:
    """Log one's own time: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, LOG, **_choices())
    try:
        row = commands.log_time(ticket, actor=request.user, **_typed(request))
    except DomainError as error:
        return dialog(request, ticket, LOG, error=error, **_choices())
    said = _("%(time)s logged.") % {"time": spoken_minutes(row.minutes)}
    return after_dialog(
        request, ticket.get_absolute_url(), said, undo_url=reverse("drop_time", args=[ticket.key, row.pk])
    )


def desk_correct_time(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Correct one's own time: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    entry = _own(request, ticket, pk)
    was = {
        "minutes": spoken_minutes(entry.minutes),
        "day": entry.day.isoformat(),
        "kind": entry.kind,
        "note": entry.note,
    }
    context = {"entry": entry, "typed": request.POST or was, **_choices()}
    if request.method != "POST":
        return dialog(request, ticket, LOG, **context)
    try:
        row = commands.correct_time(entry, actor=request.user, **_typed(request))
    except DomainError as error:
        return dialog(request, ticket, LOG, error=error, **context)
    undo_url = reverse("restore_time", args=[ticket.key, row.pk]) if row.pk != entry.pk else ""
    return after_dialog(request, ticket.get_absolute_url(), _("Saved."), undo_url=undo_url)


@require_POST
def desk_drop_time(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take one's own time away, with the way back."""
    ticket = at_desk(request, key)
    entry = _own(request, ticket, pk)
    row = commands.drop_time(entry, actor=request.user)
    said = _("%(time)s taken away.") % {"time": spoken_minutes(entry.minutes)}
    return stepped(request, ticket, said, undo_url=reverse("restore_time", args=[ticket.key, row.pk]))


@require_POST
def desk_restore_time(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a correction back."""
    ticket = at_desk(request, key)
    commands.restore_time(_own(request, ticket, pk), actor=request.user)
    return stepped(request, ticket, _("Taken back"))


def time_sums(request: SignedIn) -> HttpResponse:
    """For leads: who spent how long, over some days; a month where nothing is said."""
    agents_only(request)
    if not request.user.hats.is_lead:
        raise NotAllowed()
    today = timezone.localdate(database_now())
    last = _day(request.GET.get("last", "")) or today
    first = _day(request.GET.get("first", "")) or last - timedelta(days=SUM_DAYS)
    found = sums(request.user, first, last)
    rows = [{**row, "spoken": spoken_minutes(row["minutes"])} for row in found]
    total = spoken_minutes(sum(row["minutes"] for row in found))
    context = {"rows": rows, "first": first.isoformat(), "last": last.isoformat(), "total": total}
    return render(request, "desk/time_sums.html", context)


def _own(request: SignedIn, ticket: Ticket, pk: int) -> TimeEntry:
    entry = TimeEntry.objects.filter(ticket=ticket, person=request.user, pk=pk).select_related("corrects").first()
    if entry is None:
        raise NotVisible()
    return entry


def _typed(request: SignedIn) -> dict[str, Any]:
    typed = request.POST
    day = typed.get("day", "")
    if day and _day(day) is None:
        raise Invalid.field("day", _("Write the date, for example 2026-11-24."))
    return {
        "minutes": minutes_of(typed.get("minutes", "")),
        "day": _day(day) or timezone.localdate(database_now()),
        "kind": typed.get("kind", ""),
        "note": typed.get("note", ""),
    }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def _choices() -> dict[str, Any]:
    return {"kinds": TimeEntry.Kind.choices, "today": timezone.localdate(database_now()).isoformat()}
