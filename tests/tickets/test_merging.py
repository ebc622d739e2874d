"""Merging a duplicate and taking it back: nothing is lost, and nobody reads what they could not read before."""

from datetime import timedelta

import pytest
from django.test import Client

from core.errors import Conflict, Invalid, NotAllowed
from escalation.models import Clock, TierVisit
from escalation.rebuild import check
from notifications.models import OutboxMessage
from tests.cast import MONDAY, person
from tickets import commands
from tickets.linked import merged_into
from tickets.models import Helper, Ticket, TicketLink, Watcher
from tickets.timeline import timeline
from tickets.undo import take_back, undoable

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def target(opened, world):
    return opened(into=world.desk, subject="VPN drops all day")


@pytest.fixture
def source(opened, world, colleague):
    return opened(by=colleague, into=world.desk, subject="canary-subject", description="canary-opening")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read_by(user, ticket, **how) -> str:
    shown = []
    for entry in timeline(Ticket.objects.get(pk=ticket.pk), user, **how):
        shown += [str(entry.sentence), str(entry.body_html or "")]
    return " ".join(shown)


def stored(ticket) -> dict:
    row = Ticket.objects.filter(pk=ticket.pk).values().get()
    passing = ("version", "updated_at", "staff_acted_at", "requester_acted_at", "status_since", "was")
    return {name: value for name, value in row.items() if name not in passing}


def running(ticket):
    live = Clock.objects.filter(ticket=ticket, state__in=("running", "paused"))
    return sorted(live.values_list("metric", "state"))


def test_a_merged_ticket_is_closed_and_points_to_where_it_went(source, target, agent1):
    assert commands.merge(source, into=target, actor=agent1, version=source.version) == target
    assert source.status == "closed" and source.closed_at
    assert merged_into(source) == target
    assert not running(source)
    assert [event.verb for event in target.events.order_by("-pk")[:1]] == ["absorb"]
    assert "canary-opening" in read_by(agent1, target)


def test_a_second_click_changes_nothing(source, target, agent1):
    commands.merge(source, into=target, actor=agent1)
    assert commands.merge(source, into=target, actor=agent1) == target
    assert source.events.filter(verb="merge").count() == 1 == TicketLink.objects.count()


def test_what_cannot_be_merged(opened, world, source, target, agent1, agent2, requester):
    third = opened(into=world.desk)
    with pytest.raises(Invalid):
        commands.merge(source, into=source, actor=agent1)
    for whoever in (agent2, requester):
        with pytest.raises(NotAllowed):
            commands.merge(source, into=target, actor=whoever)
    seen = source.version
    commands.prioritise(source, actor=person("boss", is_manager=True), priority=1, reason="x")
    with pytest.raises(Conflict):
        commands.merge(source, into=target, actor=agent1, version=seen)
    commands.merge(source, into=target, actor=agent1)
    with pytest.raises(Invalid):
        commands.merge(source, into=third, actor=agent1)
    with pytest.raises(Invalid):
        commands.merge(target, into=source, actor=agent1)
    commands.cancel(third, actor=agent1, reason="x")
    with pytest.raises(Invalid):
        commands.merge(target, into=third, actor=agent1)
    assert Ticket.objects.get(pk=target.pk).is_live


@pytest.mark.parametrize("state", ["new", "taken", "waiting", "resolved", "answered"])
def test_taking_a_merge_back_restores_the_ticket(source, target, agent1, agent2, state):
    at = MONDAY + timedelta(minutes=5)
    if state != "new":
        commands.assign(source, actor=agent1, assignee=agent1, at=at)
    if state == "answered":
        commands.reply(source, actor=agent1, body="Working on it", at=at)
    if state == "waiting":
        commands.pend(source, actor=agent1, reason="requester", at=at)
    if state == "resolved":
        commands.resolve(source, actor=agent1, resolution="Restarted", at=at)
    else:
        commands.invite(source, actor=agent1, person=agent2, asked="Look at the log", at=at)
    before, clocks = stored(source), running(source)
    commands.merge(source, into=target, actor=agent1, at=at + HOUR)
    assert not Helper.objects.open().exists()
    commands.unmerge(source, actor=agent1, at=at + 2 * HOUR)
    after = stored(source)
    # the hour in between does not count, for promises as little as for the days of silence
    later = {before.pop(name): after.pop(name) for name in ("next_due_at", "auto_close_at") if before[name]}
    assert all(new == old + HOUR for old, new in later.items())
    for name in ("resolution_due_at", "response_due_at"):
        was, now = before.pop(name), after.pop(name)
        assert now == was or now == was + HOUR
    assert after == before
    assert running(source) == clocks
    assert Helper.objects.open().exists() == (state != "resolved")
    assert not TicketLink.objects.exists() and "canary-opening" not in read_by(agent1, target)
    if state != "resolved":
        assert TierVisit.objects.filter(ticket=source, left_at=None).count() == 1
    assert not [row for found in check([source.pk, target.pk]) for row in found]


