"""Telling leads of gaps in the days ahead, each day's once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.urls import reverse

from accounts import roster
from accounts.gaps import Finding
from accounts.models import Membership, Team, User
from accounts.models.people import all_teams
from accounts.roster_news import News, tell
from accounts.spans import local_date

AHEAD = timedelta(days=7)
# A gap keeps its beginning while it passes, so that it is known as the same one; what is longer was told long ago.
BEHIND = timedelta(days=8)


def tell_of_gaps(now: datetime) -> int:
    """Tell the leads of every team of the days with a gap, from now to seven days ahead.

    Returns:
        How many days there were to tell of; a day that was told of is not told again.
    """
    teams = {team.pk: team for team in all_teams()}
    since = now - BEHIND
    days: dict[tuple[int, date], list[Finding]] = defaultdict(list)
    for finding in roster.read(teams, since, now + AHEAD).findings(since, now + AHEAD):
        if finding.is_gap and finding.end > now and finding.start > since:
            days[finding.team, local_date(finding.start, teams[finding.team].time_zone)].append(finding)
    leads = _leads()
    for (team_id, day), found in days.items():
        tell(leads.get(team_id, []), _news(teams[team_id], day, found[0]), at=now)
    return len(days)


def _news(team: Team, day: date, first: Finding) -> News:
    year, week, _day = day.isocalendar()
    return News(
        what=f"gap_{first.kind}",
        key=f"gap-{team.pk}-{day:%Y%m%d}",
        team=team,
        path=f"{reverse('roster_week', args=[team.slug])}?week={year}-W{week:02d}",
        start=first.start,
        end=first.end,
    )


def _leads() -> dict[int, list[User]]:
    leads: dict[int, list[User]] = defaultdict(list)
    for row in Membership.objects.filter(role=Membership.Role.LEAD, user__is_active=True).select_related("user"):
        leads[row.team_id].append(row.user)
    return leads
