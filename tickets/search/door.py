"""Who finds what, as marks in the index: the question itself asks only for what this person may see.

`Ticket.objects.visible_to` stays the door; every candidate passes it before it is ranked, counted or shown. This makes
sure that the candidates are the right ones, and that internal words match only where they may be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from tickets.search.matching import Match, either, facet


@dataclass(frozen=True, slots=True)
class Door:
    """Attributes:
    sees_all: everything, from the inside.
    inside: tickets this person sees as staff, where that is not all.
    outside: tickets they see as their requester or follower.
    """

    sees_all: bool
    inside: Match | None
    outside: Match | None


def door_of(user: User) -> Door:
    """The same rule as `TicketQuerySet.visible_to`, in marks; a test holds the two equal."""
    hats = user.hats
    hidden = [team for team in hats.teams if not hats.sees_team(team.pk)]
    if hats.is_overseer or (hats.is_agent and not hidden):
        return Door(sees_all=True, inside=None, outside=None)
    outside = facet(f"r:{user.pk}", f"w:{user.pk}")
    if not hats.is_agent:
        return Door(sees_all=False, inside=None, outside=outside)
    asked = [f"hperson:{user.pk}"]
    asked += [f"hteam:{team.pk}" for team in hats.my_teams]
    asked += sorted({f"htier:{team.tier_id}" for team in hats.my_teams})
    inside = either([~facet(*(f"t:{team.pk}" for team in hidden)), facet(*asked)])
    return Door(sees_all=False, inside=inside, outside=outside)


def through(door: Door, inside: Match | None, outside: Match | None) -> Match | None:
    """The question behind the door: `inside` where one is staff, `outside` elsewhere. None matches nothing."""
    if door.sees_all:
        return inside
    # the branch that needs no weights comes first: where it holds, no vector has to be read
    branches = []
    if door.inside is not None and inside is not None:
        branches.append(door.inside & inside)
    if door.outside is not None and outside is not None:
        branches.append(door.outside & outside)
    return either(branches)
