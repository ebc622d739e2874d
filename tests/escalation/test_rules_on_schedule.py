"""Rules on a schedule: found by their times, done once per stay, never behind somebody's back."""

from datetime import timedelta

import pytest

from accounts.models import User
from core.errors import Invalid
from core.time import database_now
from escalation.commands import hold
from escalation.commands.rules import switch
from escalation.models import BusinessCalendar, Rule, RuleRun
from escalation.next_move import next_move
from escalation.rules import scheduled
from escalation.rules.stored import live_set
from tests.escalation.rules import priority, rule, team
from tickets import commands

pytestmark = pytest.mark.django_db

NOTE = {"do": "note", "text": "Seen"}
ESCALATE = {"do": "escalate", "to": "next"}


def every(minutes=5, **when):
    return {"every": minutes, **when}


def reaches(what, minutes):
    return {"what": what, "minutes": minutes}


def look():
    """As if every rule's time had come."""
    Rule.objects.filter(next_look_at__isnull=False).update(next_look_at=database_now())
    return scheduled.look()


def notes(ticket):
    return ticket.messages.filter(kind="note").count()


@pytest.fixture
def ago():
    now = database_now()
    return lambda **span: now - timedelta(**span)


def test_it_finds_what_has_lasted_long_enough(opened, ago):
    rule(1, [], NOTE, when=every(reaches=reaches("in_tier", 120)))
    old, young = opened(at=ago(minutes=121)), opened(at=ago(minutes=119))
    assert look() == 1
    assert (notes(old), notes(young)) == (1, 0)


def test_more_than_one_look_can_do_are_taken_oldest_first(opened, ago):
    rule(1, [], NOTE, when=every(reaches=reaches("in_tier", 120)))
    tickets = [opened(at=ago(minutes=minutes)) for minutes in (121, 122, 123)]
    (live,) = live_set().rules
    assert scheduled.look_for([live], database_now(), limit=2) == 2
    assert [notes(ticket) for ticket in tickets] == [1, 1, 0]
    assert look() == 1


def test_once_per_stay_and_again_after_somebody_acted(opened, agent1, ago):
    rule(1, [], NOTE, when=every(reaches=reaches("staff_silent", 60)))
    ticket = opened(at=ago(hours=9))
    assert (look(), look()) == (1, 0)
    commands.note(ticket, actor=agent1, body="On it.")
    assert look() == 0  # staff have just acted
    RuleRun.objects.update(at=ago(hours=8))
    ticket.refresh_from_db()
    type(ticket).objects.filter(pk=ticket.pk).update(staff_acted_at=ago(hours=2))
    assert look() == 1
    assert notes(ticket) == 3


def test_working_time_counts_in_the_rule_s_calendar(opened, ago):
    calendar = BusinessCalendar.objects.get()
    counted = rule(1, [], NOTE, when=every(calendar=calendar.pk, reaches=reaches("open", 60 * 24 * 300)))
    ticket = opened(at=ago(days=400))
    live = scheduled.live_set().rules[0]
    assert live.rule_id == counted.pk
    # 300 days of working time are far more than 400 days of the week's clock
    assert not scheduled.matches(live, database_now()).filter(pk=ticket.pk).exists()


def test_it_looks_in_the_hours_of_its_calendar_only(monkeypatch, opened, ago):
    calendar = BusinessCalendar.objects.get()
    closed = rule(1, [], NOTE, when=every(calendar=calendar.pk))
    opened(at=ago(hours=30))
    monkeypatch.setattr(scheduled.business_time, "is_open", lambda *given: False)
    assert look() == 0
    closed.refresh_from_db()
    assert closed.next_look_at > database_now()


def test_it_leaves_waiting_and_held_tickets_where_they_are(opened, agent1, ago, world):
    rule(1, [], ESCALATE, when=every(reaches=reaches("in_tier", 60)))
    waiting, held, free = (opened(at=ago(hours=3)) for _number in range(3))
    commands.pend(waiting, actor=agent1, reason="requester")
    hold(held, actor=agent1)
    assert look() == 1
    for ticket in (waiting, held, free):
        ticket.refresh_from_db()
    assert [ticket.team for ticket in (waiting, held, free)] == [world.desk, world.desk, world.network]


