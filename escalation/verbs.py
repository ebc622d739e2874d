"""Escalation's own words, on top of the centre's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import policies
from tickets.choices import LIVE, Status
from tickets.models import Ticket
from tickets.workflow import Verb, leads, register, stays

NEW, OPEN, PENDING, RESOLVED = Status.NEW, Status.OPEN, Status.PENDING, Status.RESOLVED


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
    Verb(
        "refer_to_vendor",
        leads(PENDING, NEW, OPEN, PENDING),
        policies.works_on,
        _("referred it to the vendor"),
        is_public=True,
    ),
    Verb("vendor_log", stays(PENDING), policies.works_on, _("was in contact with")),
    Verb("take_back", leads(OPEN, PENDING), policies.works_on, _("took it back from")),
    Verb("chase_vendor", stays(PENDING), automation, _("reminded the owner to ask")),
    Verb("link_bug", stays(NEW, OPEN, PENDING, RESOLVED), policies.works_on, _("linked the bug")),
    Verb("unlink_bug", stays(NEW, OPEN, PENDING, RESOLVED), policies.works_on, _("took away the bug")),
    Verb("bug_fixed", stays(*Status), automation, _("learned of a fix for")),
    Verb("fix_available", leads(OPEN, PENDING), automation, _("ended the waiting: there is a fix for"), is_public=True),
    Verb("nudge", stays(PENDING), automation, _("reminded the requester"), is_public=True),
    Verb("remind", stays(NEW, OPEN, PENDING), automation, _("reminded of the handover")),
    Verb("summon", stays(NEW, OPEN, PENDING), policies.works_on, _("called for help from above")),
    Verb("acknowledge", stays(NEW, OPEN, PENDING), policies.sees_as_staff, _("answered the call")),
    Verb("climb", stays(NEW, OPEN, PENDING), automation, _("got no answer and called the next one up")),
    Verb("run_macro", stays(*Status), policies.sees_as_staff, _("ran the macro")),
    Verb("hold", stays(NEW, OPEN, PENDING), policies.works_on, _("put off the next automatic move")),
    Verb("unhold", stays(NEW, OPEN, PENDING), policies.works_on, _("let it be moved again")),
    Verb("promise", stays(*LIVE), automation, _("chose the promise")),
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
