"""The ladder: drawn for everybody who climbs it, changed by those who keep it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Team, Tier
from accounts.requests import SignedIn
from catalogue.models import Service, SupportTeam
from core.cleaning import whole_number
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from escalation.commands import ladder as commands
from escalation.forms.ladder import LadderForm
from escalation.ladder import ladder
from escalation.ladder_definition import Ladder, parse
from escalation.models import LadderVersion
from escalation.policies import keeps_ladder, reads_promises
from tickets.typed import stashed_form

VERSIONS_SHOWN = 20


def ladder_page(request: SignedIn) -> HttpResponse:
    """Who stands where, which steps there are, and what each asks for."""
    _reader(request)
    wording = ladder()
    sees = {team.pk for team in request.user.hats.visible_teams}
    teams = Team.objects.annotate(people=Count("memberships", filter=Q(memberships__user__is_active=True)))
    tiers = {tier.pk: tier for tier in Tier.objects.prefetch_related(Prefetch("teams", queryset=teams))}
    rungs = [
        {
            "rung": rung,
            "tier": tiers[rung.tier_id],
            "teams": [team for team in tiers[rung.tier_id].teams.all() if team.pk in sees],
            "ups": [step for step in wording.steps if step.start == rung.tier_id and step.direction == "up"],
            "downs": [step for step in wording.steps if step.start == rung.tier_id and step.direction == "down"],
        }
        for rung in reversed(wording.rungs)
    ]
    context = {
        "rungs": rungs,
        **_names(wording),
        "wording": wording,
        "lines": _lines(list(wording.rungs), sees),
        "versions": LadderVersion.objects.select_related("author")[:VERSIONS_SHOWN],
        "tiers": sorted(tiers.values(), key=lambda tier: tier.level),
        "may_edit": keeps_ladder(request.user),
    }
    return render(request, "ladder/page.html", context)


def ladder_edit(request: SignedIn) -> HttpResponse:
    """Write the ladder anew; nothing is saved that nobody could climb."""
    _keeper(request)
    if request.method != "POST":
        kept_form = stashed_form(request)
        seen = whole_number(kept_form.get("version", "")) if kept_form else None
        return _draw(request, LadderForm(ladder(), kept_form), _number() if seen is None else seen)
    form, seen = LadderForm(ladder(), request.POST), whole_number(request.POST.get("version", "")) or 0
    if request.POST.get("overwrite"):
        seen = whole_number(request.POST["overwrite"]) or 0
    if not form.is_valid():
        return _draw(request, form, seen, status=UNPROCESSABLE)
    try:
        commands.write_ladder(form.tree(), actor=request.user, seen=seen, note=form.note)
    except Invalid as error:
        form.refused = error.fields
        return _draw(request, form, seen, status=UNPROCESSABLE)
    except Conflict as error:
        # the old number stays: sending it again is refused again, unless the other wording is overwritten on purpose
        newer = LadderVersion.objects.select_related("author").first()
        return _draw(request, form, seen, trouble=error.message, newer=newer, status=error.status)
    return done(request, reverse("ladder"), message=_("The ladder is in force."))


def ladder_line(request: SignedIn, slug: str) -> HttpResponse:
    """Who stands on the rungs for one service."""
    _reader(request)
    service = get_object_or_404(Service, slug=slug)
    _keeper(request)
    tiers, teams = list(Tier.objects.order_by("level")), list(Team.objects.select_related("tier"))
    standing = dict(SupportTeam.objects.filter(service=service).values_list("tier_id", "team__slug"))
    context: dict[str, Any] = {"service": service, "teams": teams}
    if request.method == "POST":
        chosen = {tier: request.POST.get(f"tier-{tier.pk}", "") for tier in tiers}
        by_slug = {team.slug: team for team in teams}
        standing = {tier.pk: slug for tier, slug in chosen.items()}
        try:
            found = {tier: by_slug[slug] for tier, slug in chosen.items() if slug}
            commands.write_line(service, actor=request.user, teams=found)
        except KeyError:
            context["errors"] = {"teams": [_("Choose one of the list.")]}
        except Invalid as error:
            context["errors"] = error.fields
        else:
            said = _("Who supports %(service)s is saved.") % {"service": service.label}
            return done(request, reverse("ladder"), message=said)
    context["rows"] = [(tier, standing.get(tier.pk, "")) for tier in reversed(tiers)]
    return render(request, "ladder/line.html", context, status=UNPROCESSABLE if context.get("errors") else 200)


@require_POST
def ladder_team(request: SignedIn, slug: str) -> HttpResponse:
    """Put a team on a rung."""
    _reader(request)
    team = get_object_or_404(Team, slug=slug)
    _keeper(request)
    tier = Tier.objects.filter(pk=whole_number(request.POST.get("tier", "")) or 0).first()
    commands.place_team(team, actor=request.user, tier=tier)
    said = _("%(team)s stands on %(tier)s now.") % {"team": team.label, "tier": team.tier.label}
    return done(request, reverse("ladder"), message=said)


def _lines(rungs: list[Any], sees: set[int]) -> list[dict[str, Any]]:
    """Per service, who stands on each rung."""
    lines = []
    rows = Prefetch("support_teams", queryset=SupportTeam.objects.select_related("team"))
    for service in Service.objects.prefetch_related(rows):
        by_tier = {row.tier_id: row.team for row in service.support_teams.all() if row.team_id in sees}
        lines.append({"service": service, "teams": [by_tier.get(rung.tier_id) for rung in rungs]})
    return lines


def ladder_version(request: SignedIn, number: int) -> HttpResponse:
    """An earlier wording: drawn on GET, in force again on POST."""
    _reader(request)
    found = get_object_or_404(LadderVersion.objects.select_related("author"), number=number)
    if request.method != "POST":
        wording = parse(found.definition)
        context = {"found": found, "steps": wording.steps, "rungs": wording.rungs, **_names(wording)}
        context["may_edit"] = keeps_ladder(request.user) and found.number != _number()
        return render(request, "ladder/version.html", context)
    _keeper(request)
    note = _("Back to version %(n)s") % {"n": number}
    commands.write_ladder(found.definition, actor=request.user, note=note)
    return done(request, reverse("ladder"), message=_("The ladder is in force."))


def _names(wording: Ladder) -> dict[str, dict[int, str]]:
    teams = {team.pk: team.label for team in Team.objects.all()}
    return {"names": {rung.tier_id: rung.label for rung in wording.rungs}, "team_names": teams}


def _draw(request: SignedIn, form: LadderForm, seen: int, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "ladder/edit.html", {"form": form, "seen": seen, **more}, status=status)


def _number() -> int:
    newest = LadderVersion.objects.order_by("-number").values_list("number", flat=True).first()
    return newest or 0


def _reader(request: SignedIn) -> None:
    if not reads_promises(request.user):
        raise NotVisible()


def _keeper(request: SignedIn) -> None:
    _reader(request)
    if not keeps_ladder(request.user):
        raise NotAllowed()
