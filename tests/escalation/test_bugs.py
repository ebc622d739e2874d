"""Bugs in others' trackers: one row an address, and a fix that reaches every ticket once."""

from __future__ import annotations

import pytest

from core.errors import Invalid, NotAllowed
from escalation import chasing
from escalation import commands as escalation
from escalation.commands import bugs
from escalation.models import BugLink, ExternalBug
from notifications.models import OutboxMessage
from tickets import commands

pytestmark = pytest.mark.django_db

URL = "https://tracker.example/issues/7"


def linked(ticket, actor, url=URL):
    return escalation.link_bug(ticket, actor=actor, url=url, title="Login fails", affected_version="5.1")


def told(template):
    return sorted(OutboxMessage.objects.filter(template=template).values_list("recipient__name", flat=True))


def test_one_address_is_one_bug_on_however_many_tickets(opened, agent1):
    first, second = opened(), opened()
    bug = linked(first, agent1)
    assert escalation.link_bug(second, actor=agent1, url="HTTPS://Tracker.example/issues/7#note") == bug
    assert (bug.title, bug.tracker, bug.affected_version, bug.state) == (
        "Login fails",
        "tracker.example",
        "5.1",
        "open",
    )
    assert BugLink.objects.count() == 2
    with pytest.raises(Invalid, match="linked already"):
        linked(second, agent1)


@pytest.mark.parametrize(
    "url",
    ["", "tracker.example/7", "javascript:alert(1)", "ftp://x.example/7", "https://", "https://a:b@x.example/",
     "https://x.example/a b", "https://[x/", "data:text/html,x", "https://x.example/" + "a" * 500],
)  # fmt: skip
def test_only_addresses_that_can_stand_in_a_link(opened, agent1, url):
    with pytest.raises(Invalid) as refused:
        linked(opened(), agent1, url)
    assert "url" in refused.value.fields
    assert not ExternalBug.objects.exists()


def test_a_new_bug_needs_a_title(opened, agent1):
    with pytest.raises(Invalid) as refused:
        escalation.link_bug(opened(), actor=agent1, url=URL)
    assert "title" in refused.value.fields


def test_who_does_not_work_on_it_links_nothing_and_enters_no_fix(opened, agent1, agent2, world):
    ticket = opened(into=world.desk)
    with pytest.raises(NotAllowed):
        linked(ticket, agent2)
    with pytest.raises(NotAllowed):
        escalation.fix_bug(linked(ticket, agent1), actor=agent2, fixed_version="5.2")


def test_a_bug_is_taken_away_again(opened, agent1):
    ticket = opened()
    bug = linked(ticket, agent1)
    escalation.unlink_bug(ticket, actor=agent1, bug=bug)
    assert not BugLink.objects.exists()
    with pytest.raises(Invalid, match="not linked"):
        escalation.unlink_bug(ticket, actor=agent1, bug=bug)


@pytest.mark.parametrize(("reason", "wakes"), [("vendor", 1), ("problem", 1), ("change", 1), ("requester", 0)])
def test_a_fix_wakes_those_that_wait_for_others(opened, agent1, world, automation, reason, wakes):
    ticket = commands.pend(opened(into=world.desk), actor=agent1, reason=reason)
    escalation.fix_bug(linked(ticket, agent1), actor=agent1, fixed_version="5.2")
    ticket.refresh_from_db()
    assert ticket.status == ("open" if wakes else "pending")
    step = ticket.events.get(verb="fix_available" if wakes else "bug_fixed")
    assert (step.actor, step.is_public, step.data["about"]) == (automation, bool(wakes), "Login fails (5.2)")


def test_a_fix_is_told_once_to_owner_or_team_and_to_staff_who_follow(opened, agent1, agent3, lead, world, colleague):
    owned, teams = opened(into=world.desk), opened(into=world.desk)
    commands.assign(owned, actor=lead, assignee=agent1)
    for follower in (agent1, agent3, colleague):
        commands.watch(owned, actor=agent1, follower=follower)
    bug = linked(owned, agent1)
    linked(teams, lead)
    for _time in range(2):
        escalation.fix_bug(bug, actor=agent1, fixed_version="5.2")
    assert told("bug_fixed") == sorted([agent1.name, agent3.name, agent1.name, lead.name])
    assert owned.events.filter(verb="bug_fixed").count() == 1


def test_another_version_is_news_again(opened, agent1, world):
    ticket = opened(into=world.desk)
    bug = linked(ticket, agent1)
    escalation.fix_bug(bug, actor=agent1, fixed_version="5.2")
    fixed = escalation.fix_bug(bug, actor=agent1, fixed_version="5.2.1")
    assert (fixed.fixed_version, fixed.state, fixed.fixed_by) == ("5.2.1", "fixed", agent1)
    assert ticket.events.filter(verb="bug_fixed").count() == 2


def test_the_requester_reads_of_a_fix_only_where_the_ticket_waited(opened, agent1, requester, client):
    waiting, working = commands.pend(opened(), actor=agent1, reason="vendor"), opened()
    bug = linked(waiting, agent1)
    linked(working, agent1)
    escalation.fix_bug(bug, actor=agent1, fixed_version="5.2")
    client.force_login(requester)
    pages = [client.get(f"/my/tickets/{ticket.key}/").content.decode() for ticket in (waiting, working)]
    assert ["A fix is available" in page for page in pages] == [True, False]
    assert not any("Login fails" in page for page in pages)
    verbs = [row["verb"] for row in client.get(f"/api/v1/tickets/{working.key}/events/").json()]
    assert "bug_fixed" not in verbs


def test_what_a_crash_left_untold_the_sweep_tells(opened, agent1, world, monkeypatch):
    first, second = opened(into=world.desk), opened(into=world.desk)
    bug = linked(first, agent1)
    linked(second, agent1)
    tell, seen = bugs.tell_of_fix, []

    def die_at_the_second(link_id, ticket_id, **more):
        seen.append(ticket_id)
        if len(seen) == 2:
            raise RuntimeError("killed")
        return tell(link_id, ticket_id, **more)

    monkeypatch.setattr(bugs, "tell_of_fix", die_at_the_second)
    with pytest.raises(RuntimeError):
        escalation.fix_bug(bug, actor=agent1, fixed_version="5.2")
    assert not second.events.filter(verb="bug_fixed").exists()
    assert [chasing.tell_due(), chasing.tell_due()] == [1, 0]
    assert first.events.filter(verb="bug_fixed").count() == second.events.filter(verb="bug_fixed").count() == 1


def test_a_restricted_teams_bug_is_its_own(opened, agent1, other_team_agent, world):
    secret, other = opened(into=world.hr), opened(into=world.desk)
    address = "https://tracker.example/7"
    theirs = escalation.link_bug(secret, actor=other_team_agent, url=address, title="Salaries are visible")
    ours = escalation.link_bug(other, actor=agent1, url=address, title="A guess")
    assert (ours.title, ours.pk == theirs.pk) == ("A guess", False)
    escalation.fix_bug(ours, actor=agent1, fixed_version="2")
    assert not secret.events.filter(verb="bug_fixed").exists()


def test_what_follows_the_hash_is_part_of_the_address(opened, agent1, world):
    ticket = opened(into=world.desk)
    for number in (1, 2):
        bug = escalation.link_bug(ticket, actor=agent1, url=f"https://spa.example/#/bug/{number}", title="x")
    assert bug.url == "https://spa.example/#/bug/2"
