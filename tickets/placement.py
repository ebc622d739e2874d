from __future__ import annotations

from accounts.models import Team
from tickets.models import Ticket


def put_on(ticket: Ticket, team: Team) -> None:
    """Place a ticket being changed in a team's queue: the rung follows the team, and the owner was the old team's."""
    ticket.team = team
    ticket.tier = team.tier
    ticket.assignee = None
