from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Team, User
from catalogue.support import rung_of
from tickets.models import Ticket


def put_on(ticket: Ticket, team: Team) -> None:
    """Place a ticket being changed in a team's queue: on the rung the team stands on for its service. The owner was the
    old team's.
    """
    ticket.team = team
    rung = rung_of(team, ticket.service_id)
    if rung == team.tier_id:
        ticket.tier = team.tier
    else:
        ticket.tier_id = rung
    ticket.assignee = None


@cache
def move_check() -> Callable[[Ticket, Team, User], None]:
    """Whoever knows the ladder says whether a ticket may go to a team like this (settings.TICKET_MOVE_CHECK); raises
    Invalid where it may not.
    """
    found: Callable[[Ticket, Team, User], None] = import_string(settings.TICKET_MOVE_CHECK)
    return found
