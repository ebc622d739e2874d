from __future__ import annotations

from accounts.models import Team
from catalogue.models import SupportTeam
from core.steady import kept


@kept
def support_line(service_id: int) -> list[Team]:
    """The teams that stand on the rungs of a service, lowest first."""
    rows = SupportTeam.objects.filter(service_id=service_id).select_related("team__tier", "tier")
    return [row.team for row in rows.order_by("tier__level")]


@kept
def rungs_of(service_id: int) -> dict[int, int]:
    """Where teams stand for a service: team to tier."""
    return dict(SupportTeam.objects.filter(service_id=service_id).values_list("team_id", "tier_id"))


def rung_of(team: Team, service_id: int | None) -> int:
    """The tier a team stands on for a service; its own where the service does not say."""
    return rungs_of(service_id).get(team.pk, team.tier_id) if service_id else team.tier_id
