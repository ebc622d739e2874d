"""Giving tickets away by strategy: who is read, what is kept, what it costs."""

from datetime import date, timedelta

import pytest

from accounts.models import Absence, Certificate, Membership, PersonSkill, SingleShift, Skill
from core.errors import Invalid
from escalation import commands as escalation
from escalation.assignment.strategy import parse
from escalation.models import AssignmentTurn
from tests.cast import MONDAY, person
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
IN_TURN = parse({"steps": [{"by": "on_shift"}, {"by": "round_robin"}]})
HOUR = timedelta(hours=1)
EVERYTHING = [
    {"by": "previous_owner"},
    {"by": "on_shift"},
    {"by": "skill", "skill": 1, "level": 2},
    {"by": "language"},
    {"by": "capacity", "most": 12},
    {"by": "least_effort"},
]


def member(team, name, **told):
    somebody = person(name, **told)
    Membership.objects.create(user=somebody, team=team)
    return somebody


@pytest.fixture
def three(world):
    return [member(world.network, name) for name in ("ani", "budi", "citra")]


def given(ticket, strategy=IN_TURN, *, automation, **told):
    return escalation.assign_by(ticket, strategy, actor=automation, **told)


def test_tickets_go_round_the_team(three, opened, world, automation):
    people = [given(opened(into=world.network), automation=automation).person for _n in range(7)]
    assert people == [one.pk for one in (*three, *three, three[0])]
    turn = AssignmentTurn.objects.get()
    assert (turn.count, turn.of(three[0].pk), turn.of(three[1].pk)) == (7, 7, 5)


def test_the_event_keeps_why_and_who_was_considered(three, opened, world, automation):
    Absence.objects.create(person=three[0], start=MONDAY, end=MONDAY + HOUR)
    ticket = opened(into=world.network)
    choice = given(ticket, automation=automation, at=MONDAY)
    event = ticket.events.get(verb="assign")
    assert ticket.assignee == three[1]
    assert event.actor == automation
    assert event.data["reason"] == choice.reason
    assert event.data["reason"]["en"] == "Next in turn of 2 of the team"
    assert event.data["by"] == "round_robin"
    assert event.data["considered"][0] == {"person": three[0].pk, "by": "absent"}
    assert event.data["considered"] == list(choice.considered)


def test_who_is_on_shift_is_asked_of_the_roster(three, opened, world, automation):
    SingleShift.objects.create(team=world.network, person=three[2], start=MONDAY, end=MONDAY + HOUR)
    assert given(opened(into=world.network), automation=automation, at=MONDAY).person == three[2].pk
    later = given(opened(into=world.network), automation=automation, at=MONDAY + HOUR)
    assert (later.person, later.by) == (None, "queue")
    assert later.reason["en"] == "Nobody can take it: 3 not on shift"


def test_a_skill_counts_only_with_a_certificate_that_is_valid_that_day(three, opened, world, automation):
    skill = Skill.objects.create(name="Firewalls", name_id="Tembok api", needs_certificate=True)
    for one in three:
        PersonSkill.objects.create(person=one, skill=skill, level=3)
    for one, ends in ((three[0], date(2026, 11, 15)), (three[1], date(2026, 11, 16))):
        Certificate.objects.create(person=one, skill=skill, name="F", issued_on=date(2025, 1, 1), expires_on=ends)
    asks = parse({"steps": [{"by": "skill", "skill": skill.pk, "level": 2}]})
    choice = given(opened(into=world.network), asks, automation=automation, at=MONDAY)
    assert choice.person == three[1].pk
    assert choice.reason["en"] == "The only one of the team who knows Firewalls"
    assert "Tembok api" in choice.reason["id"]
    PersonSkill.objects.filter(person=three[1]).update(level=1)
    assert given(opened(into=world.network), asks, automation=automation, at=MONDAY).person is None


def test_the_language_is_that_of_the_ticket_and_all_that_somebody_speaks(world, opened, automation):
    speaker = member(world.network, "ani", language="en", speaks=["id"])
    member(world.network, "aaron", language="en")
    ticket = opened(into=world.network)
    Ticket.objects.update(language="id")
    asks = parse({"steps": [{"by": "language", "only": True}]})
    assert given(ticket, asks, automation=automation).person == speaker.pk


def test_capacity_and_effort_count_live_tickets_in_whatever_team(three, opened, world, automation):
    Membership.objects.create(user=three[0], team=world.desk)
    busy = opened(into=world.desk, impact=1, urgency=1)
    commands.assign(busy, actor=three[0], assignee=three[0])
    for one in (three[1], three[1], three[2], three[2]):
        commands.assign(opened(into=world.network), actor=automation, assignee=one)
    effort = parse({"steps": [{"by": "least_effort"}]})
    ticket = opened(into=world.network)
    assert given(ticket, effort, automation=automation).person == three[1].pk
    limit = parse({"steps": [{"by": "capacity", "most": 2}]})
    assert given(opened(into=world.network), limit, automation=automation).person == three[0].pk
    commands.resolve(busy, actor=three[0], resolution="done")
    Ticket.objects.filter(assignee=three[0], status="open").exclude(pk=busy.pk).update(assignee=None)
    assert given(opened(into=world.network), effort, automation=automation).person == three[0].pk


