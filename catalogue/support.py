from __future__ import annotations

from accounts.models import Team
from catalogue.models import SupportTeam
from core.steady import kept


@kept
def support_line(service_id: int) -> list[Team]:
    """The teams that stand on the rungs of a service, lowest first."""
    rows = SupportTeam.objects.filter(service_id=service_id).select_related("team__tier", "tier")
    return [row.team for row in rows.order_by("tier__level")]
