"""Milestones: each fires once, in order, late or in time, and does what its policy says."""

from datetime import datetime, timedelta, timezone

import pytest

from core.time import database_now
from escalation.models import Clock, Milestone
from escalation.policy_definition import PolicyError, StepRule, parse
from escalation.sweep import fire_due
from tests.escalation.promises import everything_promised, minutes
from tickets import commands

pytestmark = pytest.mark.django_db
JAKARTA = timezone(timedelta(hours=7))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


def step(metric="resolution", actions=(), **rest):
    return {"metric": metric, "actions": list(actions), **rest}


def steps(*rows):
    return everything_promised(steps=list(rows), ola={}, vendor={}, targets={
        "response": minutes(15, 30, 120, 240), "resolution": minutes(240, 480, 1440, 2700),
    })  # fmt: skip


def next_step(ticket, metric="resolution"):
    clock = ticket.clocks.get(metric=metric)
    return clock.next_step, clock.next_at


def told(person):
    return list(
        person.outbox_messages.exclude(template="ticket_opened").values_list("template", "channel").order_by("pk")
    )


def test_only_the_next_one_is_queued(opened):
    steps(step(percent=75), step(percent=50), step(minutes=-30), step(minutes=60))
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    assert next_step(ticket) == ("resolution-50%", local(2, 13))
    fire_due()
    reached = Milestone.objects.filter(clock__metric="resolution").order_by("pk")
    assert list(reached.values_list("step", flat=True)) == [
        "resolution-50%",
        "resolution-75%",
        "resolution-30m",
        "breach",
        "resolution+60m",
    ]
    assert next_step(ticket) == ("", None)
    assert all(reached.values_list("is_late", flat=True))


def test_they_fire_in_the_order_they_were_due_over_all_clocks_of_a_ticket(opened):
    steps(step(percent=50), step("response", percent=50))
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    fire_due()
    events = ticket.events.filter(verb__in=("milestone", "breach")).order_by("pk")
    due = [event.data["due_at"] for event in events]
    assert due == sorted(due) and len(due) == 4
    assert all(event.data["late_seconds"] > 0 for event in events)


def test_a_second_sweep_does_nothing(opened):
    steps(step(percent=50))
    opened(impact=1, urgency=2, at=local(2, 9))
    fire_due()
    count = Milestone.objects.count()
    assert fire_due() == 0
    assert Milestone.objects.count() == count == 3


def test_a_pause_takes_the_milestone_off_the_queue_and_resuming_puts_it_back_later(opened, agent1):
    steps(step(percent=50))
    ticket = opened(impact=1, urgency=2, at=local(16, 9))
    commands.pend(ticket, actor=agent1, reason="change", at=local(16, 10))
    assert next_step(ticket) == ("", None)
    commands.resume(ticket, actor=agent1, at=local(16, 12))
    assert next_step(ticket) == ("resolution-50%", local(16, 15))


def test_whoever_is_named_is_told(opened, agent1, lead, manager, requester):
    steps(
        step(percent=50, actions=[{"do": "notify", "who": ["owner"]}]),
        step(percent=90, actions=[{"do": "call", "who": ["lead", "managers"]}, {"do": "notify", "who": ["requester"]}]),
    )
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    commands.assign(ticket, actor=agent1, assignee=agent1, at=local(2, 9, 1))
    fire_due()
    assert ("milestone", "in_app") in told(agent1)
    assert {("milestone", "email"), ("milestone", "in_app")} <= set(told(lead)) & set(told(manager))
    assert {("promise_for_requester", "email"), ("promise_for_requester", "in_app")} <= set(told(requester))


def test_a_condition_is_looked_at_when_the_milestone_comes_due(opened, agent1, lead):
    unowned = {"all": [{"field": "assignee", "op": "is_empty"}]}
    steps(step(percent=50, only_if=unowned, actions=[{"do": "notify", "who": ["lead"]}]))
    owned, free = opened(impact=1, urgency=2, at=local(2, 9)), opened(impact=1, urgency=2, at=local(2, 9))
    commands.assign(owned, actor=agent1, assignee=agent1, at=local(2, 10))
    fire_due()
    outcome = dict(Milestone.objects.filter(step="resolution-50%").values_list("clock__ticket", "outcome"))
    assert outcome == {owned.pk: "skipped", free.pk: "done"}
    keys = {row["key"] for row in lead.outbox_messages.filter(template="milestone").values_list("context", flat=True)}
    assert keys == {free.key}


