"""Changing many tickets: each once, with reasons for what could not be done, taken back as one."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from core.time import database_now
from notifications.models import OutboxMessage
from tests.cast import person
from tickets import commands
from tickets.bulk import runs
from tickets.bulk.actions import ACTIONS
from tickets.models import BulkRun, BulkStep, Ticket, TicketEvent

pytestmark = pytest.mark.django_db


def run_of(actor, action, tickets, value=None, key="k"):
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    return runs.ask_for(action, value or {}, rows, actor=actor, back="/desk/", dedupe_key=key)


def states(run):
    return sorted(run.steps.values_list("state", flat=True))


def worth(action, agent, team):
    """A value for each action's form."""
    return {
        "assign": {"person": str(agent.pk)},
        "wait": {"reason": "vendor"},
        "priority": {"priority": 1},
        "team": {"team": team.slug},
        "resolve": {"resolution": "Restarted it."},
        "tag": {"tag": "floor 3"},
        "untag": {"tag": "old"},
    }.get(action, {})


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "take"])
def test_every_action_uses_the_command_of_a_single_change(opened, world, manager, agent1, action):
    tickets = [commands.tag(opened(), actor=agent1, add=["old"]) for _n in range(2)]
    if action == "close":
        for ticket in tickets:
            commands.resolve(ticket, actor=agent1, resolution="done")
    before = {ticket.pk: ticket.facts() for ticket in tickets}
    run = run_of(manager, action, tickets, worth(action, agent1, world.network))
    assert runs.work_off(run) == 2
    assert states(run) == ["done", "done"], list(run.steps.values_list("reason", flat=True))
    assert run.finished_at is not None
    assert set(TicketEvent.objects.filter(data__bulk=run.pk, depth=0).values_list("actor", flat=True)) == {manager.pk}
    if ACTIONS[action].can_undo:
        runs.undo(run)
        assert states(run) == ["undone", "undone"], list(run.steps.values_list("reason", flat=True))
        for ticket in Ticket.objects.filter(pk__in=before):
            kept = {name: getattr(ticket, name) for name in ("assignee_id", "priority", "team_id", "tags")}
            assert kept == {name: before[ticket.pk][name] for name in kept}


def test_what_cannot_be_done_says_why_and_holds_up_nothing(opened, agent1, lead, client):
    free, taken, ended = opened(), opened(), opened()
    commands.assign(taken, actor=lead, assignee=lead)
    commands.cancel(ended, actor=lead, reason="gone")
    client.force_login(agent1)
    posted = {"action": "take", "ticket": [free.pk, taken.pk, ended.pk], "back": "/desk/", "dedupe_key": "x"}
    page = client.post("/desk/bulk/", posted, follow=True).content.decode()
    assert "1 ticket is yours now. 2 could not be taken." in page
    assert taken.key in page and "Laras has it." in page and "Cancelled" in page


def test_a_double_click_does_nothing_twice(opened, agent1, client):
    ticket = opened()
    client.force_login(agent1)
    posted = {"action": "take", "ticket": [ticket.pk], "back": "/desk/", "dedupe_key": "same"}
    for _click in range(2):
        assert client.post("/desk/bulk/", posted).status_code == 302
    assert ticket.events.filter(verb="assign").count() == 1
    assert BulkRun.objects.count() == 1
    # the same page again after going back, with another selection
    assert client.post("/desk/bulk/", {**posted, "ticket": [opened().pk]}).status_code == 302
    assert BulkRun.objects.count() == 2


def test_a_worker_that_dies_leaves_each_ticket_done_once_or_not_at_all(opened, agent1, monkeypatch):
    tickets = [opened() for _n in range(3)]
    run = run_of(agent1, "take", tickets)
    assert runs.work_off(run, limit=1) == 1

    def dies(*_args, **_more):
        raise SystemExit

    monkeypatch.setattr("tickets.bulk.runs._mark", dies)
    with pytest.raises(SystemExit):
        runs.work_off(run)
    monkeypatch.undo()
    assert TicketEvent.objects.filter(verb="assign").count() == 1
    assert runs.work_off_all() is False
    assert states(run) == ["done"] * 3
    assert TicketEvent.objects.filter(verb="assign").count() == 3


