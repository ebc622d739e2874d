"""Tasks of a ticket: planned, ticked off, taken back, told; and what rules do with them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from core.errors import Conflict, Invalid, NotAllowed
from escalation.models import RuleRun
from notifications.models import OutboxMessage
from tests.cast import MONDAY
from tests.escalation.rules import SAYS_VPN, rule
from tickets import commands
from tickets.automation import ActionError, actions
from tickets.models import Task, Ticket
from tickets.timeline import timeline
from tickets.workflow import verbs_for

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=4)


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


def plan(ticket, actor, title="Order a new cable", **task):
    return commands.plan_task(ticket, actor=actor, title=title, **task)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told():
    return sorted(OutboxMessage.objects.filter(template="task_planned").values_list("recipient__name", "channel"))


def test_a_task_is_planned_done_and_taken_back(ticket, agent1, agent2, requester):
    task = plan(ticket, agent1, assignee=agent2, due_at=LATER, at=MONDAY)
    assert told() == [(agent2.name, "in_app")]
    commands.complete_task(ticket, actor=agent1, task=task)
    task.refresh_from_db()
    assert task.done_by == agent1 and task.done_at
    commands.reopen_task(ticket, actor=agent1, task=task)
    task.refresh_from_db()
    assert task.done_at is None and task.done_by is None
    steps = ticket.events.filter(verb__endswith="_task").order_by("pk")
    assert [step.verb for step in steps] == ["plan_task", "complete_task", "reopen_task"]
    assert all(step.data["task"] == task.pk and step.data["about"] == task.title for step in steps)
    assert not any(step.is_public for step in steps)
    assert "planned the task <b>Order a new cable</b>" in " ".join(
        str(one.sentence) for one in timeline(ticket, agent1)
    )
    assert not Task.objects.visible_to(requester).exists()


def test_nobody_is_told_of_their_own_plan_nor_of_a_team_s(ticket, agent1, world):
    plan(ticket, agent1, assignee=agent1)
    plan(ticket, agent1, team=world.network)
    assert not told()


def test_a_second_tick_changes_nothing(ticket, agent1, lead):
    task = plan(ticket, agent1)
    commands.complete_task(ticket, actor=agent1, task=task)
    commands.complete_task(ticket, actor=lead, task=task)
    task.refresh_from_db()
    assert task.done_by == agent1
    assert ticket.events.filter(verb="complete_task").count() == 1


def test_what_cannot_be_planned(ticket, opened, agent1, agent2, requester, lead, manager, world):
    for wrong in (
        {"title": "  "},
        {"title": "x" * 201},
        {"assignee": agent2, "team": world.network},
        {"assignee": requester},
        {"due_at": MONDAY - timedelta(hours=1)},
    ):
        with pytest.raises(Invalid):
            plan(ticket, agent1, **wrong)
    secret = opened(into=world.hr)
    for whom in ({"assignee": agent2}, {"team": world.network}):
        with pytest.raises(Invalid):
            plan(secret, manager, **whom)
    with pytest.raises(NotAllowed):
        plan(ticket, agent2)
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="x")
    with pytest.raises(Conflict):
        plan(ticket, agent1, version=seen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(ticket=ticket, title="", created_by=agent1, created_at=MONDAY)


def test_whoever_has_a_task_may_tick_it_off_and_others_may_not(ticket, agent1, agent2, agent3, world):
    task = plan(ticket, agent1, team=world.network)
    assert "complete_task" in verbs_for(agent2, Ticket.objects.get(pk=ticket.pk))
    assert "complete_task" not in verbs_for(agent3, Ticket.objects.get(pk=ticket.pk))
    with pytest.raises(NotAllowed):
        commands.complete_task(ticket, actor=agent3, task=task)
    commands.complete_task(ticket, actor=agent2, task=task)


def test_open_tasks_of_a_resolved_ticket_stay_and_can_be_done(ticket, agent1):
    task = plan(ticket, agent1)
    commands.resolve(ticket, actor=agent1, resolution="done")
    assert Task.objects.open().get() == task
    commands.complete_task(ticket, actor=agent1, task=task)
    plan(ticket, agent1, title="Ask again in a week")
    commands.close(ticket, actor=agent1)
    with pytest.raises(Invalid):
        plan(ticket, agent1)


def test_planning_and_ticking_off_without_scripts(ticket, agent1, agent2):
    client, base, panel = browser(agent1), f"/desk/t/{ticket.key}/tasks/", f"/desk/t/{ticket.key}/side/tasks/"
    assert not client.get(panel).content.strip()
    assert b"Anyone of a team" in client.get(f"{base}plan/").content
    sent = {"title": "Order a cable", "who": f"person-{agent2.pk}", "due_at": "", "version": ticket.version}
    assert client.post(f"{base}plan/", sent).status_code == 302
    task = Task.objects.get()
    assert "Order a cable" in client.get(panel).content.decode()
    answer = client.post(f"{base}{task.pk}/complete/", follow=True)
    assert f"{base}{task.pk}/reopen/" in answer.content.decode()
    assert "1 done, 0 open" in client.get(panel).content.decode()
    client.post(f"{base}{task.pk}/reopen/")
    assert Task.objects.open().exists()


def test_ticking_off_with_scripts_redraws_and_offers_the_way_back(ticket, agent1):
    task = plan(ticket, agent1)
    path = f"/desk/t/{ticket.key}/tasks/{task.pk}/"
    answer = browser(agent1).post(f"{path}complete/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert f"{path}reopen/" in answer.headers["HX-Trigger"] and "ticket-changed" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"who": "person-0"}, {"due_at": "soon"}, {"due_at": "2020-01-01T09:00"}]
)
def test_what_was_typed_stays_when_it_is_refused(ticket, agent1, wrong):
    sent = {"title": "canary-6", "who": "", "due_at": "2030-01-01T09:07", **wrong}
    answer = browser(agent1).post(f"/desk/t/{ticket.key}/tasks/plan/", sent)
    assert answer.status_code == 422
    assert (b"canary-6" if sent["title"] else b"2030-01-01T09:07") in answer.content


def test_a_task_of_another_ticket_is_not_reached(ticket, opened, agent1, world):
    other = plan(opened(into=world.desk), agent1)
    assert browser(agent1).post(f"/desk/t/{ticket.key}/tasks/{other.pk}/complete/").status_code == 404


def test_the_panel_costs_the_same_with_many_tasks(ticket, agent1, agent2, world, django_assert_num_queries):
    client, panel = browser(agent1), f"/desk/t/{ticket.key}/side/tasks/"
    plan(ticket, agent1, assignee=agent2)
    client.get(panel)
    with django_assert_num_queries(8):
        client.get(panel)
    for whom in ({"assignee": agent1}, {"team": world.network}, {}):
        plan(ticket, agent1, **whom)
    commands.complete_task(ticket, actor=agent1, task=plan(ticket, agent1))
    with django_assert_num_queries(8):
        client.get(panel)


# --- what rules do ------------------------------------------------------------------------------------------------


def task_step(**params):
    return {"do": "task", "title": "Call {requester}", "whom": "team", **params}


@pytest.mark.parametrize(
    ("whom", "assignee", "team"),
    [("owner", None, "service-desk"), ("lead", "laras", None), ("team", None, "service-desk"), ("nobody", None, None)],
)
def test_a_rule_plans_a_task(opened, world, lead, requester, whom, assignee, team):
    rule(1, [SAYS_VPN], task_step(whom=whom, hours=8))
    ticket = opened(into=world.desk)
    task = ticket.tasks.get()
    assert task.title == f"Call {requester.name}"
    assert task.created_by.is_automation and task.due_at == MONDAY + timedelta(hours=8)
    assert (task.assignee and task.assignee.email.split("@")[0], task.team and task.team.slug) == (assignee, team)
    planned = ticket.events.get(verb="plan_task")
    assert planned.data["reason"] == {"en": "rule 1", "id": "aturan 1"}


def test_the_owner_gets_the_rule_s_task_and_is_told(opened, world, agent1, lead):
    rule(1, [], task_step(whom="owner"), on=("owner_changed",))
    ticket = opened(into=world.desk)
    commands.assign(ticket, actor=lead, assignee=agent1)
    assert ticket.tasks.get().assignee == agent1
    assert told() == [(agent1.name, "in_app")]


def test_a_rule_s_long_title_is_cut(opened, world):
    rule(1, [SAYS_VPN], task_step(title="Look at {subject} " + "x" * 150))
    assert len(opened(subject="VPN " + "y" * 190).tasks.get().title) == 200


def test_a_task_that_cannot_be_planned_fails_visibly(opened, world, agent1):
    rule(1, [], task_step(), on=("status_changed",))
    ticket = opened(into=world.desk)
    commands.cancel(ticket, actor=agent1, reason="x")
    run = RuleRun.objects.get(ticket=ticket)
    assert run.state == "failed" and run.did[0]["error"]


def test_what_a_task_s_settings_say_and_refuse():
    action = actions()["task"]
    assert action.words(task_step()) == "plan the task “Call {requester}” for anyone of the team"
    assert action.words(task_step(hours=1)).endswith(", due in 1 hour")
    with translation.override("id"):
        assert action.words(task_step())
    for wrong in ({"title": ""}, {"title": "Call {nobody}"}, {"whom": "all"}, {"hours": 0}, {"colour": "red"}):
        with pytest.raises(ActionError):
            action.checked({**{key: value for key, value in task_step().items() if key != "do"}, **wrong})
