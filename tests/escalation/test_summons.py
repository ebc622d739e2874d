"""Hierarchic escalation: who is called, who answers, and what happens when nobody does."""

from datetime import time, timedelta

import pytest

from accounts.models import Absence, Department, Membership, Rota, RotaTurn
from core.errors import Invalid, NotAllowed
from escalation import commands as escalation
from escalation import due, summons
from escalation.models import Summons, SummonsCall
from notifications.models import OutboxMessage
from tests.cast import MONDAY, person
from tests.escalation.promises import everything_promised
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def chief(world):
    """The manager of the department the front line belongs to, who works there too."""
    someone = person("chief")
    Membership.objects.create(user=someone, team=world.desk)
    world.desk.department = Department.objects.create(name="IT operations", manager=someone)
    world.desk.save()
    return someone


@pytest.fixture
def called(opened, agent1, lead, chief, manager):
    everything_promised()
    ticket = opened()
    escalation.summon(ticket, actor=agent1, rung="lead", reason="three shops are closed", at=MONDAY)
    return ticket


def sweep(monkeypatch, minutes):
    monkeypatch.setattr(due, "database_now", lambda: MONDAY + minutes * MINUTE)
    return summons.climb_due()


def names():
    return [(call.rung, call.person.name) for call in SummonsCall.objects.select_related("person")]


def test_the_lead_is_called_by_mail_and_in_the_product(called, lead):
    assert names() == [("lead", "Laras")]
    told = OutboxMessage.objects.filter(recipient=lead, template="summoned")
    assert {message.channel for message in told} == {"email", "in_app"}
    assert told.first().context["reason"] == "three shops are closed"


def test_without_an_answer_it_climbs_rung_by_rung_and_then_calls_again(called, monkeypatch):
    for minutes in (14, 15, 16, 30, 45, 60, 75, 90):
        sweep(monkeypatch, minutes)
    assert names() == [
        ("lead", "Laras"),
        ("department", "Chief"),
        ("managers", "Maya"),
        *[("managers", name) for name in ("Chief", "Laras", "Maya")] * 2,
    ]
    assert Summons.objects.get().state == "unanswered"
    assert sweep(monkeypatch, 600) == 0


def test_an_answer_stops_it(called, lead, monkeypatch):
    escalation.acknowledge(called, actor=lead, answer="I take two people off the move", at=MONDAY + MINUTE)
    assert sweep(monkeypatch, 60) == 0
    answered = Summons.objects.get()
    assert (answered.state, answered.answered_by, answered.answer) == (
        "acknowledged",
        lead,
        "I take two people off the move",
    )


def test_only_who_was_called_leads_or_oversees_answers(called, agent1, agent2, manager):
    for actor in (agent1, agent2):
        with pytest.raises(NotAllowed):
            escalation.acknowledge(called, actor=actor)
    escalation.acknowledge(called, actor=manager)
    with pytest.raises(Invalid, match="Nobody is being called"):
        escalation.acknowledge(called, actor=manager)


def test_nobody_is_called_twice_at_once(called, agent1):
    with pytest.raises(Invalid, match="already"):
        escalation.summon(called, actor=agent1, rung="managers", reason="again")


def test_a_ticket_that_ends_ends_its_call(called, agent1, monkeypatch):
    commands.resolve(called, actor=agent1, resolution="done", at=MONDAY + MINUTE)
    assert Summons.objects.get().state == "ended"
    assert sweep(monkeypatch, 60) == 0


def test_a_rung_with_nobody_on_it_passes_the_call_on(opened, agent1, manager):
    escalation.summon(opened(), actor=agent1, rung="lead", reason="help")
    assert names() == [("managers", "Maya")]


def test_nobody_at_all_is_said(opened, agent1):
    with pytest.raises(Invalid) as raised:
        escalation.summon(opened(), actor=agent1, rung="lead", reason="help")
    assert "rung" in raised.value.fields


def test_a_reason_and_a_rung_are_needed(opened, agent1, lead):
    with pytest.raises(Invalid) as raised:
        escalation.summon(opened(), actor=agent1, rung="king", reason=" ")
    assert set(raised.value.fields) == {"rung", "reason"}


def test_a_policy_calls_when_time_runs_out(opened, lead, automation):
    everything_promised(steps=[{"metric": "resolution", "percent": 100, "actions": [{"do": "summon", "to": "lead"}]}])
    ticket = opened()
    clock = ticket.clocks.get(metric="resolution")
    escalation.reach(ticket, actor=automation, clock=clock, at=clock.next_at)
    assert names() == [("lead", "Laras")]
    assert Summons.objects.get().reason["id"] == "Janji waktunya terlewati"


def test_the_panel_says_who_was_called_and_lets_them_answer(called, client, lead, agent1):
    client.force_login(agent1)
    panel = client.get(f"/desk/t/{called.key}/side/why/").content.decode()
    assert "three shops are closed" in panel and "acknowledge" not in panel
    client.force_login(lead)
    assert "acknowledge" in client.get(f"/desk/t/{called.key}/side/why/").content.decode()
    client.post(f"/desk/t/{called.key}/acknowledge/", {"answer": "coming"})
    assert Summons.objects.get().answer == "coming"


def test_the_dialog_names_who_would_be_called(called, client, agent1, lead, monkeypatch):
    monkeypatch.setattr("escalation.views.summons.database_now", lambda: MONDAY)
    client.force_login(agent1)
    page = client.get(f"/desk/t/{called.key}/summon/").content.decode()
    assert "Laras" in page and "Chief" in page


def test_out_of_hours_whoever_is_on_call_is_called_first(opened, agent1, lead, chief, world):
    everything_promised()
    on_duty = person("dewi")
    Membership.objects.create(user=on_duty, team=world.desk)
    rota = Rota.objects.create(team=world.desk, first_day=MONDAY.date(), hand_over=time(8))
    RotaTurn.objects.create(rota=rota, person=on_duty, position=1)
    night = MONDAY + timedelta(hours=14)  # 23:00 in Jakarta
    escalation.summon(opened(at=night), actor=agent1, rung="lead", reason="the site is dark", at=night)
    assert names() == [("lead", "Dewi")]


def test_an_absent_lead_is_not_called_while_another_one_is_there(opened, agent1, lead, world):
    everything_promised()
    other = person("tono")
    Membership.objects.create(user=other, team=world.desk, role="lead")
    Absence.objects.create(person=lead, start=MONDAY - timedelta(days=1), end=MONDAY + timedelta(days=1), kind="leave")
    escalation.summon(opened(), actor=agent1, rung="lead", reason="help", at=MONDAY)
    assert names() == [("lead", "Tono")]


def test_whoever_is_called_from_outside_a_restricted_team_is_let_in(opened, other_team_agent, world, chief):
    world.hr.department = world.desk.department
    world.hr.save()
    ticket = opened(into=world.hr)
    assert not ticket.staffed_by(chief)
    escalation.summon(ticket, actor=other_team_agent, rung="department", reason="a payroll question", at=MONDAY)
    assert Ticket.objects.visible_to(chief).filter(pk=ticket.pk).exists()
    escalation.acknowledge(ticket, actor=chief)
    assert Summons.objects.get().state == "acknowledged"