def test_the_promise_of_an_older_report_holds_until_it_is_given_back(opened, world, source, agent1):
    later = opened(into=world.desk, at=MONDAY + 3 * HOUR)
    due = later.resolution_due_at
    commands.merge(source, into=later, actor=agent1)
    assert Ticket.objects.get(pk=later.pk).resolution_due_at == due - 3 * HOUR
    commands.unmerge(source, actor=agent1)
    assert Ticket.objects.get(pk=later.pk).resolution_due_at == due
    assert not [row for found in check([source.pk, later.pk]) for row in found]


def test_a_merge_is_undone_like_any_step(source, target, agent1):
    commands.merge(source, into=target, actor=agent1)
    take_back(source, event=undoable(source, agent1), actor=agent1)
    assert source.status == "new" and merged_into(source) is None


def test_a_merged_ticket_comes_back_by_its_own_verb_alone(source, target, agent1, colleague):
    commands.merge(source, into=target, actor=agent1)
    for whoever in (agent1, colleague):
        with pytest.raises(NotAllowed):
            commands.reopen(source, actor=whoever, reason="again")
    with pytest.raises(NotAllowed):
        commands.unmerge(source, actor=colleague)
    with pytest.raises(NotAllowed):
        commands.unmerge(target, actor=agent1)


# --- chains ------------------------------------------------------------------------------------------------------


def test_merges_follow_the_chain_to_its_end(opened, world, source, target, agent1):
    commands.merge(source, into=target, actor=agent1)
    final, late = opened(into=world.desk, subject="the final one"), opened(into=world.desk)
    commands.merge(target, into=final, actor=agent1)
    assert commands.merge(late, into=source, actor=agent1) == final
    assert merged_into(source) == final and "canary-opening" in read_by(agent1, final)
    commands.unmerge(target, actor=agent1)
    assert merged_into(source) == target and "canary-opening" not in read_by(agent1, final)


# --- who reads what -----------------------------------------------------------------------------------------------


@pytest.fixture
def both(source, target, agent1):
    """A conversation on each, with a note on each, then merged."""
    for ticket, mark in ((source, "source"), (target, "target")):
        commands.reply(ticket, actor=agent1, body=f"canary-{mark}-reply")
        commands.note(ticket, actor=agent1, body=f"canary-{mark}-note")
    commands.merge(source, into=target, actor=agent1)
    return source, target


def test_staff_read_both_conversations_as_one(both, agent1, agent2):
    for reader in (agent1, agent2):
        words = read_by(reader, both[1])
        assert all(f"canary-{one}" in words for one in ("opening", "source-reply", "source-note", "target-note"))
    page = browser(agent1).get(f"/desk/t/{both[1].key}/").content.decode()
    assert f"from {both[0].key}" in page
    gone = browser(agent1).get(f"/desk/t/{both[0].key}/").content.decode()
    assert "Merged into" in gone and both[1].key in gone and "unmerge" in gone


@pytest.mark.parametrize("as_requester", [True, False])
def test_a_merge_shows_no_requester_the_words_of_another(both, requester, colleague, as_requester):
    source, target = both
    words = read_by(requester, target, as_requester=as_requester)
    assert "canary-target-reply" in words
    assert not [one for one in ("subject", "opening", "source", "note") if f"canary-{one}" in words]
    page = browser(requester).get(f"/my/tickets/{target.key}/").content.decode()
    assert "canary-source" not in page and source.key not in page
    assert browser(requester).get(f"/my/tickets/{source.key}/").status_code == 404
    own = browser(colleague).get(f"/my/tickets/{source.key}/").content.decode()
    assert "canary-source-reply" in own and "together with another report" in own
    assert target.key not in own and "canary-target" not in own and "note" not in read_by(colleague, source)
    assert browser(colleague).get(f"/my/tickets/{target.key}/").status_code == 404


