from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Team, User
from tickets.choices import LIVE
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Target:
    """A team a ticket may go to; `is_suggested` is the next rung of its service. How much a restricted team has open is
    for those who see its queue: `open_count` is None for everybody else.
    """

    team: Team
    open_count: int | None
    people: int
    is_suggested: bool


def targets_for(ticket: Ticket, user: User) -> list[Target]:
    """Teams on the same and higher rungs, the service's own next rung first; two queries."""
    level = ticket.tier.level if ticket.tier else 0
    line = {row.team_id for row in ticket.service.support_teams.all()} if ticket.service else set()
    teams = (
        Team.objects.select_related("tier")
        .exclude(pk=ticket.team_id or 0)
        .filter(tier__level__gte=level)
        .annotate(
            open_count=Count("tickets", filter=Q(tickets__status__in=LIVE), distinct=True),
            people=Count("memberships", distinct=True),
        )
    )
    found = sorted(
        teams, key=lambda team: (team.pk not in line or team.tier.level == level, team.tier.level, team.name)
    )
    suggested = next((team.pk for team in found if team.pk in line and team.tier.level > level), None)
    sees = {team.pk for team in user.hats.visible_teams}
    return [
        Target(team, team.open_count if team.pk in sees else None, team.people, team.pk == suggested) for team in found
    ]
