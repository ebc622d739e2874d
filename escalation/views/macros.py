"""Macros: the list by who uses them, writing one, its place in the order, in use or not, removing it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.steady import steady
from escalation.commands.macros import keep_macro, move_macro, remove_macro, restore_macro, switch_macro
from escalation.forms.macro import MacroForm
from escalation.macros.wording import in_full, read
from escalation.models import Macro
from escalation.policies import changes_macro
from tickets.condition_forms import is_redraw, press_of
from tickets.models import SavedView
from tickets.typed import stashed_form
from tickets.views.desk import agents_only

FRAGMENT, PAGE = "macros/_editor.html", "macros/edit.html"


@dataclass(frozen=True, slots=True)
class Card:
    """A macro in the list: in words, or what is wrong with it."""

    macro: Macro
    words: str
    trouble: str
    may_change: bool


@dataclass(slots=True)
class Section:
    """The macros of one reach."""

    title: str
    cards: list[Card]


def macro_list(request: SignedIn) -> HttpResponse:
    """What this person may run, and what they keep for others."""
    agents_only(request)
    with steady():
        return render(request, "macros/list.html", {"sections": _sections(request)})


def macro_new(request: SignedIn) -> HttpResponse:
    """Write a macro."""
    agents_only(request)
    return _form(request, Macro(owner=request.user, scope=SavedView.Scope.PRIVATE))


def macro_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a macro."""
    macro = _macro(request, pk)
    if not changes_macro(request.user, macro):
        raise NotAllowed()
    return _form(request, macro)


@require_POST
def macro_move(request: SignedIn, pk: int) -> HttpResponse:
    """One place further up or down among those of its reach."""
    macro = move_macro(_macro(request, pk), up=request.POST.get("to") == "up", actor=request.user)
    return done(request, f"{reverse('macros')}#macro-{macro.pk}")


@require_POST
def macro_switch(request: SignedIn, pk: int) -> HttpResponse:
    """Take a macro out of use, or back into it."""
    macro = switch_macro(_macro(request, pk), actor=request.user, is_active=request.POST.get("to") == "on")
    said = _("“%(name)s” is in use again.") if macro.is_active else _("“%(name)s” is not in use any more.")
    return done(request, f"{reverse('macros')}#macro-{macro.pk}", message=said % {"name": macro.name})


@require_POST
def macro_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a macro, with the way back."""
    macro = remove_macro(_macro(request, pk), actor=request.user)
    undo_url = reverse("macro_restore", args=[macro.pk])
    messages.success(request, _("“%(name)s” is removed.") % {"name": macro.name}, extra_tags=undo_url)
    return done(request, reverse("macros"))


@require_POST
def macro_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Have a removed macro back."""
    agents_only(request)
    macro = Macro.objects.filter(pk=pk).first()
    if macro is None or not changes_macro(request.user, macro):
        raise NotVisible()
    restore_macro(macro, actor=request.user)
    return done(request, reverse("macros"), message=_("“%(name)s” is back.") % {"name": macro.name})


def _sections(request: SignedIn) -> list[Section]:
    """One's own first, then those of teams, then those for everybody; a section without macros is left out."""
    found: dict[str, Section] = {}
    for macro in Macro.objects.visible_to(request.user).select_related("team"):
        key, title = macro.scope, str(SavedView.Scope(macro.scope).label)
        if macro.team is not None:
            key, title = f"team-{macro.team_id}", macro.team.label
        found.setdefault(key, Section(title, [])).cards.append(_card(macro, request))
    first = [key for key in (SavedView.Scope.PRIVATE.value,) if key in found]
    last = [key for key in (SavedView.Scope.EVERYBODY.value,) if key in found]
    teams = sorted((key for key in found if key not in (*first, *last)), key=lambda key: found[key].title)
    return [found[key] for key in (*first, *teams, *last)]


def _card(macro: Macro, request: SignedIn) -> Card:
    definition, trouble = read(macro)
    return Card(macro, in_full(definition) if definition else "", trouble, changes_macro(request.user, macro))


def _form(request: SignedIn, macro: Macro) -> HttpResponse:
    if request.method != "POST":
        kept = stashed_form(request)
        form = MacroForm(kept, user=request.user, macro=macro)
        return _draw(request, form.redrawn() if kept else form, seen=_seen(kept) if kept else None)
    form, action = MacroForm(request.POST, user=request.user, macro=macro), request.POST.get("action", "")
    seen = _seen(request.POST)
    if is_redraw(action):
        return _draw(request, form.redrawn(press_of(action)), seen=seen)
    if not form.is_valid():
        return _draw(request, form, seen=seen, status=UNPROCESSABLE)
    try:
        kept_macro = keep_macro(form.made(), actor=request.user, seen=seen if macro.pk else None)
    except Conflict as error:
        # the newest version goes into the page: sending again is with open eyes
        return _draw(request, form, trouble=error.message, status=error.status)
    except Invalid as error:
        for path, texts in (error.fields or {"": [error.message]}).items():
            form.place(path, " ".join(texts))
        return _draw(request, form, seen=seen, status=UNPROCESSABLE)
    said = _("“%(name)s” is saved.") % {"name": kept_macro.name}
    return done(request, f"{reverse('macros')}#macro-{kept_macro.pk}", message=said)


def _draw(
    request: SignedIn, form: MacroForm, *, seen: int | None = None, trouble: str = "", status: int = 200
) -> HttpResponse:
    macro = form.macro
    newest = Macro.objects.filter(pk=macro.pk).values_list("name", "version").first() if macro.pk else None
    context = {
        "form": form,
        "macro": macro,
        "stored_name": newest[0] if newest else "",
        "seen": seen or (newest[1] if newest else None),
        "trouble": trouble,
    }
    template = FRAGMENT if request.headers.get("HX-Request") else PAGE
    return render(request, template, context, status=status)


def _seen(sent: dict[str, str]) -> int | None:
    return whole_number(sent.get("version", ""))


def _macro(request: SignedIn, pk: int) -> Macro:
    """A macro that this person may use or keep.

    Raises:
        NotVisible: there is none, or the desk is not theirs.
    """
    agents_only(request)
    macro = Macro.objects.kept().select_related("team").filter(pk=pk).first()
    if macro is None:
        raise NotVisible()
    is_used = Macro.objects.visible_to(request.user).filter(pk=pk).exists()
    if not is_used and not changes_macro(request.user, macro):
        raise NotVisible()
    return macro