def test_many_are_left_to_the_worker_and_can_be_stopped(opened, agent1, client, monkeypatch):
    monkeypatch.setattr("tickets.bulk.runs.DONE_AT_ONCE", 1)
    for _n in range(3):
        opened()
    client.force_login(agent1)
    posted = {"action": "take", "all": "1", "list": "/desk/q/service-desk/?f=unassigned", "dedupe_key": "m"}
    answer = client.post("/desk/bulk/", posted)
    run = BulkRun.objects.get()
    assert answer.url == run.get_absolute_url() and run.total == 3
    assert b"0 of 3 tickets" in client.get(f"/desk/bulk/{run.pk}/progress/").content
    runs.work_off(run, limit=1)
    client.post(f"/desk/bulk/{run.pk}/cancel/")
    assert states(run) == ["done", "left", "left"]
    assert b"It was stopped before the end." in client.get(run.get_absolute_url()).content


def test_all_matching_is_asked_anew_behind_the_door(opened, world, agent1, client):
    opened(into=world.hr)
    mine = opened(subject="Printer")
    opened(subject="Other")
    client.force_login(agent1)
    posted = {"action": "take", "all": "1", "list": "/desk/v/unassigned/?q=printer", "dedupe_key": "m"}
    client.post("/desk/bulk/", posted)
    assert list(BulkStep.objects.values_list("ticket", flat=True)) == [mine.pk]
    elsewhere = client.post("/desk/bulk/", {"action": "take", "all": "1", "list": "/desk/q/hr-systems/"})
    assert elsewhere.status_code == 404
    assert client.post("/desk/bulk/", {"action": "take", "all": "1", "list": "/kb/"}).status_code == 422


def test_invisible_tickets_are_never_touched_nor_named(opened, world, agent1, client):
    hidden, seen = opened(into=world.hr, subject="Salaries"), opened()
    client.force_login(agent1)
    posted = {"action": "take", "ticket": [hidden.pk, seen.pk], "dedupe_key": "h"}
    page = client.post("/desk/bulk/", posted, follow=True).content.decode()
    assert "1 could not be taken." in page and "Salaries" not in page
    assert hidden.events.filter(verb="assign").count() == 0


def test_a_ticket_that_went_out_of_sight_is_not_named_on_the_run_s_page(opened, world, agent1, lead, client):
    ticket = commands.assign(opened(subject="Salaries"), actor=lead, assignee=lead)
    run = run_of(agent1, "take", [ticket])
    runs.work_off(run)
    client.force_login(agent1)
    assert ticket.key in client.get(run.get_absolute_url()).content.decode()
    Ticket.objects.filter(pk=ticket.pk).update(team=world.hr)
    page = client.get(run.get_absolute_url()).content.decode()
    assert ticket.key not in page and "Salaries" not in page and "Laras has it." not in page
    assert "Another ticket" in page and "It is not yours to see any more." in page


def test_ten_thousand_numbers_are_refused_politely(opened, agent1, client):
    opened()
    client.force_login(agent1)
    answer = client.post("/desk/bulk/", {"action": "take", "tickets": ",".join(map(str, range(1, 10_001)))})
    assert answer.status_code == 422
    assert "all matching" in answer.content.decode()
    assert client.post("/desk/bulk/", {"action": "take"}).status_code == 422
    assert client.post("/desk/bulk/", {"action": "steal", "ticket": "1"}).status_code == 422


def test_an_action_that_needs_more_asks_for_it(opened, agent1, lead, client):
    ticket = opened()
    client.force_login(lead)
    asked = client.post("/desk/bulk/", {"action": "assign", "ticket": ticket.pk, "dedupe_key": "a"}).content.decode()
    assert "Assign 1 ticket" in asked and f'name="tickets" value="{ticket.pk}"' in asked
    sent = {"action": "assign", "tickets": ticket.pk, "sent": "1", "dedupe_key": "a", "person": str(agent1.pk)}
    assert client.post("/desk/bulk/", {**sent, "person": "999999"}).status_code == 422
    client.post("/desk/bulk/", sent)
    ticket.refresh_from_db()
    assert ticket.assignee == agent1


