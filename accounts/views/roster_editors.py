"""Planning: what a team's roster is made of, one form for each kind of thing, and a page before each is removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roster_changes as changes
from accounts.forms.roster import (
    AbsenceForm,
    CoverForm,
    OverrideForm,
    PlannedForm,
    RotaForm,
    SingleShiftForm,
    TimeZoneForm,
    WeeklyShiftForm,
)
from accounts.models import Absence, OnCallOverride, SingleShift, Team, User, WantedCover, WeeklyShift
from accounts.requests import SignedIn
from accounts.roster_policies import edits_roster, in_team, keeps_absence
from accounts.rota_changes import keep_rota, remove_rota, rotas_of
from accounts.views.roster import desk_team
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing in a plan: its rows, its form, the command that saves it, and its names."""

    model: type[models.Model]
    form: Callable[..., PlannedForm]
    keep: Callable[..., Any]
    new: Promise
    edit: Promise


KINDS = {
    "weekly": Kind(
        WeeklyShift, WeeklyShiftForm, changes.keep_weekly_shift, gettext_lazy("New shift"), gettext_lazy("Edit shift")
    ),
    "single": Kind(
        SingleShift,
        SingleShiftForm,
        changes.keep_single_shift,
        gettext_lazy("New single shift"),
        gettext_lazy("Edit single shift"),
    ),
    "override": Kind(
        OnCallOverride,
        OverrideForm,
        changes.keep_override,
        gettext_lazy("New override"),
        gettext_lazy("Edit override"),
    ),
    "cover": Kind(
        WantedCover, CoverForm, changes.keep_cover, gettext_lazy("New wanted cover"), gettext_lazy("Edit wanted cover")
    ),
    "absence": Kind(
        Absence, AbsenceForm, changes.keep_absence, gettext_lazy("New absence"), gettext_lazy("Edit absence")
    ),
}


def roster_plan(request: SignedIn, slug: str) -> HttpResponse:
    """Everything planned in a team, for its lead to change and the others to read."""
    team = desk_team(request.user, slug)
    now = database_now()
    context = {
        "team": team,
        "rotas": rotas_of(team, now),
        "weekly": team.weekly_shifts.exclude(valid_until__lt=timezone.localdate()).select_related("person"),
        "single": team.single_shifts.filter(end__gt=now).select_related("person"),
        "overrides": team.overrides.filter(end__gt=now).select_related("person"),
        "cover": team.wanted_cover.all(),
        "may_edit": edits_roster(request.user, team),
    }
    return render(request, "roster/plan.html", context)