def test_a_ticket_that_comes_back_goes_to_who_had_it_last(three, opened, world, automation, requester):
    ticket = opened(into=world.network)
    commands.assign(ticket, actor=automation, assignee=three[2])
    commands.resolve(ticket, actor=three[2], resolution="done")
    commands.reopen(ticket, actor=requester, reason="still broken")
    commands.release(ticket, actor=three[2])
    asks = parse({"steps": [{"by": "previous_owner"}, {"by": "round_robin"}]})
    choice = given(ticket, asks, automation=automation)
    assert (choice.person, choice.by) == (three[2].pk, "previous_owner")
    assert not AssignmentTurn.objects.get().last, "what comes back is nobody's turn"
    fresh = opened(into=world.network)
    commands.assign(fresh, actor=automation, assignee=three[2])
    commands.release(fresh, actor=three[2])
    assert given(fresh, asks, automation=automation).person == three[0].pk


def test_an_owner_stays_unless_it_is_chosen_anew(three, opened, world, automation):
    ticket = opened(into=world.network)
    commands.assign(ticket, actor=automation, assignee=three[2])
    kept = given(ticket, automation=automation)
    assert (kept.person, kept.by) == (three[2].pk, "owner")
    assert ticket.events.filter(verb="assign").count() == 1
    assert given(ticket, automation=automation, anew=True).person == three[0].pk
    assert Ticket.objects.get().assignee == three[0]


def test_without_a_team_nobody_is_chosen(three, opened, world, automation):
    ticket = opened()
    Ticket.objects.update(team=None)
    choice = given(ticket, automation=automation)
    assert (choice.person, choice.reason["en"]) == (None, "No team has it")


def test_nobody_left_is_the_leads_where_the_strategy_says_so(three, opened, world, automation):
    Membership.objects.filter(user=three[1]).update(role="lead")
    asks = parse({"steps": [{"by": "skill", "skill": 99}], "else": "lead"})
    ticket = opened(into=world.network)
    assert given(ticket, asks, automation=automation).by == "lead"
    assert ticket.assignee == three[1]
    assert ticket.events.get(verb="assign").data["reason"]["en"].startswith("For the lead")


def test_what_has_ended_is_given_to_nobody(three, opened, world, automation):
    ticket = opened(into=world.network)
    commands.cancel(ticket, actor=automation, reason="not needed")
    with pytest.raises(Invalid):
        given(ticket, automation=automation)
    assert not AssignmentTurn.objects.filter(count__gt=0).exists()


def test_who_left_the_team_is_forgotten(three, opened, world, automation):
    given(opened(into=world.network), automation=automation)
    Membership.objects.filter(user=three[0]).delete()
    given(opened(into=world.network), automation=automation)
    assert list(AssignmentTurn.objects.get().last) == [str(three[1].pk)]


def test_a_large_team_costs_as_many_queries_as_a_small_one(
    three, opened, world, automation, django_assert_max_num_queries
):
    skill = Skill.objects.create(name="Firewalls")
    steps = [{**step, "skill": skill.pk} if step["by"] == "skill" else step for step in EVERYTHING]
    asks = parse({"steps": steps})
    PersonSkill.objects.create(person=three[0], skill=skill, level=2)
    given(opened(into=world.network), asks, automation=automation)
    small, large = opened(into=world.network), opened(into=world.network)
    Ticket.objects.update(reopen_count=1)
    with django_assert_max_num_queries(60) as few:
        given(small, asks, automation=automation)
    for n in range(20):
        one = member(world.network, f"a{n}")
        PersonSkill.objects.create(person=one, skill=skill, level=2)
    with django_assert_max_num_queries(60) as many:
        given(large, asks, automation=automation)
    assert len(few) == len(many)


def test_choosing_reads_six_times(three, opened, world, automation, django_assert_max_num_queries):
    """The ticket and the turn, then roster, people, their work, their skills and the last owner; nobody fits."""
    asks = parse({"steps": [{"by": "capacity", "most": 1}, {"by": "skill", "skill": 9}, {"by": "previous_owner"}]})
    ticket = opened(into=world.network)
    Ticket.objects.update(reopen_count=1)
    AssignmentTurn.objects.create(team=world.network)
    with django_assert_max_num_queries(9) as asked:  # with the savepoint
        assert given(ticket, asks, automation=automation, at=MONDAY).person is None
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 7
