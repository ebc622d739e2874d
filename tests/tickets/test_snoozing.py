"""Tickets put aside: for oneself alone, until a time, an answer or a higher priority."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed
from core.time import database_now
from notifications.models import OutboxMessage
from tickets import commands, snoozing
from tickets.models import Snooze, Ticket
from tickets.views.snoozing import moment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(opened, world, agent1):
    ticket = opened(into=world.desk)
    return commands.assign(ticket, actor=agent1, assignee=agent1)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asleep(user, now=None):
    now = now or database_now()
    return Ticket.objects.live().count() - Ticket.objects.live().not_snoozed(user, now).count()


def told():
    return list(OutboxMessage.objects.filter(template="snooze_over").values_list("recipient__name", "context__why"))


def past_due(row):
    """As if it had been put aside two hours ago."""
    ago = {"created_at": row.created_at - 2 * HOUR, "until": row.until - 2 * HOUR}
    Snooze.objects.filter(pk=row.pk).update(**ago)


def test_it_leaves_the_list_of_one_person_and_nothing_else_changes(ticket, agent1, lead):
    version, events = ticket.version, ticket.events.count()
    commands.snooze(ticket, actor=agent1, until=database_now() + HOUR, note="call back")
    assert asleep(agent1) == 1 and asleep(lead) == 0
    ticket.refresh_from_db()
    assert (ticket.version, ticket.events.count(), ticket.status) == (version, events, "open")


def test_it_comes_back_once_with_a_word(ticket, agent1):
    row = commands.snooze(ticket, actor=agent1, until=database_now() + HOUR)
    assert snoozing.wake_due() == 0
    past_due(row)
    assert asleep(agent1) == 0
    assert [snoozing.wake_due(), snoozing.wake_due()] == [1, 0]
    assert told() == [(agent1.name, "time")]
    assert [one.ticket for one in snoozing.snoozes_of(agent1, database_now())[0]] == [ticket]
    commands.unsnooze(ticket, actor=agent1)
    assert snoozing.snoozes_of(agent1, database_now())[0] == []


def test_the_requester_s_answer_wakes_it(ticket, agent1, requester):
    commands.snooze(ticket, actor=agent1, until=database_now() + HOUR)
    commands.reply(ticket, actor=agent1, body="Is it better?")
    assert asleep(agent1) == 1
    commands.reply(ticket, actor=requester, body="No.")
    assert asleep(agent1) == 0 and told() == [(agent1.name, "answer")]


def test_a_higher_priority_wakes_it_and_a_lower_one_does_not(ticket, agent1, lead):
    commands.snooze(ticket, actor=agent1, until=database_now() + HOUR)
    commands.prioritise(ticket, actor=lead, priority=4, reason="x")
    assert asleep(agent1) == 1
    commands.prioritise(ticket, actor=lead, priority=1, reason="x")
    assert asleep(agent1) == 0 and told() == [(agent1.name, "priority")]


def test_an_ended_ticket_and_one_out_of_sight_tell_nobody(ticket, opened, agent1, lead, world, manager):
    commands.snooze(ticket, actor=agent1, until=database_now() + HOUR)
    commands.resolve(ticket, actor=lead, resolution="done")
    assert not Snooze.objects.exists()
    other = opened(into=world.desk)
    past_due(commands.snooze(other, actor=agent1, until=database_now() + HOUR))
    commands.transfer(other, actor=manager, team=world.hr, reason="x")
    snoozing.wake_due()
    assert told() == [] and snoozing.snoozes_of(agent1, database_now())[0] == []


def test_what_is_refused(ticket, agent1, requester):
    now = database_now()
    for until in (now - HOUR, now + timedelta(days=400)):
        with pytest.raises(Invalid):
            commands.snooze(ticket, actor=agent1, until=until)
    with pytest.raises(NotAllowed):
        commands.snooze(ticket, actor=requester, until=now + HOUR)
    commands.resolve(ticket, actor=agent1, resolution="done")
    with pytest.raises(Invalid):
        commands.snooze(ticket, actor=agent1, until=now + HOUR)


def test_the_page_puts_aside_and_my_work_takes_back(ticket, agent1):
    client = browser(agent1)
    url = f"/desk/t/{ticket.key}/snooze/"
    assert "Next Monday" in client.get(url).content.decode()
    assert client.post(url, {"when": "date", "until": "soon"}).status_code == 422
    assert client.post(url, {"when": "tomorrow", "note": "wait for parts"}).status_code == 302
    page = client.get("/desk/").content.decode()
    assert "wait for parts" in page and f'id="row-{ticket.pk}"' not in page
    client.post(f"/desk/t/{ticket.key}/unsnooze/")
    assert f'id="row-{ticket.pk}"' in client.get("/desk/").content.decode()


@pytest.mark.parametrize(("choice", "days"), [("tomorrow", 1), ("monday", 7)])
def test_choices_are_mornings_where_the_reader_is(choice, days):
    from_monday = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # Monday 09:00 in Jakarta
    found = moment(choice, from_monday)
    assert found == datetime(2026, 11, 16, 1, 0, tzinfo=UTC) + timedelta(days=days)