def test_a_requester_who_asked_for_both_reads_both(opened, world, requester, target, agent1):
    twin = opened(into=world.desk, description="canary-twin")
    commands.merge(twin, into=target, actor=agent1)
    assert "canary-twin" in browser(requester).get(f"/my/tickets/{target.key}/").content.decode()
    assert target.key in browser(requester).get(f"/my/tickets/{twin.key}/").content.decode()


def test_words_of_a_restricted_team_stay_in_the_team(opened, world, target, other_team_agent, agent1, manager):
    secret = opened(into=world.hr, subject="canary-salary", description="canary-salary")
    commands.merge(secret, into=target, actor=other_team_agent)
    assert "canary-salary" not in read_by(agent1, target) and secret.key not in read_by(agent1, target)
    assert "another ticket" in read_by(agent1, target)
    assert "canary-salary" in read_by(manager, target) and secret.key in read_by(manager, target)


def test_following_is_a_choice_and_ends_with_the_merge(source, target, agent1, colleague):
    commands.reply(target, actor=agent1, body="canary-target-reply")
    commands.merge(source, into=target, actor=agent1, follow=True)
    assert "canary-target-reply" in browser(colleague).get(f"/my/tickets/{target.key}/").content.decode()
    commands.unmerge(source, actor=agent1)
    assert not Watcher.objects.exists()


def test_who_followed_before_a_merge_follows_after_it(source, target, agent1, colleague):
    commands.watch(target, actor=agent1, follower=colleague)
    commands.merge(source, into=target, actor=agent1, follow=True)
    commands.unmerge(source, actor=agent1)
    assert Watcher.objects.filter(ticket=target, user=colleague).exists()


# --- what the requester writes afterwards -------------------------------------------------------------------------


def told(template):
    return list(OutboxMessage.objects.filter(template=template).values_list("recipient__name", flat=True))


def test_words_of_a_requester_who_does_not_follow_stay_on_their_ticket(source, target, agent1, colleague, requester):
    commands.assign(target, actor=agent1, assignee=agent1)
    commands.merge(source, into=target, actor=agent1)
    for _click in range(2):
        sent = {"body": "canary-later", "dedupe_key": "once"}
        assert browser(colleague).post(f"/my/tickets/{source.key}/reply/", sent).url == f"/my/tickets/{source.key}/"
    assert source.messages.count() == 1 and not target.messages.exists()
    assert Ticket.objects.get(pk=source.pk).status == "closed"
    assert "canary-later" in read_by(agent1, target) and "canary-later" not in read_by(requester, target)
    assert told("requester_answered") == [agent1.name]


def test_staff_answer_on_the_merged_ticket_without_opening_it(source, target, agent1, colleague, requester):
    commands.merge(source, into=target, actor=agent1)
    sent = {"body": "canary-answer", "version": source.version, "dedupe_key": "once"}
    desk = browser(agent1)
    desk.cookies["send_delay"] = "0"
    page = desk.post(f"/desk/t/{source.key}/reply/", sent, follow=True).content.decode()
    assert "canary-answer" in page and Ticket.objects.get(pk=source.pk).status == "closed"
    assert told("ticket_replied") == [colleague.name] and not target.events.filter(verb="hear").exists()
    assert "canary-answer" in read_by(agent1, target) and "canary-answer" not in read_by(requester, target)


def test_words_of_a_requester_who_follows_go_on_the_other_ticket(source, target, agent1, colleague):
    commands.merge(source, into=target, actor=agent1, follow=True)
    sent = {"body": "still broken", "dedupe_key": "once"}
    assert browser(colleague).post(f"/my/tickets/{source.key}/reply/", sent).url == f"/my/tickets/{target.key}/"
    browser(colleague).post(f"/my/tickets/{source.key}/reply/", sent)
    assert target.messages.get().author == colleague and not source.messages.exists()


def test_the_requester_is_told_of_the_merge_and_of_the_end_without_foreign_words(source, target, agent1, colleague):
    commands.merge(source, into=target, actor=agent1)
    letter = OutboxMessage.objects.get(template="ticket_merged")
    assert letter.recipient == colleague and target.key not in str(letter.context)
    commands.resolve(target, actor=agent1, resolution="canary-resolution")
    assert told("ticket_merged_solved") == [colleague.name]
    assert "canary" not in str(OutboxMessage.objects.get(template="ticket_merged_solved").context).replace(
        "canary-subject", ""
    )
