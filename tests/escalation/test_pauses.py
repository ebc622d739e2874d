"""The ledger of waits, and the end of a wait that comes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation import commands as escalation
from escalation.models import Pause
from escalation.pauses import plan_for, wake_due
from escalation.tasks import wake_pauses
from notifications.models import OutboxMessage
from tests.escalation.waits import at, local, pause_of
from tickets import commands
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_each_wait_is_a_row_and_the_rows_are_what_the_events_say(opened, agent1, requester):
    ticket = opened()
    until = local(24, 9)
    commands.pend(ticket, actor=agent1, reason="vendor", note="order 77", at=local(16, 10))
    commands.pend(ticket, actor=agent1, reason="vendor", until=until, at=local(16, 11))
    commands.pend(ticket, actor=agent1, reason="requester", at=local(16, 12))
    commands.reply(ticket, actor=requester, body="HQ", at=local(16, 13))
    commands.pend(ticket, actor=agent1, reason="scheduled", until=until, at=local(16, 14))
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(16, 15))
    rows = list(
        Pause.objects.values_list(
            "reason", "until", "note", "started_at", "started_by", "ended_at", "ended_by", "ended_verb"
        )
    )
    agent, asker = agent1.pk, requester.pk
    assert rows == [
        ("vendor", None, "order 77", local(16, 10), agent, local(16, 11), agent, "pend"),
        ("vendor", until, "", local(16, 11), agent, local(16, 12), agent, "pend"),
        ("requester", None, "", local(16, 12), agent, local(16, 13), asker, "reply"),
        ("scheduled", until, "", local(16, 14), agent, local(16, 15), agent, "resolve"),
    ]
    moving = TicketEvent.objects.filter(ticket=ticket, changes__has_any_keys=["pending_reason", "pending_until"])
    steps = list(moving.exclude(verb="open").values_list("pk", flat=True))
    assert list(Pause.objects.values_list("started_event", flat=True)) == steps[:3] + steps[4:5]
    assert list(Pause.objects.values_list("ended_event", flat=True)) == steps[1:4] + steps[5:]


def test_the_same_wait_said_twice_is_one_row(opened, agent1):
    ticket = opened()
    for _click in range(2):
        commands.pend(ticket, actor=agent1, reason="vendor")
    assert Pause.objects.count() == 1


@pytest.mark.parametrize("way_out", ["resume", "reply", "resolve", "cancel"])
def test_every_way_out_ends_the_wait(opened, agent1, requester, way_out):
    asked = commands.pend(opened(), actor=agent1, reason="requester", at=local(20, 10))
    words = {"reply": {"body": "HQ"}, "resolve": {"resolution": "x"}, "cancel": {"reason": "x"}}.get(way_out, {})
    getattr(commands, way_out)(asked, actor=requester if way_out == "reply" else agent1, **words)
    ended = Pause.objects.get()
    assert (ended.ended_verb, ended.ended_at is not None) == (way_out, True)
    asked.refresh_from_db()
    assert (asked.pending_reason, asked.pending_until) == ("", None)


def test_handing_it_on_ends_the_wait_and_taking_it_does_not(opened, agent1, world):
    ticket = opened(into=world.desk)
    commands.pend(ticket, actor=agent1, reason="vendor", until=local(24, 9), at=local(20, 10))
    escalation.accept(ticket, actor=agent1, at=local(20, 11))
    assert pause_of(ticket).until == local(24, 9)
    packet = escalation.Packet(reason="skill", symptom="x", asked="y")
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet, at=local(20, 12))
    assert Pause.objects.get().ended_verb == "escalate"
    assert Ticket.objects.get().pending_until is None


# --- an end that comes --------------------------------------------------------------------------------------------


def test_work_goes_on_when_the_time_has_come(opened, agent1, world, monkeypatch):
    ticket = opened(into=world.desk)
    commands.pend(ticket, actor=agent1, reason="scheduled", until=local(24, 9), at=local(20, 10))
    at(monkeypatch, local(24, 9) - timedelta(seconds=1))
    assert wake_due() == 0
    at(monkeypatch, local(24, 9))
    assert wake_due() == 1
    assert wake_due() == 0
    ticket.refresh_from_db()
    assert (ticket.status, ticket.pending_until) == ("open", None)
    step = ticket.events.get(verb="resume")
    assert step.actor.is_automation and step.at == local(24, 9)
    told = OutboxMessage.objects.get(template="woken")
    assert (told.recipient, told.channel) == (agent1, "in_app")


def test_the_owner_alone_is_told_where_there_is_one(opened, agent1, lead, world, monkeypatch):
    ticket = opened(into=world.desk)
    commands.assign(ticket, actor=lead, assignee=agent1, at=local(20, 9))
    commands.pend(ticket, actor=agent1, reason="vendor", until=local(24, 9), at=local(20, 10))
    at(monkeypatch, local(24, 9))
    wake_pauses()
    assert [row.recipient for row in OutboxMessage.objects.filter(template="woken")] == [agent1]


def test_the_team_is_told_where_the_owner_has_left(opened, agent1, lead, world, monkeypatch):
    ticket = opened(into=world.desk)
    commands.assign(ticket, actor=lead, assignee=agent1, at=local(20, 9))
    commands.pend(ticket, actor=lead, reason="vendor", until=local(24, 9), at=local(20, 10))
    type(agent1).objects.filter(pk=agent1.pk).update(is_active=False)
    at(monkeypatch, local(24, 9))
    wake_due()
    assert [row.recipient for row in OutboxMessage.objects.filter(template="woken")] == [lead]


def test_an_end_wins_over_reminders(opened, agent1, world, monkeypatch):
    ticket = opened(into=world.desk)
    commands.pend(ticket, actor=agent1, reason="requester", until=local(30, 9), at=local(20, 10))
    commands.reply(ticket, actor=agent1, body="any news?", at=local(20, 11))
    assert pause_of(ticket).next_at == local(30, 9)
    assert plan_for(ticket) is None
    at(monkeypatch, local(30, 9))
    wake_due()
    assert ticket.events.filter(verb="nudge").count() == 0
    assert Ticket.objects.get().status == "open"


def test_waiting_for_others_without_an_end_asks_for_nothing(opened, agent1):
    commands.pend(opened(), actor=agent1, reason="vendor")
    assert Pause.objects.get().next_at is None