def test_what_moved_on_stays_when_the_rest_is_taken_back(opened, agent1, lead, client):
    tickets = [opened(), opened()]
    run = run_of(agent1, "take", tickets)
    runs.work_off(run)
    commands.assign(tickets[0], actor=lead, assignee=lead)
    client.force_login(agent1)
    page = client.post(f"/desk/bulk/{run.pk}/undo/", follow=True).content.decode()
    assert states(run) == ["kept", "undone"]
    assert "1 ticket is as it was." in page and "It was changed again since" in page


def test_half_an_hour_later_it_stays(opened, agent1):
    run = run_of(agent1, "take", [opened()])
    runs.work_off(run)
    BulkRun.objects.filter(pk=run.pk).update(at=database_now() - timedelta(minutes=31))
    run.refresh_from_db()
    assert not runs.can_undo(run)
    with pytest.raises(Invalid):
        runs.undo(run)


def test_rights_are_asked_when_the_step_is_taken(opened, agent1):
    run = run_of(agent1, "take", [opened()])
    agent1.memberships.all().delete()
    runs.work_off(BulkRun.objects.select_related("actor").get(pk=run.pk))
    assert states(run) == ["refused"]


def test_a_run_is_its_askers_alone(opened, agent1, lead, client):
    run = run_of(agent1, "take", [opened()])
    client.force_login(lead)
    for part in ("", "progress/"):
        assert client.get(f"/desk/bulk/{run.pk}/{part}").status_code == 404
    for part in ("cancel/", "undo/"):
        assert client.post(f"/desk/bulk/{run.pk}/{part}").status_code == 404


def test_many_changes_storm_neither_colleagues_nor_pages(opened, lead, agent1, monkeypatch):
    told: list[dict] = []
    monkeypatch.setattr("tickets.live.publish", told.append)
    tickets = [opened() for _n in range(4)]
    OutboxMessage.objects.all().delete()
    run = run_of(lead, "assign", tickets, {"person": str(agent1.pk)})
    told.clear()
    runs.work_off(run)
    assert states(run) == ["done"] * 4
    assert not OutboxMessage.objects.filter(recipient=agent1).exists()
    assert len(told) == 1 and told[0]["teams"]


def test_every_requester_still_hears_of_their_own(opened, agent1, requester):
    other = person("dewi")
    tickets = [opened(), opened(by=other)]
    run = run_of(agent1, "resolve", tickets, {"resolution": "Restarted it."})
    runs.work_off(run)
    told = OutboxMessage.objects.filter(template="ticket_resolved").values_list("recipient", flat=True)
    assert set(told) == {requester.pk, other.pk}


def meanwhile(monkeypatch, work):
    """Let a colleague do something when a step has found its ticket, before it decides."""
    find = runs._ticket

    def found(step, actor):
        ticket = find(step, actor)
        work(Ticket.objects.get(pk=ticket.pk))
        return ticket

    monkeypatch.setattr("tickets.bulk.runs._ticket", found)


def test_taking_never_takes_from_a_colleague_who_was_a_moment_faster(opened, agent1, lead, monkeypatch):
    run = run_of(agent1, "take", [opened()])
    meanwhile(monkeypatch, lambda ticket: commands.assign(ticket, actor=lead, assignee=lead))
    runs.work_off(run)
    assert list(run.steps.values_list("state", "reason")) == [("refused", "Laras has it.")]


def test_a_colleague_s_change_is_not_taken_for_the_step(opened, agent1, lead, monkeypatch):
    ticket = commands.tag(opened(), actor=agent1, add=["old"])
    run = run_of(agent1, "tag", [ticket], {"tag": "old"})
    meanwhile(monkeypatch, lambda ticket: commands.assign(ticket, actor=lead, assignee=lead))
    runs.work_off(run)
    assert list(run.steps.values_list("state", "reason")) == [("refused", "Nothing had to change.")]
    assert not runs.can_undo(run)


def test_a_ticket_that_leaves_the_reader_s_sight_meanwhile_is_not_changed(opened, world, agent1, manager, monkeypatch):
    run = run_of(agent1, "tag", [opened()], {"tag": "new"})
    meanwhile(monkeypatch, lambda ticket: commands.transfer(ticket, actor=manager, team=world.hr))
    runs.work_off(run)
    assert list(run.steps.values_list("state", "reason")) == [("refused", "It is not yours to see any more.")]
