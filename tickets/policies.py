"""Who may do which verb. Whether a ticket may be known at all is `visible_to`; this is what may be done to it."""

from __future__ import annotations

from accounts.models import User
from tickets.choices import Status
from tickets.models import Ticket, TicketLink
from tickets.models.helping import own_row


def anyone_involved(user: User, ticket: Ticket) -> bool:
    """The requester, who follows it, or staff who see it."""
    return is_requester(user, ticket) or sees_as_staff(user, ticket) or ticket.watchers.filter(user_id=user.pk).exists()


def is_requester(user: User, ticket: Ticket) -> bool:
    return ticket.requester_id == user.pk


def sees_as_staff(user: User, ticket: Ticket) -> bool:
    """Any agent to whom the ticket's team is open: may read it all and leave a note."""
    return ticket.staffed_by(user)


def sees_by_team(user: User, ticket: Ticket) -> bool:
    """As `sees_as_staff`, but for those who see it only by an invitation: what stays behind when that ends, such as
    following, is not for them.
    """
    return user.hats.sees_team(ticket.team_id)


def is_asked(user: User, ticket: Ticket) -> bool:
    """Asked to help, by name or as one of a team or tier, and not yet helping."""
    if not user.hats.is_agent or ticket.assignee_id == user.pk:
        return False
    rows = [row for row in ticket.helpers.all() if row.asks(user)]
    return bool(rows) and not any(row.person_id == user.pk and row.joined_at for row in rows)


def is_helping(user: User, ticket: Ticket) -> bool:
    """Has joined, and is not done."""
    own = own_row(ticket.helpers.all(), user) if user.hats.is_agent else None
    return own is not None and own.joined_at is not None


def has_helped(user: User, ticket: Ticket) -> bool:
    """Has joined at some time, and still sees the ticket: the minutes are theirs alone to correct."""
    own = own_row(ticket.helpers.all(), user, is_open=False) if user.hats.is_agent else None
    return own is not None and own.joined_at is not None and sees_as_staff(user, ticket)


def may_uninvite(user: User, ticket: Ticket) -> bool:
    """Those who work on it; and whoever is asked by name, for themselves."""
    return works_on(user, ticket) or (user.hats.is_agent and own_row(ticket.helpers.all(), user) is not None)


def works_on(user: User, ticket: Ticket) -> bool:
    """Agents of the team that has the ticket, its assignee, overseers; anyone on the desk while no team has it."""
    hats = user.hats
    if ticket.team_id is None:
        return hats.is_agent
    return hats.works_for(ticket.team_id) or (ticket.assignee_id == user.pk and hats.is_agent)


def may_tick(user: User, ticket: Ticket) -> bool:
    """Those who work on it, and whoever sees it as staff and has a task on it."""
    if works_on(user, ticket):
        return True
    return sees_as_staff(user, ticket) and any(task.is_for(user) for task in ticket.tasks.all())


def requester_or_worker(user: User, ticket: Ticket) -> bool:
    return is_requester(user, ticket) or works_on(user, ticket)


def may_reply(user: User, ticket: Ticket) -> bool:
    """The requester, people in copy, and the team that has it. Other agents write notes."""
    if works_on(user, ticket) or is_requester(user, ticket):
        return True
    return not user.hats.is_agent and ticket.watchers.filter(user_id=user.pk).exists()


def is_merged(ticket: Ticket) -> bool:
    """Whether the ticket ended by being merged into another one."""
    merged = TicketLink.Kind.MERGED
    return ticket.status == Status.CLOSED and any(link.kind == merged for link in ticket.links.all())


def may_reopen(user: User, ticket: Ticket) -> bool:
    """The requester and those who work on it; a merged ticket comes back by taking the merge back."""
    return requester_or_worker(user, ticket) and not is_merged(ticket)


def may_unmerge(user: User, ticket: Ticket) -> bool:
    """Those who work on a merged ticket."""
    return works_on(user, ticket) and is_merged(ticket)


def may_follow_up(user: User, ticket: Ticket) -> bool:
    """Whoever could write on a merged ticket before still can."""
    return is_merged(ticket) and may_reply(user, ticket)


def is_agent(user: User, _ticket: Ticket) -> bool:
    """Whoever works at the desk."""
    return user.hats.is_agent


def is_automation(user: User, _ticket: Ticket) -> bool:
    """Steps that follow from what others do are nobody's to take."""
    return user.is_automation


def may_open_for(user: User, requester: User) -> bool:
    """Everybody for themselves; agents for anybody (the telephone)."""
    return user.is_active and (user.pk == requester.pk or user.hats.is_agent)
