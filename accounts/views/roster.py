"""The roster to read: who is on now, one team's week at the desk, and the page for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import roster
from accounts.gaps import Finding
from accounts.models import Absence, Swap, Team, User
from accounts.models.people import all_teams
from accounts.requests import SignedIn
from accounts.roster_policies import (
    answers,
    edits_roster,
    in_team,
    reads_absences,
    reads_note,
    sees_duties,
    sees_roster,
)
from accounts.roster_week import Week, days_of, midnight
from accounts.roster_words import finding_words, span_words
from core.errors import NotVisible
from core.time import database_now

AHEAD = timedelta(days=8)  # the rest of today and seven days more
SHOWN_WARNINGS = 40


def roster_now(request: SignedIn) -> HttpResponse:
    """Who is on now in every team the agent sees, and what is wrong in the next seven days."""
    desk_only(request.user)
    now = database_now()
    teams = request.user.hats.visible_teams
    # whole days, so that no span ends at the time of day it happens to be
    until = midnight(timezone.localdate() + AHEAD)
    found = roster.read((team.pk for team in all_teams()), now, until)
    rows = [{"team": team, "now": roster.of_roster(found, team.pk, now)} for team in teams]
    context = {
        "rows": rows,
        "mine": {team.pk for team in request.user.hats.my_teams},
        "warnings": warnings_shown(request.user, found, found.findings(now, until)),
    }
    return render(request, "roster/now.html", context)


def roster_week(request: SignedIn, slug: str) -> HttpResponse:
    """One week of a team: duties, absences, swaps, warnings."""
    team = desk_team(request.user, slug)
    week, now = Week.named(request.GET.get("week", "")), database_now()
    found = roster.read((one.pk for one in all_teams()), *week.span)
    swaps = _swaps(team, week, request.user)
    asked = {(swap.kind, swap.start) for swap in swaps if swap.is_open and swap.asker_id == request.user.pk}
    days = days_of(week, team, found, reader=request.user, now=now, absences=_absences(team, week), asked=asked)
    since, until = max(now, week.span[0]), week.span[1]
    findings = [one for one in found.findings(since, until) if one.team == team.pk] if since < until else []
    context = {
        **_frame(week, team, request.user.hats.visible_teams),
        "days": days,
        "swaps": [{"swap": swap, "when": span_words(swap.start, swap.end), "note": swap.note
                   if reads_note(request.user, swap) else "", "answers": answers(request.user, swap)
                   if swap.start > now else []} for swap in swaps],
        "warnings": warnings_shown(request.user, found, findings),
        "may_edit": edits_roster(request.user, team),
        "is_member": in_team(request.user, team),
        "reads_absences": reads_absences(request.user, team),
    }  # fmt: skip
    return render(request, "roster/week.html", context)


def public_roster(request: SignedIn, slug: str = "") -> HttpResponse:
    """Who is on duty and on call this week, for everybody signed in: names and times, nothing else."""
    teams = [team for team in all_teams() if sees_duties(request.user, team)]
    if not slug and teams:
        return redirect("public_roster", slug=teams[0].slug)
    team = next((team for team in teams if team.slug == slug), None)
    if team is None:
        raise NotVisible()
    week, now = Week.named(request.GET.get("week", "")), database_now()
    found = roster.read([team.pk], *week.span)
    days = days_of(week, team, found, reader=request.user, now=now, absences=[], asked=set())
    return render(request, "roster/public.html", {**_frame(week, team, teams), "days": days})


def desk_only(user: User) -> None:
    """Raises NotVisible for those who do not work at the desk."""
    if not user.hats.is_agent:
        raise NotVisible()


def desk_team(user: User, slug: str) -> Team:
    """A team whose roster this person may see. Raises NotVisible."""
    desk_only(user)
    team = next((team for team in user.hats.teams if team.slug == slug and sees_roster(user, team)), None)
    if team is None:
        raise NotVisible()
    return team


def warnings_shown(reader: User, found: roster.Roster, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What the reader may know of, in words, the next first."""
    teams = {team.pk: team for team in reader.hats.visible_teams}
    mine = [one for one in findings if one.team in teams][:SHOWN_WARNINGS]
    return [
        {
            "finding": one,
            "team": teams[one.team],
            "words": finding_words(one, found.people, teams),
            "when": span_words(one.start, one.end),
            "week": Week.of(one.start).name,
        }
        for one in mine
    ]


def _frame(week: Week, team: Team, teams: list[Team]) -> dict[str, Any]:
    return {
        "team": team,
        "teams": teams,
        "week": week,
        "zone": timezone.get_current_timezone_name(),
    }


def _absences(team: Team, week: Week) -> list[Absence]:
    touching = Absence.objects.filter(end__gt=week.span[0], start__lt=week.span[1])
    of_team = touching.filter(person__memberships__team=team, person__is_active=True)
    return list(of_team.select_related("person").order_by("person__name", "start"))


def _swaps(team: Team, week: Week, reader: User) -> list[Swap]:
    """Those of the week; what somebody declined or took back is for the two and the lead."""
    found = Swap.objects.filter(team=team, end__gt=week.span[0], start__lt=week.span[1])
    if not edits_roster(reader, team):
        live = (Swap.State.ASKED, Swap.State.AGREED, Swap.State.APPROVED)
        found = found.filter(Q(state__in=live) | Q(asker=reader) | Q(colleague=reader))
    return list(found.select_related("asker", "colleague", "decided_by").order_by("start", "pk"))