def test_it_is_given_back_to_the_queue_or_to_the_lead(opened, agent1, lead):
    steps(
        step(percent=50, actions=[{"do": "reassign", "to": "queue"}]),
        step(percent=90, actions=[{"do": "reassign", "to": "lead"}]),
    )
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    commands.assign(ticket, actor=agent1, assignee=agent1, at=local(2, 9, 1))
    fire_due()
    ticket.refresh_from_db()
    assert ticket.assignee == lead
    causes = {
        event.verb: event.cause.data["step"]
        for event in ticket.events.filter(verb__in=("release", "assign"), cause__isnull=False)
    }
    assert causes == {"release": "resolution-50%", "assign": "resolution-90%"}


def test_one_step_that_fails_keeps_no_other_from_being_done(opened, world, lead, monkeypatch):
    steps(step(percent=100, actions=[{"do": "raise_tier"}, {"do": "call", "who": ["lead"]}]))
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    monkeypatch.setattr("escalation.steps.next_team", lambda _ticket: world.desk)  # where it is already
    fire_due()
    assert ticket.events.filter(verb="breach", data__metric="resolution").exists()
    assert ("breached", "email") in told(lead)


def test_a_repeated_update_promise_fires_in_every_period(opened, agent1):
    everything_promised(steps=[], ola={}, vendor={})
    ticket = opened(impact=1, urgency=2, at=local(2, 9))  # P2: an update every two hours
    fire_due()
    commands.reply(ticket, actor=agent1, body="still at it")
    past = database_now() - timedelta(minutes=1)
    Clock.objects.filter(metric="update").update(due_at=past, next_at=past)
    fire_due()
    reached = Milestone.objects.filter(clock__metric="update").values_list("cycle", "step").order_by("pk")
    assert list(reached) == [(1, "breach"), (2, "breach")]


def test_the_clock_of_the_database_decides(opened):
    steps(step(percent=50))
    opened(impact=1, urgency=2, at=database_now())
    assert fire_due() == 0
    assert not Milestone.objects.exists()


def test_parts_of_a_sweep_share_the_work_and_leave_nothing(opened):
    steps()
    for _n in range(8):
        opened(impact=1, urgency=2, at=local(2, 9))
    first = fire_due(part=(0, 2))
    assert 0 < first < 16
    fire_due(part=(1, 2))
    assert not Clock.objects.filter(next_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ("text", "definition"),
        ({}, "targets"),
        ({"targets": {"resolution": {}}}, "targets"),
        ({"targets": {"resolution": {"1": 0}}}, "targets.resolution.1"),
        ({"targets": {"resolution": {"5": 9}}}, "targets.resolution.5"),
        ({"targets": {"resolution": {"1": True}}}, "targets.resolution.1"),
        ({"targets": {"resolution": {"1": 10}, "response": {"1": 20}}}, "targets.response.1"),
        ({"targets": {"resolution": {"1": 10}, "sleep": {}}}, "targets.sleep"),
        ({"targets": {"resolution": {"1": 10}}, "pauses": ["lunch"]}, "pauses"),
        ({"targets": {"resolution": {"1": 10}}, "ola": {"x": {"1": 1}}}, "ola.x"),
        ({"targets": {"resolution": {"1": 10}}, "steps": [{}]}, "steps.0.metric"),
        ({"targets": {"resolution": {"1": 10}}, "steps": [step(percent=10, minutes=5)]}, "steps.0"),
        ({"targets": {"resolution": {"1": 10}}, "steps": [step(percent=0)]}, "steps.0.percent"),
        ({"targets": {"resolution": {"1": 10}}, "steps": [step(percent=50), step(percent=50)]}, "steps.1"),
        (
            {"targets": {"resolution": {"1": 10}}, "steps": [step(percent=5, actions=[{"do": "fly"}])]},
            "steps.0.actions.0.do",
        ),
        (
            {
                "targets": {"resolution": {"1": 10}},
                "steps": [step(percent=5, actions=[{"do": "call", "who": ["cat"]}])],
            },
            "steps.0.actions.0.who",
        ),
        (
            {
                "targets": {"resolution": {"1": 10}},
                "steps": [step(percent=5, actions=[{"do": "webhook", "url": "ftp://x"}])],
            },
            "steps.0.actions.0.url",
        ),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_its_field(definition, field):
    with pytest.raises(PolicyError) as refused:
        parse(definition)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        (StepRule("resolution", percent=75), 2700),
        (StepRule("resolution", percent=110), 3960),
        (StepRule("resolution", minutes=-15), 2700),
        (StepRule("resolution", minutes=30), 5400),
        (StepRule("resolution", minutes=-90), 0),
    ],
)
def test_a_point_on_a_clock_is_so_many_working_seconds(rule, seconds):
    assert rule.seconds(3600) == seconds
