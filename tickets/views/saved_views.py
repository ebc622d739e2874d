"""Saved views: making one from a list, changing, removing and restoring it; their counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.steady import steady
from tickets.commands.saved_views import keep_view, may_change, remove_view, restore_view
from tickets.condition_forms import is_redraw, press_of
from tickets.forms_of_views import ViewForm, columns_in_order, group_choices, sort_choices
from tickets.lists.asked import asked
from tickets.lists.board import board
from tickets.lists.filters import choices
from tickets.lists.sources import source_at
from tickets.lists.stored import capped_count, spoken_count, stored
from tickets.lists.taken_over import condition_of
from tickets.models import SavedView
from tickets.views.desk import agents_only

COLUMN_PRESS = "columns:"


def view_new(request: SignedIn) -> HttpResponse:
    """Keep a list as a view; `from` is the list's address, whose filters and columns it takes over."""
    agents_only(request)
    view = SavedView(owner=request.user)
    if request.method != "POST" and request.GET.get("from"):
        _take_over(request, view, request.GET["from"])
    return _form(request, view)


def view_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a view."""
    view = _view(request, pk)
    if not may_change(request.user, view):
        raise NotAllowed()
    return _form(request, view)


@require_POST
def view_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a view, with the way back."""
    view = remove_view(_view(request, pk), actor=request.user)
    messages.success(
        request, _("“%(name)s” is removed.") % {"name": view.name}, extra_tags=reverse("view_restore", args=[view.pk])
    )
    return done(request, reverse("desk_home"))


@require_POST
def view_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Have a removed view back."""
    agents_only(request)
    view = SavedView.objects.filter(pk=pk).first()
    if view is None or not may_change(request.user, view):
        raise NotVisible()
    restore_view(view, actor=request.user)
    return done(request, view.get_absolute_url(), message=_("“%(name)s” is back.") % {"name": view.name})


def view_counts(request: SignedIn) -> HttpResponse:
    """Fragment: the numbers beside the saved views, counted after the page so that none waits for them."""
    agents_only(request)
    now = board(request).now
    with steady():
        counts = [
            {"pk": view.pk, "count": spoken_count(capped_count(read.tickets)), "problem": read.problem}
            for view in SavedView.objects.visible_to(request.user)
            for read in [stored(view, request.user, now)]
        ]
    return render(request, "desk/_view_counts.html", {"counts": counts})


def list_filters(request: SignedIn) -> HttpResponse:
    """The filters of a list as a dialog; `to` is the list's address."""
    agents_only(request)
    path, wants = _asked_of(request)
    context = {**choices(wants, request.user), "kept": wants.pairs({"filters"})}
    return _dialog(request, "desk/_filters.html", path, wants, context)


def list_display(request: SignedIn) -> HttpResponse:
    """Sort, headings, columns and density of a list as a dialog; `to` is the list's address."""
    agents_only(request)
    path, wants = _asked_of(request)
    context = {
        "sorts": [(name, label) for name, label in sort_choices() if name in wants.sorts],
        "groups": group_choices(),
        "columns": columns_in_order(wants.columns),
        "kept": wants.pairs({"sort", "group", "columns"}),
    }
    return _dialog(request, "desk/_display.html", path, wants, context)


def _dialog(request: SignedIn, fragment: str, path: str, wants: Any, context: dict[str, Any]) -> HttpResponse:
    query = wants.query()
    back = f"{path}?{query}" if query else path
    context |= {"asked": wants, "path": path, "fragment": fragment, "back": back, "page_title": _("List")}
    template = fragment if request.htmx else "desk/list_dialog_page.html"
    return render(request, template, context)


def _asked_of(request: SignedIn) -> tuple[str, Any]:
    address = request.GET.get("to", "")
    source = source_at(request.user, address, board(request))
    return source.path, asked(QueryDict(urlsplit(address).query), source.usual)


def _take_over(request: SignedIn, view: SavedView, address: str) -> None:
    source = source_at(request.user, address, board(request))
    wants = asked(QueryDict(urlsplit(address).query), source.usual)
    view.condition = condition_of(source, wants, request.user)
    view.sort, view.group, view.columns = wants.sort, wants.group, list(wants.columns)


def _form(request: SignedIn, view: SavedView) -> HttpResponse:
    if request.method != "POST":
        return _draw(request, ViewForm(user=request.user, view=view))
    action = request.POST.get("action", "")
    form = ViewForm(request.POST, user=request.user, view=view)
    if is_redraw(action):
        return _draw(request, form.redrawn(press_of(action)))
    if action.startswith(COLUMN_PRESS):
        return _draw(request, form.redrawn(column=action.removeprefix(COLUMN_PRESS)))
    if not form.is_valid():
        return _draw(request, form, status=UNPROCESSABLE)
    seen = whole_number(request.POST.get("version", "")) if view.pk else None
    try:
        keep_view(form.made(), actor=request.user, seen=seen)
    except Conflict as error:
        return _draw(request, form, trouble=error.message, status=error.status)
    except Invalid as error:
        return _draw(request, form, trouble=error.message, status=UNPROCESSABLE)
    return done(request, view.get_absolute_url(), message=_("“%(name)s” is saved.") % {"name": view.name})


def _draw(request: SignedIn, form: ViewForm, *, trouble: str = "", status: int = 200) -> HttpResponse:
    view = form.view
    newest = SavedView.objects.filter(pk=view.pk).values_list("version", flat=True).first() if view.pk else None
    context = {"form": form, "view": view, "trouble": trouble, "seen": newest}
    template = "desk/_view_form.html" if request.headers.get("HX-Request") else "desk/view_form.html"
    return render(request, template, context, status=status)


def _view(request: SignedIn, pk: int) -> SavedView:
    agents_only(request)
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    if view is None:
        raise NotVisible()
    return view
