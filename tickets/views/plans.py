"""Recurring work: the list, one plan with its dates and what became of them, writing it, pausing it."""

from __future__ import annotations

from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

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
from core.spoken_time import full_date
from tickets import recurring
from tickets.models import Plan, Ticket
from tickets.plan_form import PlanForm
from tickets.planning import keep_plan, per_asset, switch_plan, writes_plans
from tickets.typed import stashed_form
from tickets.views.desk import agents_only

DATES_SHOWN = 5
RUNS_SHOWN = 50


def plan_list(request: SignedIn) -> HttpResponse:
    """Every plan with how often it comes and when next."""
    agents_only(request)
    plans = Plan.objects.visible_to(request.user).select_related("team", "owner")
    rows = [{"plan": plan, "often": recurring.in_words(plan.rule)} for plan in plans]
    return render(request, "desk/plans.html", {"rows": rows, "may_edit": writes_plans(request.user)})


def plan_page(request: SignedIn, pk: int) -> HttpResponse:
    """One plan: the next dates, each asset with when it was done last, and what became of the dates before."""
    plan = _plan(request, pk)
    runs = plan.runs.select_related("asset", "ticket")
    seen = plan.runs.filter(ticket__in=Ticket.objects.staffed_by(request.user)).values_list("pk", flat=True)
    context = {
        "plan": plan,
        "often": recurring.in_words(plan.rule),
        "dates": _next_dates(plan),
        "assets": per_asset(plan, request.user),
        "runs": runs[:RUNS_SHOWN],
        "seen": set(seen),
        "may_edit": writes_plans(request.user),
    }
    return render(request, "desk/plan.html", context)


def plan_new(request: SignedIn) -> HttpResponse:
    """Write a plan."""
    agents_only(request)
    return _form(request, Plan(owner=request.user))


def plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a plan."""
    return _form(request, _plan(request, pk))


def plan_preview(request: SignedIn) -> HttpResponse:
    """Fragment: the rule being written in words, with its first dates."""
    agents_only(request)
    if request.method != "POST":
        raise NotVisible()
    form = PlanForm(request.POST, user=request.user, instance=Plan(owner=request.user))
    form.is_valid()
    return render(request, "desk/_plan_preview.html", _previewed(form))


@require_POST
def plan_pause(request: SignedIn, pk: int) -> HttpResponse:
    """Pause a plan, with the way back."""
    plan = switch_plan(_plan(request, pk), actor=request.user, is_active=False)
    said = _("“%(name)s” is paused.") % {"name": plan.name}
    messages.success(request, said, extra_tags=reverse("plan_resume", args=[pk]))
    return done(request, reverse("plan", args=[pk]))


@require_POST
def plan_resume(request: SignedIn, pk: int) -> HttpResponse:
    """Let a plan go on."""
    plan = switch_plan(_plan(request, pk), actor=request.user, is_active=True)
    return done(request, reverse("plan", args=[pk]), message=_("“%(name)s” goes on.") % {"name": plan.name})


def _form(request: SignedIn, plan: Plan) -> HttpResponse:
    if not writes_plans(request.user):
        raise NotAllowed()
    sent, newest, status = request.POST or stashed_form(request), plan.version, 200
    seen = (whole_number(sent.get("version", "")) if sent else None) or newest
    form = PlanForm(sent, instance=plan, user=request.user)
    if request.method == "POST" and "preview" not in request.POST:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                kept = keep_plan(
                    form.save(commit=False), assets=form.cleaned_data["assets"], actor=request.user, seen=seen
                )
            except Invalid as error:
                for name, texts in error.fields.items():
                    form.add_error(name, texts)
            except Conflict as error:
                form.add_error(None, error.message)
                # the next attempt is made with open eyes
                seen, status = newest, error.status
            else:
                return done(request, reverse("plan", args=[kept.pk]), message=_("Saved."))
    shown = _previewed(form) if form.is_bound else {}
    return render(request, "desk/plan_form.html", {"form": form, "plan": plan, "seen": seen, **shown}, status=status)


def _previewed(form: PlanForm) -> dict[str, Any]:
    """The rule in words and its first dates; why not, where it is none."""
    typed = getattr(form, "cleaned_data", {})
    first = typed.get("starts_at")
    if form.errors.get("rule") or not first or not typed.get("rule"):
        return {"why_not": form.errors.get("rule", [])}
    zone = form.instance.time_zone
    local = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = recurring.first_dates(typed["rule"], local, zone, DATES_SHOWN)
    return {"often": recurring.in_words(typed["rule"]), "dates": [full_date(date) for date in found]}


def _next_dates(plan: Plan) -> list[str]:
    if not plan.is_active or plan.next_at is None:
        return []
    ahead = (date for date in recurring.dates(plan.rule, plan.first_local, plan.time_zone) if date >= plan.next_at)
    return [full_date(date) for date in islice(ahead, DATES_SHOWN)]


def _plan(request: SignedIn, pk: int) -> Plan:
    agents_only(request)
    found = Plan.objects.visible_to(request.user).select_related("team", "owner", "category", "assignee", "checklist")
    plan = found.filter(pk=pk).first()
    if plan is None:
        raise NotVisible()
    return plan
