"""Followers of a ticket: somebody added by a colleague, and leaving."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from tickets import policies
from tickets.commands._change import change, held
from tickets.commands.people import watch
from tickets.models import Ticket, Watcher


def add_follower(ticket: Ticket, *, actor: User, follower: User, at: datetime | None = None) -> Ticket:
    """Let a colleague follow the ticket; twice is the same as once.

    Following outlasts everything, so it never opens a ticket: only whoever sees it by their team is added.

    Raises:
        Invalid: the colleague does not see the ticket by their team.  NotAllowed: as `change`.
    """
    with held(ticket) as current:
        if not follower.is_active or follower.is_automation or not policies.sees_by_team(follower, current):
            raise Invalid.field("follower", _("%(name)s cannot open this ticket as staff.") % {"name": follower.name})
        if follower.pk == actor.pk:
            return watch(ticket, actor=actor, follower=follower, at=at)
        if Watcher.objects.filter(ticket_id=current.pk, user=follower).exists():
            return ticket
        with change(ticket, "add_follower", actor=actor, at=at) as step:
            Watcher.objects.create(ticket=step.ticket, user=follower)
            step.data.update(follower=follower.pk, about=follower.name)
    return ticket


def unwatch(ticket: Ticket, *, actor: User, follower: User, at: datetime | None = None) -> Ticket:
    """Stop somebody following; nothing happens where they do not follow. Everybody may stop for themselves.

    Raises:
        NotAllowed: taking away somebody else is for those who work on the ticket; and as `change`.
    """
    with held(ticket) as current:
        row = Watcher.objects.filter(ticket_id=current.pk, user=follower).first()
        if row is None:
            return ticket
        if follower.pk != actor.pk and not policies.works_on(actor, current):
            raise NotAllowed()
        verb = "unwatch" if follower.pk == actor.pk else "remove_follower"
        with change(ticket, verb, actor=actor, at=at) as step:
            row.delete()
            step.data["follower"] = follower.pk
            if follower.pk != actor.pk:
                step.data["about"] = follower.name
    return ticket
