"""Tasks remind whoever has them, once; and stand on My work."""

from datetime import timedelta

import pytest
from django.test import Client

from core.errors import Invalid
from core.time import database_now
from notifications.models import OutboxMessage
from tickets import commands, reminding
from tickets.models import Task

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told():
    found = OutboxMessage.objects.filter(template="task_due").values_list("recipient__name", "channel")
    return sorted(found)


def plan(ticket, actor, **task):
    return commands.plan_task(ticket, actor=actor, title="Order a cable", **task)


def test_it_reminds_before_it_is_due_and_once(opened, agent1, world):
    ticket = opened(into=world.desk)
    due = database_now() + HOUR
    plan(ticket, agent1, assignee=agent1, due_at=due, remind_before=timedelta(minutes=10))
    assert reminding.remind_due() == 0
    Task.objects.update(remind_at=database_now() - HOUR)
    assert [reminding.remind_due(), reminding.remind_due()] == [1, 0]
    assert told() == [(agent1.name, "email"), (agent1.name, "in_app")]


def test_a_task_done_reminds_nobody_and_a_team_s_everybody_of_it(opened, agent1, lead, agent2, world):
    ticket = opened(into=world.desk)
    soon = {"due_at": database_now() + HOUR, "remind_before": HOUR * 2}
    done = plan(ticket, agent1, assignee=agent2, **soon)
    commands.complete_task(ticket, actor=agent1, task=done)
    plan(ticket, agent1, team=world.desk, **soon)
    assert reminding.remind_due() == 1
    assert {name for name, _channel in told()} == {agent1.name, lead.name}


def test_a_reminder_needs_a_due_time(opened, agent1):
    with pytest.raises(Invalid):
        plan(opened(), agent1, remind_before=HOUR)


def test_my_tasks_stand_on_my_work(opened, agent1, agent2, world):
    ticket, client = opened(into=world.desk), browser(agent1)
    form = {"title": "Ring the vendor", "who": f"person-{agent2.pk}", "due_at": "2099-01-02T09:00", "remind": "60"}
    assert client.post(f"/desk/t/{ticket.key}/tasks/plan/", form).status_code == 302
    task = Task.objects.get()
    assert task.due_at - task.remind_at == HOUR
    assert "Ring the vendor" in browser(agent2).get("/desk/").content.decode()
    assert "Ring the vendor" not in client.get("/desk/").content.decode()
