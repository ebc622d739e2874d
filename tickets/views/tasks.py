"""Tasks of a ticket: the panel, planning, ticking off and taking the tick back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid, NotVisible
from core.htmx import done, tell
from core.time import database_now
from tickets import commands
from tickets.forms import PlanTaskForm
from tickets.models import Task, Ticket
from tickets.typed import stashed_form
from tickets.views.panels import Panel
from tickets.views.workspace import at_desk, dialog, redrawn, version_of

PLAN = "desk/_plan_task.html"


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """What is to be done on the ticket and what was done; nothing when nothing was planned."""
    tasks = Task.objects.visible_to(request.user).filter(ticket=ticket).select_related("assignee", "team", "done_by")
    now = database_now()
    return {
        "open": [{"task": task, "is_late": task.is_late(now)} for task in tasks if not task.done_at],
        "done": [task for task in tasks if task.done_at],
    }


TASKS = Panel("tasks", _lazy("Tasks"), "desk/_tasks_panel.html", _panel)


def desk_plan_task(request: SignedIn, key: str) -> HttpResponse:
    """Plan a task: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    form = PlanTaskForm(request.POST or stashed_form(request), ticket=ticket)
    if request.method != "POST":
        return dialog(request, ticket, PLAN, form=form)
    try:
        if not form.is_valid():
            raise Invalid(_("This task cannot be planned yet."))
        commands.plan_task(ticket, actor=request.user, **form.planned(), version=version_of(request))
    except DomainError as error:
        for name, texts in getattr(error, "fields", {}).items():
            form.add_error(name, texts)
        return dialog(request, ticket, PLAN, error=error, form=form)
    return done(request, ticket.get_absolute_url(), message=_("The task is planned."))


@require_POST
def desk_complete_task(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Tick a task off, with the way back."""
    url = reverse("reopen_task", args=[key, pk])
    return _ticked(request, key, pk, commands.complete_task, _("Done: %(title)s"), url)


@require_POST
def desk_reopen_task(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a tick back."""
    return _ticked(request, key, pk, commands.reopen_task, _("To be done again: %(title)s"))


def _ticked(
    request: SignedIn, key: str, pk: int, command: Callable[..., Task], words: str, undo_url: str = ""
) -> HttpResponse:
    ticket = at_desk(request, key)
    task = Task.objects.visible_to(request.user).filter(ticket=ticket, pk=pk).first()
    if task is None:
        raise NotVisible()
    command(ticket, actor=request.user, task=task)
    said = words % {"title": task.title}
    if not request.htmx:
        messages.success(request, said, extra_tags=undo_url)
        return redirect(ticket.get_absolute_url())
    bar: dict[str, Any] = {"undo": {"text": said, "url": undo_url}} if undo_url else {"undone": True}
    return tell(redrawn(request, at_desk(request, key)), announce=said, ticket_changed=True, **bar)
