"""What each verb does, once, at command level."""

from datetime import timedelta

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from tests.cast import MONDAY
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Draft, Message, Rating, Ticket
from tickets.silence import close_silent

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_opening_takes_service_kind_and_priority_from_what_is_known(opened, world):
    ticket = opened(impact=1, urgency=1)
    assert (ticket.service, ticket.kind, ticket.priority, ticket.key) == (world.vpn, "incident", 1, f"INC-{ticket.pk}")


def test_one_submission_key_opens_one_ticket(world, requester):
    report = Report(subject="VPN down", description="It does not connect.", category=world.category)
    first = commands.open(report, actor=requester, requester=requester, submission_key="k1")
    again = commands.open(report, actor=requester, requester=requester, submission_key="k1")
    assert first.pk == again.pk
    assert Ticket.objects.count() == 1


def test_a_submission_key_is_not_reused_for_other_words(world, requester):
    commands.open(Report(subject="A", description="a"), actor=requester, requester=requester, submission_key="k1")
    with pytest.raises(Invalid):
        commands.open(Report(subject="B", description="b"), actor=requester, requester=requester, submission_key="k1")


def test_two_people_may_make_up_the_same_key(world, requester, colleague):
    report = Report(subject="A", description="a")
    for asker in (requester, colleague):
        commands.open(report, actor=asker, requester=asker, submission_key="k1")
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("report", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"description": "\n\t "}, "description"),
        ({"description": "x" * 1_000_000}, "description"),
        ({"intake": {"profile": "Elsewhere"}}, "intake.profile"),
    ],
)
def test_a_bad_report_is_refused_on_its_field(opened, report, field):
    with pytest.raises(Invalid) as raised:
        opened(**report)
    assert field in raised.value.fields
    assert not Ticket.objects.exists()


def test_all_bad_fields_are_named_at_once(opened):
    with pytest.raises(Invalid) as raised:
        opened(subject="", description="")
    assert set(raised.value.fields) == {"subject", "description"}


def test_characters_no_column_can_hold_are_dropped(opened):
    ticket = opened(subject="a\x00b", description="c\x00d\ud800")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description) == ("ab", "cd?")


def test_only_agents_open_for_others(world, requester, colleague, agent1):
    report = Report(subject="A", description="a")
    with pytest.raises(NotAllowed):
        commands.open(report, actor=colleague, requester=requester)
    assert commands.open(report, actor=agent1, requester=requester).opened_by == agent1


def test_taking_a_new_ticket_puts_it_in_progress(opened, agent1):
    ticket = commands.assign(opened(), actor=agent1, assignee=agent1)
    assert ticket.status == "open"


def test_an_owner_must_work_for_the_team(opened, agent1, agent2):
    with pytest.raises(Invalid) as raised:
        commands.assign(opened(), actor=agent1, assignee=agent2)
    assert "assignee" in raised.value.fields


def test_releasing_gives_it_back_to_the_queue(opened, agent1):
    ticket = commands.assign(opened(), actor=agent1, assignee=agent1)
    assert commands.release(ticket, actor=agent1).assignee is None


def test_transfer_moves_team_and_rung_together_and_drops_the_owner(opened, agent1, lead, world):
    ticket = commands.assign(opened(), actor=agent1, assignee=agent1)
    commands.transfer(ticket, actor=lead, team=world.network)
    assert (ticket.team, ticket.tier.level, ticket.assignee) == (world.network, 2, None)


def test_a_ticket_is_not_transferred_to_where_it_is(opened, agent1, world):
    with pytest.raises(Invalid):
        commands.transfer(opened(), actor=agent1, team=world.desk)


def test_the_first_staff_reply_is_remembered(opened, agent1):
    ticket = opened()
    commands.reply(ticket, actor=agent1, body="Which profile?", at=MONDAY + HOUR)
    commands.reply(ticket, actor=agent1, body="And which office?", at=MONDAY + 2 * HOUR)
    assert (ticket.status, ticket.first_replied_at) == ("open", MONDAY + HOUR)


