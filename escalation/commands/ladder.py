"""Changing the ladder: a new wording of it, a team's rung, and who stands on the rungs of a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from accounts.models import Team, Tier, User
from catalogue.models import Service, SupportTeam
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation.ladder_definition import Ladder, LadderError, Rung, as_tree, parse
from escalation.models import LadderVersion
from escalation.policies import keeps_ladder

LOCK = 718_002  # one wording of the ladder is written at a time
PARKED = 1_000  # levels are unique: while they are handed out anew they stand up here
NEW = -1  # rungs that are not tiers yet count down from here


def write_ladder(tree: Mapping[str, Any], *, actor: User, seen: int | None = None, note: str = "") -> LadderVersion:
    """Put a new wording of the ladder in force: its rungs become the tiers, in this order.

    Args:
        tree: as `ladder_definition.parse` reads it; a rung whose tier is negative is new, and steps may lead to it.
        seen: the number of the wording the actor saw; None for no matter which.

    Raises:
        Invalid: on `rungs` or `steps`, in words; a tier that is taken off still has teams or tickets.
        Conflict: somebody else wrote a wording meanwhile.  NotAllowed: only incident managers and operators.
    """
    if not keeps_ladder(actor):
        raise NotAllowed()
    wanted = _parsed(tree)
    with transaction.atomic():
        _alone()
        newest = LadderVersion.objects.order_by("-number").first()
        number = newest.number if newest else 0
        if seen is not None and seen != number:
            raise Conflict(
                message=_("Somebody else changed the ladder meanwhile. Look at it again; what you typed is kept here.")
            )
        tiers = _tiers(wanted.rungs)
        _check_teams(wanted)
        definition = as_tree(_renumbered(wanted, tiers))
        if newest is not None and newest.definition == definition:
            return newest
        return LadderVersion.objects.create(
            number=number + 1, definition=definition, author=actor, note=note.strip()[:200], created_at=database_now()
        )


def place_team(team: Team, *, actor: User, tier: Tier | None) -> Team:
    """Let a team stand on a rung. Tickets it has stay where they were counted; it holds for those that come.

    Raises:
        Invalid: on `tier`; a team without one could get no ticket.  NotAllowed: as `write_ladder`.
    """
    if not keeps_ladder(actor):
        raise NotAllowed()
    if tier is None:
        raise Invalid.field("tier", _("%(team)s needs a tier to stand on.") % {"team": team.label})
    team.tier = tier
    team.save(update_fields=["tier"])
    return team


def write_line(service: Service, *, actor: User, teams: Mapping[Tier, Team]) -> None:
    """Say which team stands on which rung for a service; a rung that is not named has none.

    Raises:
        Invalid: on `teams`; a team would stand on two rungs.  NotAllowed: as `write_ladder`.
    """
    if not keeps_ladder(actor):
        raise NotAllowed()
    chosen = list(teams.values())
    twice = next((team for team in chosen if chosen.count(team) > 1), None)
    if twice is not None:
        raise Invalid.field("teams", _("%(team)s cannot stand on two tiers of one service.") % {"team": twice.label})
    with transaction.atomic():
        Service.objects.select_for_update().get(pk=service.pk)
        SupportTeam.objects.filter(service=service).delete()
        SupportTeam.objects.bulk_create(
            SupportTeam(service=service, tier=tier, team=team) for tier, team in teams.items()
        )


def _parsed(tree: Mapping[str, Any]) -> Ladder:
    try:
        return parse(tree)
    except LadderError as error:
        raise Invalid.field(error.field, error.message) from error


def _tiers(rungs: tuple[Rung, ...]) -> dict[int, Tier]:
    """The tiers as the rungs want them, by the number the rung had; those without a rung are taken away."""
    known = Tier.objects.select_for_update().in_bulk()
    if lost := next((rung for rung in rungs if rung.tier_id > 0 and rung.tier_id not in known), None):
        raise Invalid.field("rungs", _("%(name)s is not there any more.") % {"name": lost.name})
    kept = {rung.tier_id for rung in rungs}
    for tier in known.values():
        if tier.pk not in kept:
            _take_off(tier)
    Tier.objects.filter(pk__in=kept).update(level=PARKED + F("level"))
    tiers = {}
    for level, rung in enumerate(rungs, start=1):
        tier = known.get(rung.tier_id) or Tier()
        tier.level, tier.name, tier.name_id = level, rung.name, rung.name_id
        tier.save()
        tiers[rung.tier_id] = tier
    return tiers


def _take_off(tier: Tier) -> None:
    try:
        tier.delete()
    except ProtectedError as error:
        raise Invalid.field(
            "rungs",
            _("%(name)s still has teams or tickets; move the teams first. A tier that had tickets stays.")
            % {"name": tier.label},
        ) from error


def _renumbered(ladder: Ladder, tiers: Mapping[int, Tier]) -> Ladder:
    """The same ladder with the real numbers of its new rungs."""
    tree = as_tree(ladder)
    for rung in tree["rungs"]:
        rung["tier"] = tiers[rung["tier"]].pk
    for step in tree["steps"]:
        step["from"], step["to"] = tiers[step["from"]].pk, tiers[step["to"]].pk
    return parse(tree)


def _check_teams(ladder: Ladder) -> None:
    named = {team for step in ladder.steps for team in step.teams}
    if len(named) != Team.objects.filter(pk__in=named).count():
        raise Invalid.field("steps", _("A step names a team that is not there any more."))


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
