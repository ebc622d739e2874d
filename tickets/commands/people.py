from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from tickets.commands._change import change
from tickets.models import Ticket, Watcher
from tickets.placement import put_on


def assign(
    ticket: Ticket,
    *,
    actor: User,
    assignee: User,
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Give the ticket an owner, who must work for the team that has it. Taking it is assigning it to oneself.

    Raises:
        Invalid: the assignee does not work for the team.  NotAllowed, Conflict: as `change`.
    """
    if not assignee.is_active or (not assignee.hats.works_for(ticket.team_id) and ticket.team_id is not None):
        raise Invalid.field(
            "assignee", _("%(name)s does not work for the team that has this ticket.") % {"name": assignee.name}
        )
    with change(ticket, "assign", actor=actor, version=version, at=at) as step:
        step.ticket.assignee = assignee
        if reason:
            step.data["reason"] = reason
    return ticket


def release(ticket: Ticket, *, actor: User, version: int | None = None, at: datetime | None = None) -> Ticket:
    """Give the ticket back to its team's queue.

    Raises:
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "release", actor=actor, version=version, at=at) as step:
        step.ticket.assignee = None
    return ticket


def transfer(
    ticket: Ticket,
    *,
    actor: User,
    team: Team,
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Move the ticket to another team's queue without a handover packet; rules and leads do this.

    Raises:
        Invalid: the team already has it.  NotAllowed, Conflict: as `change`.
    """
    if ticket.team_id == team.pk:
        raise Invalid.field("team", _("%(team)s already has this ticket.") % {"team": team.label})
    with change(ticket, "transfer", actor=actor, version=version, at=at) as step:
        put_on(step.ticket, team)
        if reason:
            step.data["reason"] = reason
    return ticket


def watch(ticket: Ticket, *, actor: User, follower: User, at: datetime | None = None) -> Ticket:
    """Let somebody follow the ticket; twice is the same as once.

    Raises:
        NotAllowed: as `change`.
    """
    if Watcher.objects.filter(ticket_id=ticket.pk, user=follower).exists():
        return ticket
    with change(ticket, "watch", actor=actor, at=at) as step:
        Watcher.objects.get_or_create(ticket=step.ticket, user=follower)
        step.data["follower"] = follower.pk
    return ticket
