"""The verbs of the centre. Escalation adds its own on top."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tickets import policies
from tickets.choices import LIVE, Status
from tickets.workflow import Verb, leads, register, stays

NEW, OPEN, PENDING = Status.NEW, Status.OPEN, Status.PENDING
PLACE = frozenset({"assignee", "team", "status"})
WAIT = frozenset({"status", "pending_reason", "pending_until"})
KIND = frozenset({"category", "service", "kind"})
RESOLVED, CLOSED, CANCELLED = Status.RESOLVED, Status.CLOSED, Status.CANCELLED

register(
    Verb("open", {}, policies.anyone_involved, _("opened"), is_public=True),
    Verb(
        "reply",
        # an agent's first words put a new ticket in progress; the requester's answer ends the waiting for it
        {NEW: (NEW, OPEN), OPEN: (OPEN,), PENDING: (PENDING, OPEN), RESOLVED: (RESOLVED,)},
        policies.may_reply,
        _("replied"),
        is_public=True,
    ),
    Verb("note", stays(*Status), policies.sees_as_staff, _("added an internal note")),
    Verb("assign", {NEW: (OPEN,), OPEN: (OPEN,), PENDING: (PENDING,)}, policies.works_on, _("assigned"), touches=PLACE),
    Verb("release", stays(*LIVE), policies.works_on, _("released"), touches=PLACE),
    Verb("transfer", stays(*LIVE), policies.works_on, _("transferred"), is_public=True),
    Verb("prioritise", stays(*LIVE), policies.works_on, _("set the priority"), touches=frozenset({"priority"})),
    Verb("categorise", stays(*LIVE), policies.works_on, _("set the category"), touches=KIND),
    Verb("tag", stays(*Status), policies.works_on, _("tagged"), touches=frozenset({"tags"})),
    Verb("pend", leads(PENDING, NEW, OPEN, PENDING), policies.works_on, _("set waiting"), is_public=True, touches=WAIT),
    Verb("resume", leads(OPEN, PENDING), policies.requester_or_worker, _("resumed"), touches=WAIT),
    Verb("resolve", leads(RESOLVED, *LIVE), policies.works_on, _("resolved"), is_public=True),
    Verb("reopen", leads(OPEN, RESOLVED, CLOSED), policies.may_reopen, _("reopened"), is_public=True),
    Verb("close", leads(CLOSED, RESOLVED), policies.requester_or_worker, _("closed"), is_public=True),
    Verb("cancel", leads(CANCELLED, *LIVE), policies.requester_or_worker, _("cancelled"), is_public=True),
    Verb("rate", stays(RESOLVED, CLOSED), policies.is_requester, _("rated"), is_public=True),
    Verb("watch", stays(*Status), policies.sees_by_team, _("follows")),
    Verb("unwatch", stays(*Status), policies.sees_as_staff, _("no longer follows")),
    Verb("add_follower", stays(*Status), policies.sees_by_team, _("added a follower:")),
    Verb("remove_follower", stays(*Status), policies.works_on, _("removed a follower:")),
    Verb("log_time", stays(*Status), policies.sees_as_staff, _("logged time:")),
    Verb("correct_time", stays(*Status), policies.sees_as_staff, _("corrected logged time to")),
    Verb("drop_time", stays(*Status), policies.sees_as_staff, _("took away logged time:")),
    Verb("apply_checklist", stays(*LIVE), policies.works_on, _("added the checklist")),
    Verb("drop_checklist", stays(*Status), policies.works_on, _("took away the checklist")),
    Verb("tick_step", stays(*Status), policies.works_on, _("ticked the step")),
    Verb("untick_step", stays(*Status), policies.works_on, _("took back the tick of the step")),
    Verb("invite", stays(*LIVE), policies.works_on, _("asked for help from")),
    Verb("join", stays(*LIVE), policies.is_asked, _("helps now")),
    Verb("log_help", stays(*Status), policies.has_helped, _("corrected the time helped to")),
    Verb("help_done", stays(*LIVE), policies.is_helping, _("is done helping after")),
    Verb("plan_task", stays(*LIVE, RESOLVED), policies.works_on, _("planned the task")),
    Verb("complete_task", stays(*Status), policies.may_tick, _("did the task")),
    Verb("reopen_task", stays(*Status), policies.may_tick, _("took back the tick of the task")),
    Verb("link_article", stays(*Status), policies.works_on, _("linked the article")),
    Verb("unlink_article", stays(*Status), policies.works_on, _("took away the article")),
    Verb("link", stays(*Status), policies.sees_by_team, _("added the link")),
    Verb("unlink", stays(*Status), policies.sees_by_team, _("took away the link")),
    Verb("tell_children", stays(*LIVE, RESOLVED), policies.works_on, _("wrote to the requesters of the children")),
    Verb("split", stays(*Status), policies.works_on, _("split off a message into")),
    Verb("merge", leads(CLOSED, *LIVE, RESOLVED), policies.works_on, _("merged this into"), is_public=True),
    Verb("absorb", stays(*LIVE, RESOLVED), policies.sees_by_team, _("took in the duplicate")),
    # back to whatever it was before the merge
    Verb(
        "unmerge",
        {CLOSED: (OPEN, NEW, PENDING, RESOLVED)},
        policies.may_unmerge,
        _("took back the merge with"),
        is_public=True,
    ),
    # whoever works on the duplicate takes it back, also where the other ticket has moved out of their sight
    Verb("unabsorb", stays(*Status), policies.is_agent, _("gave back the duplicate")),
    Verb("follow_up", stays(CLOSED), policies.may_follow_up, _("replied"), is_public=True),
    Verb("hear", stays(*Status), policies.is_automation, _("passed on what the requester wrote on")),
    Verb("uninvite", stays(*LIVE), policies.may_uninvite, _("took back the invitation of")),
)
