"""Checklists: the panel with its steps, adding one to a ticket, and the page where leads write them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from tickets import commands
from tickets.checklist_form import ChecklistForm
from tickets.checklists import keep_checklist, writes_checklists
from tickets.models import ChecklistStep, ChecklistTemplate, Ticket
from tickets.typed import stashed_form
from tickets.views.desk import agents_only
from tickets.views.panels import Panel
from tickets.views.quick import after_dialog, stepped
from tickets.views.workspace import at_desk, dialog

ADD, STEP = "desk/_add_checklist.html", "desk/_tick_step.html"


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Each checklist with how far it is; one query."""
    steps = ChecklistStep.objects.visible_to(request.user).filter(ticket=ticket).select_related("done_by")
    return {"lists": [_list(name, list(rows)) for name, rows in groupby(steps, key=lambda step: step.checklist)]}


def _list(name: str, steps: list[ChecklistStep]) -> dict[str, Any]:
    ticked = sum(step.done_at is not None for step in steps)
    return {"name": name, "steps": steps, "done": ticked, "share": ticked / len(steps), "first": steps[0]}


CHECKLISTS = Panel("checklists", _lazy("Checklists"), "desk/_checklists_panel.html", _panel)


def desk_add_checklist(request: SignedIn, key: str) -> HttpResponse:
    """Put a checklist on the ticket: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    templates = ChecklistTemplate.objects.filter(is_active=True)
    if request.method != "POST":
        return dialog(request, ticket, ADD, templates=templates)
    try:
        template = templates.filter(pk=whole_number(request.POST.get("template", "")) or 0).first()
        if template is None:
            raise Invalid.field("template", _("Choose a checklist."))
        steps = commands.apply_checklist(ticket, actor=request.user, template=template)
    except DomainError as error:
        return dialog(request, ticket, ADD, error=error, templates=templates)
    if not steps:
        said, undo_url = _("“%(name)s” is on the ticket already."), ""
    else:
        said, undo_url = _("“%(name)s” is on the ticket now."), reverse("drop_checklist", args=[key, steps[0].pk])
    return after_dialog(request, ticket.get_absolute_url(), said % {"name": template.name}, undo_url=undo_url)


@require_POST
def desk_drop_checklist(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a checklist off that nobody has worked on, named by one of its steps."""
    ticket = at_desk(request, key)
    name = _step(request, ticket, pk).checklist
    commands.drop_checklist(ticket, actor=request.user, checklist=name)
    return stepped(request, ticket, _("“%(name)s” is off the ticket.") % {"name": name})


def desk_tick_step(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Tick a step at once, or with a note by the dialog on GET."""
    ticket = at_desk(request, key)
    row = _step(request, ticket, pk)
    if request.method != "POST":
        return dialog(request, ticket, STEP, row=row, typed={"note": row.note})
    try:
        commands.tick_step(ticket, actor=request.user, row=row, note=request.POST.get("note"))
    except DomainError as error:
        return dialog(request, ticket, STEP, row=row, error=error)
    undo_url = reverse("untick_step", args=[key, pk])
    said = _("Done: %(title)s") % {"title": row.text}
    if "note" in request.POST:
        return after_dialog(request, ticket.get_absolute_url(), said, undo_url=undo_url)
    return stepped(request, ticket, said, undo_url=undo_url)


@require_POST
def desk_untick_step(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take a tick back."""
    ticket = at_desk(request, key)
    row = _step(request, ticket, pk)
    commands.untick_step(ticket, actor=request.user, row=row)
    return stepped(request, ticket, _("To be done again: %(title)s") % {"title": row.text})


def checklist_list(request: SignedIn) -> HttpResponse:
    """Every template with its steps."""
    agents_only(request)
    templates = ChecklistTemplate.objects.select_related("category__service")
    context = {"templates": templates, "may_edit": writes_checklists(request.user)}
    return render(request, "desk/checklists.html", context)


def checklist_new(request: SignedIn) -> HttpResponse:
    """Write a template."""
    return _form(request, ChecklistTemplate())


def checklist_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a template."""
    agents_only(request)
    template = ChecklistTemplate.objects.filter(pk=pk).first()
    if template is None:
        raise NotVisible()
    return _form(request, template)


def _form(request: SignedIn, template: ChecklistTemplate) -> HttpResponse:
    agents_only(request)
    if not writes_checklists(request.user):
        raise NotAllowed()
    status = 200
    form = ChecklistForm(request.POST or stashed_form(request), instance=template)
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                keep_checklist(form.save(commit=False), actor=request.user)
            except Invalid as error:
                for name, texts in error.fields.items():
                    form.add_error(name, texts)
            else:
                return done(request, reverse("checklists"), message=_("Saved."))
    return render(request, "desk/checklist.html", {"form": form, "template": template}, status=status)


def _step(request: SignedIn, ticket: Ticket, pk: int) -> ChecklistStep:
    row = ChecklistStep.objects.visible_to(request.user).filter(ticket=ticket, pk=pk).first()
    if row is None:
        raise NotVisible()
    return row
