"""The hats a person wears: agent in one team, lead of another, requester everywhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Team


@dataclass(frozen=True, slots=True)
class Hats:
    """What one person's memberships add up to; a value, computed once per request.

    `roles` maps team id to "agent" or "lead"; `teams` holds every active team, small enough to carry along.
    """

    roles: dict[int, str] = field(default_factory=dict)
    teams: tuple[Team, ...] = ()
    is_overseer: bool = False

    @property
    def is_agent(self) -> bool:
        """True for whoever works on tickets: a member of any team, an incident manager or an operator."""
        return bool(self.roles) or self.is_overseer

    @property
    def is_lead(self) -> bool:
        return "lead" in self.roles.values() or self.is_overseer

    @property
    def visible_teams(self) -> list[Team]:
        """Teams whose tickets this person may see: a restricted team only shows to its own members and overseers."""
        if not self.is_agent:
            return []
        return [team for team in self.teams if self.is_overseer or not team.is_restricted or team.pk in self.roles]

    @property
    def my_teams(self) -> list[Team]:
        return [team for team in self.teams if team.pk in self.roles]

    def works_for(self, team_id: int | None) -> bool:
        return team_id is not None and (self.is_overseer or team_id in self.roles)

    def leads(self, team_id: int | None) -> bool:
        return team_id is not None and (self.is_overseer or self.roles.get(team_id) == "lead")

    def sees_team(self, team_id: int | None) -> bool:
        """An agent sees what nobody owns yet, so that a ticket no rule matched is not lost."""
        if not self.is_agent:
            return False
        return self.is_overseer or team_id is None or any(team.pk == team_id for team in self.visible_teams)
