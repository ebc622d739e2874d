"""What a change leaves on the ticket for conditions to ask."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY
from tickets import commands, traces
from tickets.commands.opening import Report
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
TRACES = ("status_since", "team_since", "tier_since", "staff_acted_at", "requester_acted_at", "was")
FILL = import_module("tickets.migrations.0008_fill_what_conditions_ask").FILL


def after(**span):
    return MONDAY + timedelta(**span)


def test_a_new_ticket_has_been_new_since_it_was_opened(opened, requester, world):
    ticket = opened(at=MONDAY)
    ticket.refresh_from_db()
    assert ticket.status_since == ticket.team_since == ticket.tier_since == ticket.requester_acted_at == MONDAY
    # how long staff have not acted counts from the opening
    assert ticket.staff_acted_at == MONDAY
    # the rules have put it in a queue
    assert ticket.was == {"team": None, "tier": None}


def test_time_in_a_status_starts_anew_only_when_the_status_changes(opened, agent1):
    ticket = opened()
    commands.pend(ticket, actor=agent1, reason="vendor", at=after(hours=1))
    commands.pend(ticket, actor=agent1, reason="change", at=after(hours=2))
    assert ticket.status_since == after(hours=1)
    assert ticket.was["status"] == "new"
    commands.resume(ticket, actor=agent1, at=after(hours=3))
    assert (ticket.status_since, ticket.was["status"]) == (after(hours=3), "pending")


def test_what_was_before_is_named_as_conditions_name_it(opened, agent1, lead, world):
    ticket = opened()
    commands.assign(ticket, actor=agent1, assignee=agent1, at=after(hours=1))
    commands.prioritise(ticket, actor=agent1, priority=1, reason="all of it", at=after(hours=2))
    commands.transfer(ticket, actor=lead, team=world.network, at=after(hours=4))
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.was == {
        "status": "new",
        "priority": 4,
        "team": "service-desk",
        "tier": 1,
        "assignee": agent1.pk,
    }
    assert ticket.team_since == ticket.tier_since == after(hours=4)


def test_the_category_before_is_remembered(opened, agent1, world):
    other = world.category.__class__.objects.create(slug="vpn-slow", name="VPN is slow", service=world.vpn)
    ticket = opened()
    commands.categorise(ticket, actor=agent1, category=other)
    assert ticket.was["category"] == "vpn-down"


def test_staff_and_requester_act_each_for_themselves(opened, agent1, requester, automation):
    ticket = opened()
    commands.note(ticket, actor=agent1, body="looking", at=after(minutes=5))
    commands.reply(ticket, actor=requester, body="any news?", at=after(minutes=9))
    commands.prioritise(ticket, actor=automation, priority=2, reason="a rule", at=after(minutes=12))
    assert ticket.staff_acted_at == after(minutes=5)
    assert ticket.requester_acted_at == after(minutes=9)


def test_an_agent_acts_as_requester_in_their_own_case(opened, agent1):
    ticket = opened(by=agent1)
    commands.reply(ticket, actor=agent1, body="more of it", at=after(minutes=5))
    assert (ticket.staff_acted_at, ticket.requester_acted_at) == (MONDAY, after(minutes=5))


def test_a_report_on_the_telephone_is_both_their_word_and_an_act_of_staff(agent1, requester):
    report = Report(subject="VPN down", description="It does not connect.")
    ticket = commands.open(report, actor=agent1, requester=requester, channel="phone", at=MONDAY)
    assert ticket.staff_acted_at == ticket.requester_acted_at == MONDAY


def a_long_story(opened, agent1, agent2, requester, lead, world):
    ticket = opened()
    commands.assign(ticket, actor=agent1, assignee=agent1, at=after(minutes=1))
    commands.reply(ticket, actor=agent1, body="Which profile?", at=after(minutes=2))
    commands.pend(ticket, actor=agent1, reason="requester", at=after(minutes=3))
    commands.reply(ticket, actor=requester, body="HQ", at=after(minutes=4))
    commands.transfer(ticket, actor=lead, team=world.network, at=after(minutes=5))
    commands.prioritise(ticket, actor=agent2, priority=1, reason="x", at=after(minutes=6))
    commands.note(ticket, actor=agent1, body="still with you", at=after(minutes=7))
    commands.assign(ticket, actor=agent2, assignee=agent2, at=after(minutes=8))
    commands.release(ticket, actor=agent2, at=after(minutes=9))
    commands.resolve(ticket, actor=agent2, resolution="done", at=after(minutes=10))
    commands.reply(ticket, actor=requester, body="no", at=after(minutes=11))
    return ticket


def test_the_history_of_old_tickets_says_the_same(opened, agent1, agent2, requester, colleague, lead, world):
    a_long_story(opened, agent1, agent2, requester, lead, world)
    own = opened(by=agent1)
    commands.watch(own, actor=agent1, follower=colleague)
    commands.reply(own, actor=colleague, body="me too", at=after(minutes=3))
    opened(at=after(minutes=3))
    told = list(Ticket.objects.order_by("pk").values("pk", *TRACES))
    Ticket.objects.update(**dict.fromkeys(TRACES[:-1]), was={})
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    assert list(Ticket.objects.order_by("pk").values("pk", *TRACES)) == told


def test_leaving_traces_costs_no_query(opened, agent1, agent2, requester, lead, world, monkeypatch):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            a_long_story(opened, agent1, agent2, requester, lead, world)
        return len(queries)

    counted()  # who wears which hat is asked once a person
    with_traces = counted()
    monkeypatch.setattr(traces, "with_names", lambda tickets: tickets)
    monkeypatch.setattr(traces, "leave", lambda *args: [])
    assert with_traces == counted()
