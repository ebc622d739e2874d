"""What moves a ticket next, and putting it off."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from escalation import commands as escalation
from escalation import due, holds
from escalation.commands.holding import HOLD_AT_MOST
from escalation.models import Hold
from escalation.next_move import next_move
from tests.cast import MONDAY
from tests.escalation.promises import everything_promised
from tickets import commands

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
UP = [{"metric": "resolution", "percent": 100, "actions": [{"do": "notify", "who": ["owner"]}, {"do": "raise_tier"}]}]


@pytest.fixture
def promised(opened):
    everything_promised(steps=UP)
    return opened()


def due_at(ticket):
    return ticket.clocks.get(metric="resolution").due_at


def run_out(ticket, automation):
    clock = ticket.clocks.get(metric="resolution")
    while clock.next_step != "breach":
        escalation.pass_over(clock)
        clock.refresh_from_db()
    escalation.reach(ticket, actor=automation, clock=clock, at=clock.next_at)


def sweep(monkeypatch, now):
    monkeypatch.setattr(due, "database_now", lambda: now)
    return holds.release_due()


def test_the_next_move_is_the_milestone_that_passes_it_on(promised, world):
    move = next_move(promised, MONDAY)
    assert (move.team, move.at, move.is_held) == (world.network, due_at(promised), False)


def test_where_nothing_moves_it_nothing_is_planned(opened, agent1):
    everything_promised(steps=[])
    ticket = opened()
    assert next_move(ticket, MONDAY) is None
    with pytest.raises(Invalid, match="Nothing moves"):
        escalation.hold(ticket, actor=agent1)


def test_a_hold_puts_it_off_by_an_hour_each_time_and_four_at_most(promised, agent1):
    for hours in range(1, 5):
        escalation.hold(promised, actor=agent1, at=MONDAY)
        assert next_move(promised, MONDAY).at == due_at(promised) + hours * HOUR
    with pytest.raises(Invalid, match="long enough"):
        escalation.hold(promised, actor=agent1, at=MONDAY)
    assert HOLD_AT_MOST == 4 * HOUR
    assert Hold.objects.count() == 1


def test_what_was_held_happens_when_the_hold_is_over(promised, agent1, automation, world, monkeypatch):
    escalation.hold(promised, actor=agent1, at=MONDAY)
    late = due_at(promised)
    run_out(promised, automation)
    promised.refresh_from_db()
    assert promised.team == world.desk
    assert promised.events.filter(verb="breach").exists()
    assert next_move(promised, late).at == late + HOUR
    assert sweep(monkeypatch, late + HOUR / 2) == 0
    sweep(monkeypatch, late + HOUR)
    sweep(monkeypatch, late + 2 * HOUR)
    promised.refresh_from_db()
    assert promised.team == world.network
    assert promised.events.filter(verb="escalate").count() == 1


def test_what_somebody_solved_or_passed_on_meanwhile_is_left_alone(promised, agent1, automation, world, monkeypatch):
    escalation.hold(promised, actor=agent1, at=MONDAY)
    late = due_at(promised)
    run_out(promised, automation)
    commands.resolve(promised, actor=agent1, resolution="done", at=late + HOUR / 2)
    sweep(monkeypatch, late + HOUR)
    promised.refresh_from_db()
    assert promised.team == world.desk
    assert Hold.objects.get().ended_at is not None


def test_letting_it_go_on_does_at_once_what_was_held(promised, agent1, automation, world, monkeypatch):
    escalation.hold(promised, actor=agent1, at=MONDAY)
    late = due_at(promised)
    run_out(promised, automation)
    escalation.unhold(promised, actor=agent1, at=late + HOUR / 4)
    sweep(monkeypatch, late + HOUR / 4)
    promised.refresh_from_db()
    assert promised.team == world.network


def test_the_panel_shows_the_move_and_takes_the_hold(promised, client, agent1, agent2):
    client.force_login(agent1)
    panel = client.get(f"/desk/t/{promised.key}/side/why/").content.decode()
    assert "Network" in panel and "Hold for 1 hour" in panel
    answer = client.post(f"/desk/t/{promised.key}/hold/", HTTP_HX_REQUEST="true")
    assert "Put off by Arif" in answer.content.decode()
    client.force_login(agent2)
    assert client.post(f"/desk/t/{promised.key}/hold/").status_code == 403
