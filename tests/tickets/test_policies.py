"""One table of role x verb: who is offered what on a live ticket of the service desk."""

import pytest

from escalation import verbs as verbs  # fills the table
from tickets import commands
from tickets.workflow import verbs_for

pytestmark = pytest.mark.django_db

WORK = {
    "reply",
    "note",
    "assign",
    "release",
    "transfer",
    "prioritise",
    "categorise",
    "tag",
    "pend",
    "resolve",
    "cancel",
    "watch",
    "invite",
    "uninvite",
    "plan_task",
    "complete_task",
    "reopen_task",
    "apply_checklist",
    "drop_checklist",
    "tick_step",
    "untick_step",
    "remove_follower",
    "link_article",
    "unlink_article",
    "merge",
    "split",
    "tell_children",
}
# what every agent may do with a ticket they see
TYING = {"link", "unlink", "absorb", "unabsorb", "unwatch", "add_follower", "log_time", "correct_time", "drop_time"}
TYING |= {"run_macro"}
LOUD = {"summon", "acknowledge", "hold", "unhold"}
TIERS = {"escalate", "accept", "hand_back", "refer_to_vendor", "link_bug", "unlink_bug", "propose"} | LOUD
# steps of a major incident: its own commands ask who may do what to the incident itself
MAJOR = {"attach", "detach", "promote", "dismiss", "broadcast", "stand_down"}
TABLE = {
    "requester": {"reply", "cancel"},
    "colleague": set(),
    "agent1": WORK | TYING | TIERS | MAJOR,
    "agent2": {"note", "watch", "acknowledge"} | TYING | MAJOR,
    "other_team_agent": {"note", "watch", "acknowledge"} | TYING | MAJOR,
    "lead": WORK | TYING | TIERS | MAJOR,
    "manager": WORK | TYING | TIERS | MAJOR,
    "admin": WORK | TYING | TIERS | MAJOR,
    "automation": WORK
    | TYING
    | TIERS
    | MAJOR
    | {"breach", "milestone", "remind", "climb", "bug_fixed", "promise", "hear"},
}


@pytest.mark.parametrize("role", TABLE)
def test_verbs_on_a_live_ticket(request, opened, role):
    ticket = opened()
    assert verbs_for(request.getfixturevalue(role), ticket) == TABLE[role]


def test_verbs_once_resolved(opened, agent1, requester):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done")
    assert verbs_for(requester, ticket) == {"reply", "reopen", "close", "rate"}
    after = {"reply", "reopen", "close", "note", "watch", "tag", "link_bug", "unlink_bug"}
    after |= {"plan_task", "complete_task", "reopen_task", "link_article", "unlink_article"}
    after |= {"drop_checklist", "tick_step", "untick_step", "remove_follower"}
    after |= TYING | {"merge", "split", "tell_children"}
    assert verbs_for(agent1, ticket) == after | {"detach", "dismiss", "broadcast", "stand_down"}


def test_an_agent_who_asks_is_a_requester_there(opened, agent2):
    ticket = opened(by=agent2)
    assert {"reply", "cancel"} <= verbs_for(agent2, ticket)
    assert "resolve" not in verbs_for(agent2, ticket)


def test_verbs_once_merged(opened, agent1, colleague, requester, world):
    ticket = opened(by=colleague)
    commands.merge(ticket, into=opened(into=world.desk), actor=agent1)
    assert verbs_for(colleague, ticket) == {"follow_up", "rate"}
    assert {"unmerge", "note", "follow_up"} <= verbs_for(agent1, ticket)
    assert "reopen" not in verbs_for(agent1, ticket)
