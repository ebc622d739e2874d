from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, Tier, User
from accounts.roster import on_now
from catalogue.support import rung_of
from core.errors import Invalid
from core.time import database_now
from escalation.ladder import ladder, step_to
from escalation.ladder_definition import LadderStep
from tickets.choices import LIVE
from tickets.models import Ticket

FIELD_NAMES = {
    "symptom": _("Symptom"),
    "asked": _("What is asked"),
    "tried": _("Steps tried"),
    "evidence": _("Evidence"),
    "urgency": _("Urgency"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A team a ticket may go to by this person; `is_suggested` is the next rung of its service. How much a restricted
    team has open is for those who see its queue: `open_count` is None for everybody else. `on_shift` is None where
    nothing is planned; `is_closed` where the sender will not see the ticket any more.
    """

    team: Team
    tier: Tier
    step: LadderStep
    open_count: int | None
    people: int
    on_shift: int | None
    is_suggested: bool
    is_same_tier: bool
    is_closed: bool

    @property
    def needs(self) -> list[str]:
        """What the packet must hold for this step, as the form calls it."""
        return [str(FIELD_NAMES[name]) for name in self.step.fields]


def targets_for(ticket: Ticket, user: User) -> list[Target]:
    """Where the ladder lets this person pass the ticket: same and higher rungs, the service's own next rung first."""
    places, tiers = ladder(), Tier.objects.in_bulk()
    level = places.position(ticket.tier_id)
    line = {row.team_id for row in ticket.service.support_teams.all()} if ticket.service else set()
    sees = {team.pk for team in user.hats.visible_teams}
    found = []
    for team in _teams(ticket):
        rung = rung_of(team, ticket.service_id)
        try:
            step = step_to(ticket, team, user)
        except Invalid:
            continue
        above = places.position(rung) - level
        found.append((team.pk not in line or above == 0, above, team, rung, step))
    now = on_now([team.pk for _outside, _above, team, _rung, _step in found], database_now())
    found.sort(key=lambda row: (row[0], row[1], row[2].name))
    suggested = next((team.pk for outside, above, team, _rung, _step in found if not outside and above > 0), None)
    return [
        Target(
            team=team,
            tier=tiers[rung],
            step=step,
            open_count=team.open_count if team.pk in sees else None,
            people=team.people,
            on_shift=len(now[team.pk].on_shift) if now[team.pk].is_planned else None,
            is_suggested=team.pk == suggested,
            is_same_tier=above == 0 and ticket.tier_id is not None,
            is_closed=team.pk not in sees,
        )
        for _outside, above, team, rung, step in found
    ]


def _teams(ticket: Ticket) -> list[Any]:
    teams = Team.objects.select_related("tier").exclude(pk=ticket.team_id or 0)
    counted = teams.annotate(
        open_count=Count("tickets", filter=Q(tickets__status__in=LIVE), distinct=True),
        people=Count("memberships", distinct=True),
    )
    return list(counted)
