"""Do, then undo: one's own last step, for half an hour, unless somebody has built on it."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from catalogue.models import Category, Service
from core.errors import Invalid
from core.time import database_now
from escalation import commands as escalation
from tests.cast import person
from tickets import commands
from tickets.models import BulkRun, Ticket, TicketLink
from tickets.undo import UNDO_FOR, take_back, undoable

pytestmark = pytest.mark.django_db


def newest(ticket):
    return ticket.events.select_related("actor").order_by("-pk").first()


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


@pytest.mark.parametrize("take", [commands.assign, escalation.accept])
def test_taking_a_ticket_is_taken_back_to_nobody(ticket, agent1, take):
    take(ticket, actor=agent1, **({"assignee": agent1} if take is commands.assign else {}))
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert Ticket.objects.get().assignee is None


def test_assigning_and_releasing_give_the_previous_owner_back(ticket, agent1, lead):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    commands.assign(ticket, actor=lead, assignee=lead)
    take_back(ticket, event=newest(ticket), actor=lead)
    assert Ticket.objects.get().assignee == agent1
    commands.release(ticket, actor=agent1)
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert Ticket.objects.get().assignee == agent1


def test_the_priority_goes_back_with_a_reason(ticket, agent1):
    before = ticket.priority
    commands.prioritise(ticket, actor=agent1, priority=1, reason="a hall full of people")
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert Ticket.objects.get().priority == before
    assert newest(ticket).data["reason"] == "undone"


def test_another_team_gives_back_team_and_owner(ticket, manager, agent1, world):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    commands.transfer(ticket, actor=manager, team=world.network)
    event = ticket.events.get(verb="transfer")
    take_back(ticket, event=event, actor=manager)
    assert (Ticket.objects.get().team, Ticket.objects.get().assignee) == (world.desk, agent1)


def test_a_moved_ticket_stays_with_whoever_took_it_there(ticket, manager, agent2, world):
    commands.transfer(ticket, actor=manager, team=world.network)
    commands.assign(ticket, actor=agent2, assignee=agent2)
    with pytest.raises(Invalid, match="Bayu"):
        take_back(ticket, event=ticket.events.get(verb="transfer"), actor=manager)
    assert Ticket.objects.get().assignee == agent2


def test_what_its_author_did_after_moving_a_ticket_is_no_hindrance(ticket, manager, agent2, world):
    commands.transfer(ticket, actor=manager, team=world.network)
    commands.assign(ticket, actor=manager, assignee=agent2)
    take_back(ticket, event=ticket.events.get(verb="transfer"), actor=manager)
    assert Ticket.objects.get().team == world.desk


def test_a_ticket_given_away_to_a_team_one_does_not_work_for_has_no_way_back(ticket, lead, world):
    commands.transfer(ticket, actor=lead, team=world.network)
    assert undoable(ticket, lead) is None


def test_waiting_is_taken_back_to_work_or_to_the_reason_before(ticket, agent1):
    commands.pend(ticket, actor=agent1, reason="vendor")
    commands.pend(ticket, actor=agent1, reason="change")
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert Ticket.objects.get().pending_reason == "vendor"
    commands.resume(ticket, actor=agent1)
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert (Ticket.objects.get().status, Ticket.objects.get().pending_reason) == ("pending", "vendor")


def test_waiting_for_the_first_time_is_taken_back_to_work(ticket, agent1):
    commands.pend(ticket, actor=agent1, reason="vendor")
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert (Ticket.objects.get().status, Ticket.objects.get().pending_reason) == ("open", "")


def test_the_category_goes_back_with_service_and_kind_even_to_none(opened, world, agent1):
    ticket = opened(category=None, into=world.desk)
    laptop = Service.objects.create(slug="laptop", name="Laptop")
    wanted = Category.objects.create(slug="new-laptop", name="New laptop", service=laptop, kind="request")
    commands.categorise(ticket, actor=agent1, category=wanted)
    take_back(ticket, event=newest(ticket), actor=agent1)
    back = Ticket.objects.get()
    assert (back.category, back.service, back.kind) == (None, None, "incident")


def test_what_was_changed_since_stays(ticket, agent1, lead):
    commands.prioritise(ticket, actor=agent1, priority=1, reason="a hall full of people")
    event = newest(ticket)
    commands.prioritise(ticket, actor=lead, priority=2, reason="half of them left")
    with pytest.raises(Invalid, match="Laras set the priority"):
        take_back(ticket, event=event, actor=agent1)
    assert Ticket.objects.get().priority == 2


def test_another_field_changed_since_is_no_hindrance(ticket, agent1, lead):
    commands.prioritise(ticket, actor=agent1, priority=1, reason="a hall full of people")
    event = newest(ticket)
    commands.assign(ticket, actor=lead, assignee=lead)
    take_back(ticket, event=event, actor=agent1)
    assert Ticket.objects.get().priority != 1


def test_twice_is_refused(ticket, agent1):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    event = newest(ticket)
    take_back(ticket, event=event, actor=agent1)
    with pytest.raises(Invalid):
        take_back(ticket, event=event, actor=agent1)


def test_nobody_elses_step(ticket, agent1, lead):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    with pytest.raises(Invalid, match="Only the person"):
        take_back(ticket, event=newest(ticket), actor=lead)


def test_half_an_hour_and_no_longer(ticket, agent1):
    past = database_now() - UNDO_FOR - timedelta(seconds=1)
    Ticket.objects.update(updated_at=past)
    commands.assign(ticket, actor=agent1, assignee=agent1, at=past)
    assert newest(ticket).at == past
    with pytest.raises(Invalid, match="30 minutes"):
        take_back(ticket, event=newest(ticket), actor=agent1)


def test_a_note_cannot_be_taken_back(ticket, agent1):
    commands.note(ticket, actor=agent1, body="seen")
    assert undoable(ticket, agent1) is None
    with pytest.raises(Invalid):
        take_back(ticket, event=newest(ticket), actor=agent1)


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(agent1):
    client = Client()
    client.force_login(agent1)
    return client


def test_a_property_change_offers_the_way_back_and_the_way_back_works(browser, ticket):
    before = ticket.priority
    answer = browser.post(f"/desk/t/{ticket.key}/property/", {"priority": "1"}, headers={"HX-Request": "true"})
    offered = json.loads(answer["HX-Trigger"])["undo"]
    assert offered["url"].startswith(f"/desk/t/{ticket.key}/undo/")
    assert b'id="ticket-actions"' in answer.content
    assert b"Resolve" in answer.content, "the actions come back with the properties"
    back = browser.post(offered["url"], headers={"HX-Request": "true"})
    assert "undone" in json.loads(back["HX-Trigger"])
    assert Ticket.objects.get().priority == before


def test_without_scripts_the_bar_is_a_form(browser, ticket):
    page = browser.post(f"/desk/t/{ticket.key}/take/", follow=True).content.decode()
    event = ticket.events.get(verb="assign")
    assert f'action="/desk/t/{ticket.key}/undo/{event.pk}/"' in page
    assert browser.post(f"/desk/t/{ticket.key}/undo/{event.pk}/", follow=True).status_code == 200
    assert Ticket.objects.get().assignee is None


def test_taking_several_is_one_undo(browser, opened, world):
    two = [opened(into=world.desk), opened(into=world.desk)]
    posted = {"action": "take", "ticket": [row.pk for row in two]}
    page = browser.post("/desk/bulk/", posted, follow=True).content.decode()
    run = BulkRun.objects.get().pk
    assert f'action="/desk/bulk/{run}/undo/"' in page
    assert Ticket.objects.filter(assignee__isnull=False).count() == 2
    browser.post(f"/desk/bulk/{run}/undo/", follow=True)
    assert Ticket.objects.filter(assignee__isnull=True).count() == 2


def test_a_stranger_learns_nothing(ticket, agent1):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    stranger = Client()
    stranger.force_login(person("hendra"))
    assert stranger.post(f"/desk/t/{ticket.key}/undo/{newest(ticket).pk}/").status_code == 404
    assert Ticket.objects.get().assignee == agent1


def offers(ticket, user):
    page = Client()
    page.force_login(user)
    found = page.get(f"/desk/t/{ticket.key}/").content.decode()
    return {event.verb for event in ticket.events.all() if f'id="undo-{event.pk}"' in found}, found


def test_the_history_offers_what_can_be_taken_back_to_whoever_did_it(ticket, agent1, lead):
    commands.assign(ticket, actor=agent1, assignee=agent1)
    commands.prioritise(ticket, actor=agent1, priority=1, reason="x")
    assert offers(ticket, agent1)[0] == {"assign", "prioritise"}
    assert offers(ticket, lead)[0] == set()
    commands.prioritise(ticket, actor=lead, priority=2, reason="y")
    assert offers(ticket, agent1)[0] == {"assign"}


def test_the_history_says_what_was_taken_back(ticket, agent1):
    commands.prioritise(ticket, actor=agent1, priority=1, reason="x")
    assert "taken back" not in offers(ticket, agent1)[1]
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert offers(ticket, agent1)[1].count("taken back") == 1


# --- rows beside the ticket -----------------------------------------------------------------------------------------


def test_following_is_taken_back_and_so_is_leaving(ticket, agent1):
    commands.watch(ticket, actor=agent1, follower=agent1)
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert not ticket.watchers.exists()
    commands.watch(ticket, actor=agent1, follower=agent1)
    commands.unwatch(ticket, actor=agent1, follower=agent1)
    take_back(ticket, event=newest(ticket), actor=agent1)
    assert ticket.watchers.get().user == agent1


def test_a_follower_who_was_added_or_removed_is_put_back(ticket, agent1, lead):
    commands.add_follower(ticket, actor=lead, follower=agent1)
    take_back(ticket, event=newest(ticket), actor=lead)
    assert not ticket.watchers.exists()
    commands.add_follower(ticket, actor=lead, follower=agent1)
    commands.unwatch(ticket, actor=lead, follower=agent1)
    take_back(ticket, event=newest(ticket), actor=lead)
    assert ticket.watchers.get().user == agent1


def test_a_tick_of_a_task_is_taken_back_from_the_history(ticket, agent1):
    task = commands.plan_task(ticket, actor=agent1, title="Swap the cable")
    other = commands.plan_task(ticket, actor=agent1, title="Label it")
    commands.complete_task(ticket, actor=agent1, task=task)
    commands.complete_task(ticket, actor=agent1, task=other)
    assert "complete_task" in offers(ticket, agent1)[0]
    take_back(ticket, event=ticket.events.filter(verb="complete_task").earliest("pk"), actor=agent1)
    task.refresh_from_db()
    other.refresh_from_db()
    assert (task.done_at, other.done_at is None) == (None, False)
    assert offers(ticket, agent1)[1].count("taken back") == 1


@pytest.mark.parametrize("kind", ["relates_to", "child_of"])
def test_a_link_is_taken_back_from_either_end_and_so_is_taking_it_away(opened, world, ticket, agent1, kind):
    other = opened(into=world.desk)
    link = commands.link(ticket, actor=agent1, kind=kind, other=other)
    take_back(other, event=newest(other), actor=agent1)
    assert not TicketLink.objects.exists()
    link = commands.link(ticket, actor=agent1, kind=kind, other=other)
    commands.unlink(ticket, actor=agent1, link=link)
    take_back(ticket, event=newest(ticket), actor=agent1)
    back = TicketLink.objects.get()
    assert (back.source, back.target, back.kind) == (ticket, other, kind)


def test_a_task_that_a_colleague_ticked_again_stays_and_says_who(ticket, agent1, lead):
    task = commands.plan_task(ticket, actor=agent1, title="Swap the cable")
    commands.complete_task(ticket, actor=agent1, task=task)
    event = newest(ticket)
    commands.reopen_task(ticket, actor=lead, task=task)
    with pytest.raises(Invalid, match="Laras took back the tick"):
        take_back(ticket, event=event, actor=agent1)


def test_an_overtaken_undo_says_beside_the_history_who_changed_what(browser, ticket, agent1, lead):
    commands.prioritise(ticket, actor=agent1, priority=1, reason="x")
    event = newest(ticket)
    commands.prioritise(ticket, actor=lead, priority=2, reason="y")
    answer = browser.post(f"/desk/t/{ticket.key}/undo/{event.pk}/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert b"changed again since: Laras set the priority" in answer.content


def test_a_priority_set_by_hand_says_so_in_each_readers_language(browser, ticket, agent1):
    agent1.language = "id"
    agent1.save()
    browser.post(f"/desk/t/{ticket.key}/property/", {"priority": "1"}, headers={"Accept-Language": "id"})
    assert newest(ticket).data["reason"] == "Set by hand"
