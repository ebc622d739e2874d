"""Dry runs of rules: asking for one, its report, and turning on or rolling back what was tried."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, Invalid, NotVisible
from core.htmx import UNPROCESSABLE, done
from escalation.commands import dry_runs as commands
from escalation.models import DryRun, RuleVersion
from escalation.policies import keeps_rules, writes_rules
from escalation.rules.dry.shown import shown_to
from escalation.views.rules import draw_list, reader

PER_PAGE = 25
DAYS = (7, 30, 90, 365)
DAYS_UNASKED = 30


def dry_runs(request: SignedIn) -> HttpResponse:
    """The dry runs kept, the newest first."""
    reader(request)
    rows = _readable(request).select_related("asked_by", "applied_by").defer("report")
    page = Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "rules/dry_runs.html", {"page_obj": page, "may_write": writes_rules(request.user)})


@require_POST
def dry_run_new(request: SignedIn) -> HttpResponse:
    """Try drafts on the past: the `version` named, or all drafts that are not in force."""
    reader(request)
    asked = [number for text in request.POST.getlist("version") if (number := whole_number(text)) is not None]
    drafts = _drafts(asked)
    try:
        made = commands.try_rules(drafts, actor=request.user, days=_days(request))
    except Invalid as error:
        return draw_list(request, status=UNPROCESSABLE, refused=error.in_full)
    return done(request, reverse("dry_run", args=[made.pk]))


def dry_run(request: SignedIn, pk: int) -> HttpResponse:
    """A report, and what can be done about it."""
    reader(request)
    return _draw(request, _found(request, pk))


def dry_run_progress(request: SignedIn, pk: int) -> HttpResponse:
    """Fragment: how far it is; once it has ended the whole page is fetched."""
    reader(request)
    found = _found(request, pk)
    response = render(request, "rules/_dry_run_progress.html", {"dry_run": found})
    if found.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def dry_run_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Stop it."""
    reader(request)
    commands.cancel(_found(request, pk), actor=request.user)
    return done(request, reverse("dry_run", args=[pk]))


@require_POST
def dry_run_again(request: SignedIn, pk: int) -> HttpResponse:
    """Try the same drafts against what is in force now."""
    reader(request)
    earlier = _found(request, pk)
    versions = list(RuleVersion.objects.filter(pk__in=[change["version"] for change in earlier.changes]))
    made = commands.try_rules(versions, actor=request.user, days=earlier.days)
    return done(request, reverse("dry_run", args=[made.pk]))


@require_POST
def dry_run_turn_on(request: SignedIn, pk: int) -> HttpResponse:
    """Put in force what was tried."""
    reader(request)
    found = _found(request, pk)
    try:
        commands.turn_on(found, actor=request.user)
    except (Conflict, Invalid) as error:
        words = error.in_full if isinstance(error, Invalid) else error.message
        return _draw(request, found, conflict=words, status=error.status)
    return done(request, reverse("dry_run", args=[pk]), message=_("It is on. New tickets go by it."))


@require_POST
def dry_run_roll_back(request: SignedIn, pk: int) -> HttpResponse:
    """Put back what was in force before."""
    reader(request)
    found = _found(request, pk)
    try:
        commands.roll_back(found, actor=request.user)
    except (Conflict, Invalid) as error:
        words = error.in_full if isinstance(error, Invalid) else error.message
        return _draw(request, found, conflict=words, status=error.status)
    return done(request, reverse("dry_run", args=[pk]), message=_("Rolled back. The rules are as they were before."))


def _days(request: SignedIn) -> int:
    """How many days back; 30 where the form does not ask."""
    text = request.POST.get("days")
    # what is no number is none of the days there are: the command says which these are
    return DAYS_UNASKED if text is None else whole_number(text) or 0


def _drafts(version_ids: list[int]) -> list[RuleVersion]:
    """These versions, or the newest one of every rule that is not in force."""
    standing = RuleVersion.objects.filter(rule__removed_at__isnull=True).select_related("rule")
    if version_ids:
        return list(standing.filter(pk__in=version_ids))
    newest = standing.order_by("rule_id", "-number").distinct("rule_id")
    return [version for version in newest if not _is_in_force(version)]


def _is_in_force(version: RuleVersion) -> bool:
    return version.rule.is_active and version.rule.current_id == version.pk


def _readable(request: SignedIn) -> QuerySet[DryRun]:
    """One's own, and all of them for who oversees every team: a report counts what its asker may see."""
    return DryRun.objects.all() if request.user.hats.is_overseer else DryRun.objects.filter(asked_by=request.user)


def _found(request: SignedIn, pk: int) -> DryRun:
    found = _readable(request).select_related("asked_by", "applied_by", "rolled_back_by").filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def _draw(request: SignedIn, found: DryRun, *, conflict: str = "", status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "")
    context = {
        "dry_run": found,
        "shown": shown_to(request.user, found, show) if found.report else None,
        "show": show,
        "days": DAYS,
        "conflict": conflict,
        "may_write": writes_rules(request.user),
        "may_turn_on": keeps_rules(request.user),
        "is_partial": not found.asked_by.hats.is_overseer,
        "is_stale": found.state == DryRun.State.DONE and commands.is_stale(found),
        "is_on": found.applied_at is not None and found.rolled_back_at is None,
    }
    return render(request, "rules/dry_run.html", context, status=status)
