"""Changing many tickets: from the bar under a list, its dialog, how far it is, what came of it, taking it back."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from core.htmx import UNPROCESSABLE, done, local_path
from tickets.bulk import runs
from tickets.bulk.actions import BulkAction, BulkForm, bulk_actions
from tickets.lists.board import board
from tickets.lists.sources import list_at
from tickets.models import BulkRun, BulkStep, Ticket
from tickets.querysets import TicketQuerySet
from tickets.views.desk import agents_only

STEPS_SHOWN = 200
TROUBLED = (BulkStep.State.REFUSED, BulkStep.State.KEPT, BulkStep.State.LEFT)


@require_POST
def desk_bulk(request: SignedIn) -> HttpResponse:
    """Change the selected tickets, or all that match; an action that needs more asks for it first."""
    agents_only(request)
    action = bulk_actions().get(request.POST.get("action", ""))
    if action is None:
        raise Invalid(_("There is no such action."))
    tickets, wanted = _wanted(request)
    value: dict[str, Any] = {}
    if action.form is not None:
        form = action.form(request.POST if "sent" in request.POST else None, user=request.user)
        if not form.is_valid():
            return _ask(request, action, form, wanted)
        value = form.value()
    run = runs.ask_for(
        action.key, value, tickets, actor=request.user, back=_back(request), dedupe_key=_click(request, action)
    )
    if run.finished_at is None:
        runs.begin(run)
    return _answer(request, run, gone=max(0, wanted - run.total))


def bulk_run(request: SignedIn, pk: int) -> HttpResponse:
    """How far a run is, and what could not be done and why."""
    return render(request, "desk/bulk_run.html", _about(_run(request, pk), request.user))


def bulk_progress(request: SignedIn, pk: int) -> HttpResponse:
    """Fragment: the same, asked again every second until it has ended."""
    return render(request, "desk/_bulk_run.html", _about(_run(request, pk), request.user))


@require_POST
def bulk_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Stop before what is left."""
    run = _run(request, pk)
    runs.cancel(run)
    return done(request, run.get_absolute_url())


@require_POST
def bulk_undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take the whole run back."""
    run = _run(request, pk)
    runs.undo(run)
    counts = _counts(run)
    if run.finished_at is None or counts.get(BulkStep.State.KEPT):
        return done(request, run.get_absolute_url())
    said = ngettext("%(count)s ticket is as it was.", "%(count)s tickets are as they were.", counts["undone"])
    return done(request, _list_of(run), message=said % {"count": counts["undone"]})


def _click(request: SignedIn, action: BulkAction) -> str:
    """What makes two clicks the same: the page, the action and the selection. "" where the page sent no key."""
    key = request.POST.get("dedupe_key", "")
    if not key:
        return ""
    chosen = sorted([*request.POST.getlist("ticket"), *request.POST.get("tickets", "").split(",")])
    parts = (key, action.key, request.POST.get("all", ""), request.POST.get("list", ""), *filter(None, chosen))
    return sha256("|".join(parts).encode()).hexdigest()


def _wanted(request: SignedIn) -> tuple[TicketQuerySet, int]:
    """The tickets that are meant, and how many were ticked (0: all that match, whatever that is by now)."""
    if request.POST.get("all"):
        _asked, tickets = list_at(request.user, request.POST.get("list", ""), board(request))
        return tickets, 0
    texts = [*request.POST.getlist("ticket"), *request.POST.get("tickets", "").split(",")]
    ids = {number for text in texts if (number := whole_number(text.strip())) is not None}
    if not ids:
        raise Invalid(_("Select a ticket first."))
    return runs.selected(request.user, ids), len(ids)


def _ask(request: SignedIn, action: BulkAction, form: BulkForm, wanted: int) -> HttpResponse:
    """The action's dialog; it carries the selection along."""
    tickets, _count = _wanted(request)
    count = wanted or tickets.count()
    ids = ",".join(request.POST.getlist("ticket")) or request.POST.get("tickets", "")
    context = {
        "bulk": action,
        "form": form,
        "dialog_title": action.title % {"count": count},
        "action": reverse("desk_bulk"),
        "hidden": {
            "action": action.key,
            "sent": "1",
            "all": request.POST.get("all", ""),
            "list": request.POST.get("list", ""),
            "tickets": ids,
            "back": _back(request),
            "dedupe_key": request.POST.get("dedupe_key", "") or secrets.token_urlsafe(12),
        },
        "fragment": "desk/_bulk_form.html",
        "page_title": action.label,
        "back": _back(request),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    template = "desk/_bulk_form.html" if request.htmx else "desk/list_dialog_page.html"
    return render(request, template, context, status=status)


def _answer(request: SignedIn, run: BulkRun, *, gone: int) -> HttpResponse:
    """Back to the list with a word and the way back; to the run's own page where there is more to say."""
    counts = _counts(run)
    missed = counts.get(BulkStep.State.REFUSED, 0) + gone
    if run.finished_at is None:
        return done(request, run.get_absolute_url())
    said = bulk_actions()[run.action].said % {"count": counts.get(BulkStep.State.DONE, 0)}
    if missed:
        said += " " + _not_done(run, missed)
    url = reverse("bulk_undo", args=[run.pk]) if runs.can_undo(run) else ""
    messages.success(request, said, extra_tags=url)
    return done(request, run.get_absolute_url() if missed else _list_of(run))


def _not_done(run: BulkRun, missed: int) -> str:
    if run.action == "take":
        return _("%(count)s could not be taken.") % {"count": missed}
    return _("%(count)s could not be changed.") % {"count": missed}


def _about(run: BulkRun, reader: User) -> dict[str, Any]:
    counts = _counts(run)
    is_undo = run.undo_asked_at is not None
    still = counts.get(BulkStep.State.UNDOING if is_undo else BulkStep.State.WAITING, 0)
    of_all = sum(counts.get(state, 0) for state in ("undoing", "undone", "kept")) if is_undo else run.total
    troubled = run.steps.filter(state__in=TROUBLED).select_related("ticket")[:STEPS_SHOWN]
    # one that was the reader's to change may be in a team by now that is not theirs to see
    seen = Ticket.objects.staffed_by(reader).filter(pk__in=[step.ticket_id for step in troubled])
    return {
        "run": run,
        "bulk": bulk_actions()[run.action],
        "is_undo": is_undo,
        "is_running": run.finished_at is None,
        "done": of_all - still,
        "total": of_all,
        "changed": counts.get(BulkStep.State.DONE, 0),
        "undone": counts.get(BulkStep.State.UNDONE, 0),
        "troubled": troubled,
        "seen": set(seen.values_list("pk", flat=True)),
        "troubled_count": sum(counts.get(state, 0) for state in TROUBLED),
        "can_undo": runs.can_undo(run),
        "back": _list_of(run),
    }


def _counts(run: BulkRun) -> dict[str, int]:
    states = list(run.steps.order_by().values_list("state", flat=True))
    return {state: states.count(state) for state in BulkStep.State.values}


def _run(request: SignedIn, pk: int) -> BulkRun:
    agents_only(request)
    run = BulkRun.objects.visible_to(request.user).select_related("actor").filter(pk=pk).first()
    if run is None:
        raise NotVisible()
    return run


def _back(request: SignedIn) -> str:
    return local_path(request.POST.get("back", ""), reverse("desk_home"))


def _list_of(run: BulkRun) -> str:
    return run.back or reverse("desk_home")
