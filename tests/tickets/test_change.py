"""The machinery under every verb."""

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import Conflict, Invalid, NotAllowed
from tests.cast import MONDAY
from tickets import commands
from tickets.commands import _change
from tickets.models import Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db


def test_a_change_is_saved_with_its_event(opened, agent1):
    ticket = opened()
    commands.assign(ticket, actor=agent1, assignee=agent1)
    event = ticket.events.last()
    assert event.verb == "assign"
    assert event.actor == agent1
    assert event.changes == {"status": ["new", "open"], "assignee": [None, agent1.pk]}
    assert Ticket.objects.get(pk=ticket.pk).assignee == agent1


def test_the_callers_instance_is_the_saved_state(opened, agent1):
    ticket = opened()
    before = ticket.version
    commands.assign(ticket, actor=agent1, assignee=agent1)
    assert (ticket.status, ticket.version) == ("open", before + 1)


def test_a_stale_form_is_a_conflict_that_names_the_change(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.assign(ticket, actor=lead, assignee=lead)
    with pytest.raises(Conflict) as raised:
        commands.assign(ticket, actor=agent1, assignee=agent1, version=seen)
    assert [event.verb for event in raised.value.events] == ["assign"]
    ticket.refresh_from_db()
    assert ticket.assignee == lead


def test_my_own_second_form_is_no_conflict(opened, agent1):
    ticket = opened()
    seen = ticket.version
    commands.assign(ticket, actor=agent1, assignee=agent1, version=seen)
    commands.prioritise(ticket, actor=agent1, priority=1, reason="whole floor", version=seen)
    assert ticket.priority == 1


def test_two_people_change_different_fields_and_both_are_kept(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="whole floor")
    commands.assign(ticket, actor=agent1, assignee=agent1, version=seen)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee) == (1, agent1)


def test_words_are_not_sent_past_a_change_of_any_field(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="whole floor")
    with pytest.raises(Conflict):
        commands.resolve(ticket, actor=agent1, resolution="Restarted it.", version=seen)


def test_a_colleagues_note_is_no_conflict(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.note(ticket, actor=lead, body="looking")
    commands.assign(ticket, actor=agent1, assignee=agent1, version=seen)
    assert ticket.assignee == agent1


def test_a_refused_change_leaves_nothing_behind(opened, agent2):
    ticket = opened()
    events = ticket.events.count()
    with pytest.raises(NotAllowed):
        commands.resolve(ticket, actor=agent2, resolution="done")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.events.count()) == ("new", events)


def test_a_failing_listener_takes_the_change_back(opened, agent1, monkeypatch):
    ticket = opened()

    def broken(event):
        raise RuntimeError

    monkeypatch.setattr(_change, "listeners", lambda: (broken,))
    with pytest.raises(RuntimeError):
        commands.note(ticket, actor=agent1, body="text")
    assert not Message.objects.exists()


def test_effects_know_their_cause_and_depth(opened, automation):
    ticket = opened()
    first, second = ticket.events.all()[:2]
    assert (first.verb, first.cause, first.depth) == ("open", None, 0)
    assert (second.verb, second.actor, second.cause, second.depth) == ("transfer", automation, first, 1)


def test_an_effect_happens_when_its_cause_did(opened):
    assert {event.at for event in opened(at=MONDAY).events.all()} == {MONDAY}


def test_listeners_that_set_each_other_off_are_stopped(opened, automation, monkeypatch):
    def again(event):
        commands.note(event.ticket, actor=automation, body="again")

    ticket = opened()
    monkeypatch.setattr(_change, "listeners", lambda: (again,))
    with pytest.raises(Invalid):
        commands.note(ticket, actor=automation, body="first")
    assert ticket.events.filter(verb="note").count() == 0


@pytest.mark.parametrize("statement", ["UPDATE tickets_ticketevent SET verb = 'x'", "DELETE FROM tickets_ticketevent"])
def test_the_database_keeps_history_as_it_was(opened, statement):
    opened()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert TicketEvent.objects.exists()


def test_quiet_events_tell_nobody(opened, agent1, requester):
    ticket = opened()
    before = requester.outbox_messages.count()
    with commands.quietly():
        commands.reply(ticket, actor=agent1, body="old words")
    assert requester.outbox_messages.count() == before


def test_numbers_start_at_five_digits(opened):
    assert opened().pk >= 10001


def test_what_the_actor_may_not_read_is_no_conflict_of_theirs(world, opened, requester, agent1, agent2):
    ticket = opened(into=world.desk)
    seen = ticket.version
    commands.tag(ticket, actor=agent1, add=["suspected-fraud"])
    commands.cancel(ticket, actor=requester, reason="solved", version=seen)
    other = opened(into=world.desk)
    seen = other.version
    commands.prioritise(other, actor=agent1, priority=1, reason="x")
    commands.reply(other, actor=agent1, body="Try again")
    with pytest.raises(Conflict) as refused:
        commands.cancel(other, actor=requester, reason="x", version=seen)
    assert {event.verb for event in refused.value.events} == {"reply"}