def entry_form(request: SignedIn, slug: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Make or edit one thing of the plan."""
    team = desk_team(request.user, slug)
    shape = KINDS[kind]
    row = _row(request.user, team, kind, pk) if pk else _new_row(request.user, team, kind)
    more = {"may_choose": edits_roster(request.user, team)} if kind == "absence" else {}
    form = shape.form(request.POST or None, instance=row, team=team, **more)
    page: dict[str, Any] = {"title": shape.edit if pk else shape.new, "pk": pk}
    try:
        is_sent = request.method == "POST" and form.is_valid()
        if is_sent and kept(form, lambda: shape.keep(form.instance, actor=request.user)):
            return done(request, _back(team, kind), message=_("Saved"))
    except Conflict as conflict:
        form.look_again(conflict.message)
        return _form_page(request, team, form, kind, **page, status=conflict.status)
    return _form_page(request, team, form, kind, **page)


def entry_delete(request: SignedIn, slug: str, kind: str, pk: int) -> HttpResponse:
    """Ask, then take one thing out of the plan."""
    team = desk_team(request.user, slug)
    row: Any = _row(request.user, team, kind, pk)
    if request.method == "POST":
        if isinstance(row, Absence):
            changes.remove_absence(row, actor=request.user)
        else:
            changes.remove(row, actor=request.user)
        return done(request, _back(team, kind), message=_("Removed"))
    context = {"team": team, "kind": kind, "row": row, "back_url": _back(team, kind)}
    return render(request, "roster/delete.html", context)


def rota_form(request: SignedIn, slug: str) -> HttpResponse:
    """Who is on call in turn."""
    team = _led_team(request.user, slug)
    form = RotaForm(request.POST or None, team=team, rota=rotas_of(team, database_now()).latest)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("days", "first_day", "hand_over", "version")}
        if kept(form, lambda: keep_rota(team, actor=request.user, people=form.people, **values)):
            return done(request, reverse("roster_plan", args=[team.slug]), message=_("Saved"))
    return _form_page(request, team, form, "rota", title=_("On-call rota"))


def rota_delete(request: SignedIn, slug: str) -> HttpResponse:
    """Ask, then take the rota away."""
    team = _led_team(request.user, slug)
    found = rotas_of(team, database_now())
    if found.latest is None:
        raise NotVisible()
    if request.method == "POST":
        remove_rota(team, actor=request.user)
        return done(request, reverse("roster_plan", args=[team.slug]), message=_("Removed"))
    kind = "planned_rota" if found.planned else "rota"
    context = {"team": team, "kind": kind, "row": found.latest, "back_url": reverse("roster_plan", args=[team.slug])}
    return render(request, "roster/delete.html", context)


def roster_zone(request: SignedIn, slug: str) -> HttpResponse:
    """By which clock the team plans."""
    team = _led_team(request.user, slug)
    form = TimeZoneForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        changes.set_time_zone(team, actor=request.user, time_zone=form.cleaned_data["time_zone"])
        return done(request, reverse("roster_plan", args=[team.slug]), message=_("Saved"))
    return _form_page(request, team, form, "zone", title=_("Time zone"))


def _led_team(user: User, slug: str) -> Team:
    team = desk_team(user, slug)
    if not edits_roster(user, team):
        raise NotAllowed()
    return team


def _new_row(user: User, team: Team, kind: str) -> models.Model:
    if kind == "absence":
        if not in_team(user, team) and not edits_roster(user, team):
            raise NotAllowed()
        return Absence(person=user)
    if not edits_roster(user, team):
        raise NotAllowed()
    return KINDS[kind].model(team=team)


def _row(user: User, team: Team, kind: str, pk: int) -> models.Model:
    """One of the team's rows, to be changed by this person. Raises NotVisible, NotAllowed."""
    if kind == "absence":
        absences = Absence.objects.select_related("person").filter(person__memberships__team=team)
        absence = absences.filter(pk=pk).first()
        if absence is None:
            raise NotVisible()
        if not keeps_absence(user, absence):
            raise NotAllowed()
        return absence
    rows: Any = KINDS[kind].model
    row: models.Model | None = rows.objects.select_related("team").filter(team=team, pk=pk).first()
    if row is None:
        raise NotVisible()
    if not edits_roster(user, team):
        raise NotAllowed()
    return row


def kept(form: Any, command: Callable[[], Any]) -> bool:
    """Do the command; what it refuses is said at the form's own fields."""
    try:
        command()
    except Invalid as error:
        for name, texts in (error.fields or {"": [error.message]}).items():
            form.add_error(name if name in form.fields else None, texts)
        return False
    return True


def _back(team: Team, kind: str) -> str:
    return reverse("roster_week" if kind == "absence" else "roster_plan", args=[team.slug])


def _form_page(
    request: SignedIn,
    team: Team,
    form: forms.BaseForm,
    kind: str,
    *,
    title: Any,
    pk: int | None = None,
    status: int = UNPROCESSABLE,
) -> HttpResponse:
    context = {"team": team, "form": form, "kind": kind, "title": title, "pk": pk, "back_url": _back(team, kind)}
    return render(request, "roster/form.html", context, status=status if form.is_bound else 200)
