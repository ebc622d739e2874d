"""Escalation's own words, on top of the centre's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import policies
from tickets.choices import LIVE, Status
from tickets.models import Ticket
from tickets.workflow import Verb, register, stays

NEW, OPEN, PENDING = Status.NEW, Status.OPEN, Status.PENDING


def team_member(user: User, ticket: Ticket) -> bool:
    """Only the team that was asked may take a handover or send it back."""
    return user.hats.works_for(ticket.team_id)


def automation(user: User, _ticket: Ticket) -> bool:
    """Missed promises and reminders come from the clock, not from people."""
    return user.is_automation


def agent(user: User, _ticket: Ticket) -> bool:
    """Whoever works at the desk."""
    return user.hats.is_agent


register(
    Verb(
        "escalate",
        {NEW: (NEW,), OPEN: (OPEN,), PENDING: (OPEN,)},
        policies.works_on,
        _("escalated"),
        is_public=True,
    ),
    Verb("accept", {NEW: (OPEN,), OPEN: (OPEN,), PENDING: (PENDING,)}, team_member, _("accepted")),
    Verb("hand_back", {NEW: (NEW,), OPEN: (OPEN,), PENDING: (OPEN,)}, team_member, _("handed back"), is_public=True),
    Verb("nudge", stays(PENDING), automation, _("reminded the requester"), is_public=True),
    Verb("breach", stays(NEW, OPEN, PENDING), automation, _("missed the promise")),
    Verb("milestone", stays(NEW, OPEN, PENDING), automation, _("reached a milestone")),
)
# A major incident's steps stand in the history of the tickets in it; what may be done to the incident itself is asked
# by its own commands (`escalation.policies`), for a restricted ticket in it hears of steps by people who do not see it.
register(
    Verb("propose", stays(*LIVE), policies.works_on, _("proposed a major incident")),
    Verb("promote", stays(*LIVE), agent, _("declared a major incident"), is_public=True),
    Verb("dismiss", stays(*Status), agent, _("dismissed the proposed major incident")),
    Verb("attach", stays(*LIVE), policies.sees_as_staff, _("attached it to a major incident"), is_public=True),
    Verb("detach", stays(*Status), policies.sees_as_staff, _("took it out of the major incident"), is_public=True),
    Verb("broadcast", stays(*Status), agent, _("sent an update of the major incident"), is_public=True),
    Verb("stand_down", stays(*Status), agent, _("stood the major incident down"), is_public=True),
)
