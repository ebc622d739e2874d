"""The next ticket: which one, why, and taking it."""

from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Membership
from escalation import commands as escalation
from escalation.assignment.next_ticket import next_for
from tests.cast import MONDAY, person
from tickets import commands
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(agent1):
    client = Client()
    client.force_login(agent1)
    return client


@pytest.fixture
def due(opened, world):
    """Open a ticket of the front line whose next promise ends so many minutes after Monday morning; None for none."""

    def make(minutes, **facts):
        ticket = opened(into=world.desk)
        at = None if minutes is None else MONDAY + minutes * MINUTE
        Ticket.objects.filter(pk=ticket.pk).update(**{"next_due_at": at, "priority": 3, **facts})
        return ticket

    return make


def best(user):
    found = next_for(user, MONDAY)
    return found and found.ticket


def test_the_soonest_promise_comes_first_and_the_latest_before_all(due, agent1):
    due(None, priority=1)
    soon, late, _later = due(10), due(-30), due(60)
    assert best(agent1) == late
    commands.assign(late, actor=agent1, assignee=agent1)
    assert best(agent1) == soon


def test_of_two_due_together_the_more_urgent_then_what_one_can_answer_then_the_oldest(due, agent1):
    _second, indonesian, english = due(10), due(10, language="id"), due(10, language="en")
    urgent = due(10, priority=2, language="id")
    Ticket.objects.filter(pk=_second.pk).update(language="id")
    taken = []
    while ticket := best(agent1):
        taken.append(ticket)
        commands.assign(ticket, actor=agent1, assignee=agent1)
        Ticket.objects.filter(pk=ticket.pk).update(priority=4)
    assert taken == [urgent, english, _second, indonesian]


def test_what_waits_has_an_owner_or_is_another_teams_is_not_free(due, opened, world, agent1, agent2, lead):
    commands.pend(due(1), actor=agent1, reason="vendor")
    commands.assign(due(2), actor=lead, assignee=lead)
    opened(into=world.network)
    assert best(agent1) is None
    assert next_for(person("requester"), MONDAY) is None


def test_somebody_of_two_teams_gets_the_best_of_both(due, opened, world, agent1):
    Membership.objects.create(user=agent1, team=world.network)
    due(10)
    there = opened(into=world.network)
    Ticket.objects.filter(pk=there.pk).update(next_due_at=MONDAY)
    agent1 = type(agent1).objects.get(pk=agent1.pk)
    assert best(agent1) == there


@pytest.mark.parametrize(
    ("minutes", "others", "words"),
    [
        (60, 1, "Promised earliest of 2 in Service Desk: "),
        (60, 0, "The only free one in Service Desk: "),
        (-60, 1, "Promised earliest of 2 in Service Desk: "),
        (-60, 0, "The only free one in Service Desk: "),
        (None, 1, "The most urgent of 2 in Service Desk"),
        (None, 0, "The only free one in Service Desk"),
    ],
)
def test_the_reason_says_how_long_is_left_and_of_how_many(due, agent1, minutes, others, words):
    due(minutes)
    for _n in range(others):
        due(90 if minutes else None, priority=4)
    reason = next_for(agent1, MONDAY).reason
    assert reason["en"].startswith(words)
    assert reason["id"]
    assert ("overdue" in reason["en"]) is bool(minutes and minutes < 0)


def test_it_asks_as_often_for_a_long_queue_as_for_a_short_one(due, world, agent1, django_assert_max_num_queries):
    Membership.objects.create(user=agent1, team=world.network)
    agent1 = type(agent1).objects.get(pk=agent1.pk)
    due(10)
    agent1.hats  # noqa: B018  read once a request
    with django_assert_max_num_queries(5) as short:
        next_for(agent1, MONDAY)
    for n in range(30):
        due(n)
    with django_assert_max_num_queries(5) as long:
        next_for(agent1, MONDAY)
    assert len(short) == len(long)


def test_taking_it_keeps_the_reason(due, agent1):
    ticket = due(23)
    taken = escalation.take_next(actor=agent1, at=MONDAY)
    ticket.refresh_from_db()
    assert (taken.ticket, ticket.assignee) == (ticket, agent1)
    event = ticket.events.get(verb="assign")
    assert event.data["by"] == "next"
    assert event.data["reason"] == taken.reason
    assert escalation.take_next(actor=agent1) is None


def test_over_rest_it_is_the_ticket_or_nothing(due, agent1, requester):
    ticket = due(5)
    client = APIClient()
    client.force_authenticate(agent1)
    assert client.post("/api/v1/tickets/next/").json()["key"] == ticket.key
    assert client.post("/api/v1/tickets/next/").status_code == 204
    client.force_authenticate(requester)
    assert client.post("/api/v1/tickets/next/").status_code == 403


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_button_takes_it_says_why_and_offers_the_way_back(browser, due, agent1):
    ticket, _other = due(-10), due(10)
    page = browser.get("/desk/q/service-desk/").content.decode()
    assert page.count('action="/desk/next/"') == 2, "in the sidebar and above the list"
    assert page.count('data-key="g n"') == 2
    answer = browser.post("/desk/next/", follow=True)
    assert answer.redirect_chain == [(f"/desk/t/{ticket.key}/", 302)]
    page = answer.content.decode()
    assert f"{ticket.key} is yours now. Promised earliest of 2 in Service Desk: " in page
    step = ticket.events.get(verb="assign")
    assert f'action="/desk/t/{ticket.key}/undo/{step.pk}/"' in page
    browser.post(f"/desk/t/{ticket.key}/undo/{step.pk}/")
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_with_nothing_free_it_says_what_there_is(browser, due, agent1, lead):
    commands.pend(due(1), actor=agent1, reason="vendor")
    commands.assign(due(2), actor=lead, assignee=lead)
    answer = browser.post("/desk/next/", {"back": "/desk/q/service-desk/"}, follow=True)
    assert answer.redirect_chain == [("/desk/q/service-desk/", 302)]
    assert "Nothing is free in your teams. 1 ticket has an owner. 1 waits." in answer.content.decode()


def test_it_sends_nobody_elsewhere(browser):
    assert browser.post("/desk/next/", {"back": "https://evil.example/"})["Location"] == "/desk/"


def test_it_is_for_those_who_work_in_a_team(manager, requester):
    for user, status in ((requester, 404), (manager, 302)):
        client = Client()
        client.force_login(user)
        assert client.post("/desk/next/").status_code == status
    page = client.get("/desk/", follow=True).content.decode()
    assert "You work in no team" in page
    assert "/desk/next/" not in page.replace('name="back" value="/desk/next/"', "")


def test_the_languages_of_the_desk_are_ones_own_preference(browser, agent1, requester):
    good = {"name": "Arif", "language": "en", "time_zone": "Asia/Jakarta", "phone": ""}
    assert 'name="speaks"' in browser.get("/me/preferences/").content.decode()
    assert browser.post("/me/preferences/", {**good, "speaks": ["id"]}).status_code == 302
    agent1.refresh_from_db()
    assert agent1.languages == {"en", "id"}
    assert browser.post("/me/preferences/", {**good, "speaks": ["tlh"]}).status_code == 422
    client = Client()
    client.force_login(requester)
    assert 'name="speaks"' not in client.get("/me/preferences/").content.decode()


def test_an_operator_ticks_the_languages(client, admin, agent1):
    client.force_login(admin)
    page = client.get(f"/admin/accounts/user/{agent1.pk}/change/", follow=True)
    assert 'type="checkbox" name="speaks" value="id"' in page.content.decode()