def test_the_requesters_answer_ends_the_waiting(opened, agent1, requester):
    ticket = opened()
    commands.pend(ticket, actor=agent1, reason="requester")
    commands.reply(ticket, actor=requester, body="HQ")
    assert (ticket.status, ticket.pending_reason) == ("open", "")


def test_the_requesters_words_do_not_end_waiting_for_a_vendor(opened, agent1, requester):
    ticket = opened()
    commands.pend(ticket, actor=agent1, reason="vendor")
    commands.reply(ticket, actor=requester, body="any news?")
    assert (ticket.status, ticket.pending_reason) == ("pending", "vendor")


def test_a_reply_sent_twice_is_one_message(opened, agent1):
    ticket = opened()
    for _click in range(2):
        commands.reply(ticket, actor=agent1, body="Hello", dedupe_key="key")
    assert Message.objects.count() == 1


def test_sending_removes_the_draft(opened, agent1):
    ticket = opened()
    Draft.objects.create(user=agent1, ticket=ticket, mode="reply", body="Hel")
    commands.reply(ticket, actor=agent1, body="Hello")
    assert not Draft.objects.exists()


def test_an_empty_reply_is_refused(opened, agent1):
    with pytest.raises(Invalid) as raised:
        commands.reply(opened(), actor=agent1, body=" \n ")
    assert "body" in raised.value.fields


def test_waiting_needs_a_reason_from_the_list(opened, agent1):
    with pytest.raises(Invalid):
        commands.pend(opened(), actor=agent1, reason="lunch")


def test_resolving_needs_words(opened, agent1):
    with pytest.raises(Invalid) as raised:
        commands.resolve(opened(), actor=agent1, resolution="")
    assert "resolution" in raised.value.fields


def test_the_requester_reopens_by_answering(opened, agent1, requester):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done")
    message = commands.reply(ticket, actor=requester, body="still broken")
    assert (ticket.status, ticket.reopen_count, ticket.resolved_at) == ("open", 1, None)
    assert message.body == "still broken"
    assert Message.objects.count() == 1


def test_a_ticket_closed_long_ago_stays_closed(opened, agent1, requester):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done", at=MONDAY)
    commands.close(ticket, actor=requester, at=MONDAY)
    with pytest.raises(Invalid):
        commands.reopen(ticket, actor=requester, reason="again", at=MONDAY + timedelta(days=31))


def test_silence_closes_what_was_resolved(opened, agent1, settings):
    settings.AUTO_CLOSE_DAYS = 5
    long_ago = MONDAY - timedelta(days=400)
    silent, fresh = opened(at=long_ago), opened()
    commands.resolve(silent, actor=agent1, resolution="done", at=long_ago + HOUR)
    commands.resolve(fresh, actor=agent1, resolution="done")
    assert close_silent(10) == 1
    silent.refresh_from_db()
    fresh.refresh_from_db()
    assert (silent.status, fresh.status) == ("closed", "resolved")


def test_only_the_requester_rates_and_may_think_again(opened, agent1, requester):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done")
    with pytest.raises(NotAllowed):
        commands.rate(ticket, actor=agent1, score=5)
    commands.rate(ticket, actor=requester, score=2)
    commands.rate(ticket, actor=requester, score=4, comment="fine after all")
    assert Rating.objects.get().score == 4


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(opened, agent1, requester, score):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="done")
    with pytest.raises(Invalid):
        commands.rate(ticket, actor=requester, score=score)


def test_a_cancelled_ticket_is_over(opened, agent1, requester):
    ticket = commands.cancel(opened(), actor=requester, reason="works again")
    for verb in (
        lambda: commands.assign(ticket, actor=agent1, assignee=agent1),
        lambda: commands.reply(ticket, actor=agent1, body="hello"),
        lambda: commands.resolve(ticket, actor=agent1, resolution="done"),
    ):
        with pytest.raises(Invalid):
            verb()


def test_a_conflict_keeps_nothing_half_done(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="CEO")
    with pytest.raises(Conflict):
        commands.reply(ticket, actor=agent1, body="Hello", version=seen)
    assert not Message.objects.exists()
