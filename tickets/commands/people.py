from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from tickets.commands._change import change
from tickets.models import Ticket, Watcher
from tickets.placement import move_check, put_on
from tickets.reasons import Reason, stored


def assign(
    ticket: Ticket,
    *,
    actor: User,
    assignee: User,
    reason: Reason = "",
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Give the ticket an owner, who must work for the team that has it. Taking it is assigning it to oneself.

    Args:
        data: what else the event remembers of how it was decided; fit for JSON.

    Raises:
        Invalid: the assignee does not work for the team.  NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "assign", actor=actor, version=version, at=at) as step:
        # asked after the policy, so that nobody learns names who may not assign anyway
        if not _may_own(assignee, step.ticket):
            raise Invalid.field(
                "assignee", _("%(name)s does not work for the team that has this ticket.") % {"name": assignee.name}
            )
        step.ticket.assignee = assignee
        step.data.update(data or {})
        if reason:
            step.data["reason"] = stored(reason)
    return ticket


def _may_own(person: User, ticket: Ticket) -> bool:
    """Somebody of the team that has it; anyone on the desk while no team has it."""
    if not person.is_active or person.is_automation:
        return False
    return person.hats.is_agent if ticket.team_id is None else person.hats.works_for(ticket.team_id)


def release(
    ticket: Ticket, *, actor: User, reason: Reason = "", version: int | None = None, at: datetime | None = None
) -> Ticket:
    """Give the ticket back to its team's queue.

    Raises:
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "release", actor=actor, version=version, at=at) as step:
        step.ticket.assignee = None
        if reason:
            step.data["reason"] = stored(reason)
    return ticket


def transfer(
    ticket: Ticket,
    *,
    actor: User,
    team: Team,
    reason: Reason = "",
    undoes: bool = False,
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Move the ticket to another team's queue without a handover packet; rules and leads do this.

    Args:
        undoes: it takes a transfer back, so nobody is asked anew whether the ticket may go there.

    Raises:
        Invalid: the team already has it, or may not get it this way (settings.TICKET_MOVE_CHECK).
        NotAllowed, Conflict: as `change`.
    """
    if ticket.team_id == team.pk:
        raise Invalid.field("team", _("%(team)s already has this ticket.") % {"team": team.label})
    with change(ticket, "transfer", actor=actor, version=version, at=at) as step:
        if not undoes:
            move_check()(step.ticket, team, actor)
        put_on(step.ticket, team)
        if reason:
            step.data["reason"] = stored(reason)
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
