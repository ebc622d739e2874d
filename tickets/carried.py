"""Tickets get team, tier and service from what their reader carries along; a join would read them fifty times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Team, Tier, User
from catalogue.models import Service
from tickets.models import Ticket


def carried(tickets: Sequence[Ticket], user: User, *, with_service: bool = False) -> Sequence[Ticket]:
    """The same tickets, each with its team and tier at hand; no query, for a reader who works on tickets.

    Args:
        with_service: also the service of each; one query.
    """
    teams = {team.pk: team for team in user.hats.teams}
    tiers = {team.tier_id: team.tier for team in teams.values()}
    _add(teams, (ticket.team_id for ticket in tickets), Team.objects.select_related("tier"))
    _add(tiers, (ticket.tier_id for ticket in tickets), Tier.objects.all())
    for ticket in tickets:
        # not by the descriptor: that compares and converts, fifty times a page
        at_hand = ticket._state.fields_cache
        at_hand["team"] = teams.get(ticket.team_id)  # type: ignore[arg-type]
        at_hand["tier"] = tiers.get(ticket.tier_id)  # type: ignore[arg-type]
    if with_service:
        services: dict[int, Service] = {}
        _add(services, (ticket.service_id for ticket in tickets), Service.objects.all())
        for ticket in tickets:
            ticket._state.fields_cache["service"] = services.get(ticket.service_id)  # type: ignore[arg-type]
    return tickets


def _add(known: dict[int, Any], wanted: Iterable[int | None], rows: Any) -> None:
    """Read those that are not known yet, all at once."""
    if unknown := {number for number in wanted if number} - known.keys():
        known.update(rows.in_bulk(unknown))