def test_a_move_begins_a_new_stay(opened, ago, world):
    rule(1, [], ESCALATE, when=every(reaches=reaches("in_tier", 60)))
    ticket = opened(at=ago(hours=3))
    look()
    assert look() == 0  # it has just arrived
    type(ticket).objects.filter(pk=ticket.pk).update(tier_since=ago(hours=2), team_since=ago(hours=2))
    RuleRun.objects.update(at=ago(hours=2))
    assert look() == 1
    ticket.refresh_from_db()
    assert ticket.team == world.infra


def test_it_is_not_looked_for_before_its_time(opened, ago):
    rule(1, [], NOTE, when=every(60))
    opened(at=ago(hours=3))
    assert scheduled.look() == 1
    opened(at=ago(hours=3))
    assert scheduled.look() == 0


def test_one_look_is_one_query_for_any_number_of_tickets(opened, ago, django_assert_max_num_queries):
    rule(1, [{"field": "priority", "op": "is", "value": 1}], NOTE, when=every(reaches=reaches("in_tier", 60)))
    for _number in range(5):
        opened(at=ago(hours=3))
    Rule.objects.update(next_look_at=database_now())
    with django_assert_max_num_queries(6):
        assert scheduled.look() == 0


def test_the_automation_user_does_it(opened, ago):
    rule(1, [], ESCALATE, when=every(reaches=reaches("in_tier", 60)))
    ticket = opened(at=ago(hours=3))
    look()
    event = ticket.events.get(verb="escalate")
    assert event.actor == User.objects.automation()
    run = RuleRun.objects.get(ticket=ticket)
    assert (run.event, run.state, run.decision.facts) == (None, "done", {})


def test_the_ticket_says_which_rule_moves_it_next(opened, ago, world, agent1):
    moving = rule(1, [], ESCALATE, when=every(reaches=reaches("in_tier", 240)))
    ticket = opened(at=ago(hours=3))
    move = next_move(ticket, database_now())
    assert (move.at, move.team, move.by_rule.rule_id) == (ago(hours=-1), world.network, moving.pk)
    hold(ticket, actor=agent1)
    assert next_move(ticket, database_now()).at >= ago(hours=-1)


def test_a_rule_does_not_run_a_ticket_up_the_ladder_in_one_go(opened, ago, world):
    rule(1, [], ESCALATE, when=every(reaches=reaches("open", 60)))
    ticket = opened(at=ago(hours=3))
    assert (look(), look(), look()) == (1, 0, 0)
    ticket.refresh_from_db()
    assert ticket.team == world.network


def test_rules_that_look_together_are_decided_together(opened, ago):
    first = rule(1, [], priority(1), when=every(reaches=reaches("open", 60)), stop=True)
    rule(2, [], priority(4), NOTE, when=every(reaches=reaches("open", 60)))
    ticket = opened(at=ago(hours=3))
    assert (look(), look()) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.priority, notes(ticket)) == (1, 0)
    cut_off = RuleRun.objects.get(ticket=ticket, name="rule 2")
    assert [row["lost_to"]["en"] for row in cut_off.did] == [first.name] * 2


def test_a_look_under_way_stops_with_the_rules(opened, ago, manager, monkeypatch):
    rule(1, [], NOTE, when=every(reaches=reaches("open", 60)))
    tickets = [opened(at=ago(hours=3)) for _number in range(3)]
    act = scheduled._act

    def stopping(*given):
        done = act(*given)
        if RuleRun.objects.count() == 1:
            switch(is_on=False, actor=manager, reason="a storm")
        return done

    monkeypatch.setattr(scheduled, "_act", stopping)
    assert look() == 1
    assert sum(notes(ticket) for ticket in tickets) == 1


def test_rules_that_would_pass_a_ticket_back_and_forth_are_refused(world):
    back = {"field": "team", "op": "is", "value": "network"}
    there = {"field": "team", "op": "is", "value": "service-desk"}
    rule(1, [there], team("network"), when=every(reaches=reaches("in_team", 60)))
    with pytest.raises(Invalid):
        rule(2, [back], team("service-desk"), when=every(reaches=reaches("in_team", 60)))
    # a time that does not start again with the move ends it
    rule(3, [back], team("service-desk"), when=every(reaches=reaches("open", 60)))
