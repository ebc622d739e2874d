"""The ladder in force, and whether a move fits it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Team, Tier, User
from catalogue.support import rung_of
from core.errors import Invalid
from core.steady import kept
from escalation.ladder_definition import DOWN, LEADS, Ladder, LadderStep, Rung, parse, usual
from escalation.models import LadderVersion
from tickets.models import Ticket


@kept
def ladder() -> Ladder:
    """The newest wording; a house that has not written one climbs the usual ladder over its tiers."""
    newest = LadderVersion.objects.order_by("-number").values_list("definition", flat=True).first()
    return parse(newest) if newest is not None else usual(tiers_as_rungs())


def tiers_as_rungs() -> list[Rung]:
    """The tiers as they stand, from the first up."""
    return [Rung(tier.pk, tier.name, tier.name_id) for tier in Tier.objects.order_by("level")]


def step_to(ticket: Ticket, team: Team, actor: User) -> LadderStep:
    """The step of the ladder by which this person may pass the ticket to that team.

    Raises:
        Invalid: on `team`; there is no such step, it is not theirs to take, or it leads down.
    """
    step = ladder().step(ticket.tier_id, rung_of(team, ticket.service_id))
    if step is None:
        raise Invalid.field("team", _no_way(ticket, team))
    if step.direction == DOWN:
        raise Invalid.field("team", _("That team stands on a lower tier. Hand the ticket back instead."))
    _check_sender(ticket, team, actor, step)
    return step


def check_move(ticket: Ticket, team: Team, actor: User) -> None:
    """Whether a ticket may go to a team without a packet: rules and leads move freely along the steps there are,
    agents sideways and down; up they hand over.

    Raises:
        Invalid: on `team`, saying what to do instead.
    """
    if actor.is_automation:
        return
    rung = rung_of(team, ticket.service_id)
    step = ladder().step(ticket.tier_id, rung)
    if step is None:
        raise Invalid.field("team", _no_way(ticket, team))
    places = ladder()
    climbs = ticket.tier_id is not None and places.position(rung) > places.position(ticket.tier_id)
    if climbs and not actor.hats.leads(ticket.team_id):
        raise Invalid.field(
            "team",
            _("%(team)s stands on a higher tier: escalate, so that what you know goes along.") % {"team": team.label},
        )


def next_team(ticket: Ticket) -> Team | None:
    """The team on the next higher rung of the ticket's service that a step of the ladder leads to; None at the top,
    without a service, or where no step leads there.
    """
    if ticket.service is None or ticket.tier is None:
        return None
    places = ladder()
    here = places.position(ticket.tier_id)
    line = ticket.service.support_teams.select_related("team__tier", "tier").exclude(team_id=ticket.team_id or 0)
    above = sorted((places.position(row.tier_id), row.pk, row) for row in line)
    for place, _pk, row in above:
        if place > here and places.step(ticket.tier_id, row.tier_id) is not None:
            return row.team
    return None


def _check_sender(ticket: Ticket, team: Team, actor: User, step: LadderStep) -> None:
    if actor.is_automation or ticket.team is None:
        return
    if step.teams and ticket.team_id not in step.teams:
        raise Invalid.field("team", _("%(sender)s does not pass tickets to that tier.") % {"sender": ticket.team.label})
    if step.senders == LEADS and not actor.hats.leads(ticket.team_id):
        raise Invalid.field(
            "team", _("Only a lead of %(sender)s passes tickets to that tier.") % {"sender": ticket.team.label}
        )


def _no_way(ticket: Ticket, team: Team) -> str:
    here = ticket.tier.label if ticket.tier else ""
    return _("The ladder has no step from %(here)s to %(team)s.") % {"here": here, "team": team.label}
