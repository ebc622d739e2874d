"""Queue pages: what is where, and what it costs."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import MONDAY
from tickets import commands
from tickets.models import Ticket
from tickets.queue import PAGE_ROWS, page_of

pytestmark = pytest.mark.django_db
# session, person, memberships, teams, board, rows, clocks, major incidents, who is on duty
MOST_QUERIES = 9


def page(user, tickets=None, **options):
    rows = Ticket.objects.visible_to(user).live() if tickets is None else tickets
    return page_of(rows, user=user, **{"tab": "all", "after": "", "now": MONDAY, **options})


def test_rows_stand_under_what_is_left_of_their_promise(opened, agent1):
    late = opened(impact=1, urgency=1, at=MONDAY - timedelta(days=3))
    soon = opened(impact=1, urgency=2, at=MONDAY)
    paused = commands.pend(opened(at=MONDAY), actor=agent1, reason="vendor", at=MONDAY)
    groups = {group.key: [row.ticket.pk for row in group.rows] for group in page(agent1).groups}
    assert groups == {"late": [late.pk], "hour": [soon.pk], "paused": [paused.pk]}


def test_counts_do_not_depend_on_the_tab(opened, agent1):
    commands.assign(opened(), actor=agent1, assignee=agent1)
    opened()
    for tab in ("all", "mine", "unassigned", "waiting"):
        counts = page(agent1, tab=tab).counts
        assert (counts["all"], counts["mine"], counts["unassigned"], counts["waiting"]) == (2, 1, 1, 0)


@pytest.mark.parametrize("sort", ["due", "priority", "updated"])
def test_paging_shows_every_row_once(opened, agent1, sort):
    tickets = [opened(at=MONDAY + timedelta(minutes=n), impact=1 + n % 4) for n in range(PAGE_ROWS + 7)]
    commands.pend(tickets[3], actor=agent1, reason="vendor", at=MONDAY)
    first = page(agent1, sort=sort)
    second = page(agent1, sort=sort, after=first.next_key)
    seen = [row.ticket.pk for row in first.rows] + [row.ticket.pk for row in second.rows]
    assert sorted(seen) == sorted(ticket.pk for ticket in tickets)
    assert second.next_key == ""


@pytest.mark.parametrize("key", ["x", "2026~", "~'", "2026-13-45T00:00~1", "9~9", "2026-11-16~5", "~" + "9" * 40])
@pytest.mark.parametrize("sort", ["due", "priority", "updated"])
def test_a_broken_page_address_says_so(opened, agent1, sort, key):
    opened()
    client = Client()
    client.force_login(agent1)
    assert client.get("/desk/q/service-desk/", {"after": key, "sort": sort}).status_code in (200, 422)


def test_a_queue_page_costs_the_same_with_one_row_or_fifty(opened, agent1, django_assert_max_num_queries, world):
    client = Client()
    client.force_login(agent1)
    opened()
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get("/desk/q/service-desk/")
    for _n in range(49):
        opened()
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        assert client.get("/desk/q/service-desk/").content.count(b"data-row=") == 50
    assert len(few) == len(many)


def test_a_ticket_page_costs_the_same_with_a_long_history(opened, agent1, django_assert_max_num_queries):
    ticket = opened()
    client = Client()
    client.force_login(agent1)
    with django_assert_max_num_queries(16) as few:
        client.get(f"/desk/t/{ticket.key}/")
    for n in range(15):
        commands.reply(ticket, actor=agent1, body=f"reply {n}")
        commands.prioritise(ticket, actor=agent1, priority=1 + n % 4, reason="x")
    with django_assert_max_num_queries(16) as many:
        client.get(f"/desk/t/{ticket.key}/")
    assert len(many) <= len(few) + 1


def test_new_rows_wait_behind_the_pill_and_changed_ones_come_in_place(opened, agent1):
    ticket = opened()
    client = Client()
    client.force_login(agent1)
    cursor = ticket.events.last().pk
    assert client.get(f"/desk/changes/?list=/desk/q/service-desk/&since={cursor}&from={cursor}").status_code == 204
    newer = opened()
    commands.assign(ticket, actor=agent1, assignee=agent1)
    answer = client.get(f"/desk/changes/?list=/desk/q/service-desk/&since={cursor}&from={cursor}")
    assert '"new": 1' in answer["HX-Trigger"]
    assert f'id="row-{ticket.pk}"' in answer.content.decode()
    assert newer.pk > ticket.pk


def test_the_desk_does_not_exist_for_requesters(opened, requester):
    opened()
    client = Client()
    client.force_login(requester)
    for path in ("/desk/", "/desk/q/service-desk/", "/desk/updates/", "/desk/new/", "/desk/rules/", "/desk/changes/"):
        assert client.get(path).status_code == 404


def test_taking_several_at_once_says_how_many(opened, agent1):
    tickets = [opened(), opened()]
    cancelled = commands.cancel(opened(), actor=agent1, reason="gone")
    client = Client()
    client.force_login(agent1)
    wanted = [ticket.pk for ticket in (*tickets, cancelled)]
    answer = client.post("/desk/bulk/", {"action": "take", "ticket": wanted, "back": "/desk/"}, follow=True)
    assert Ticket.objects.filter(assignee=agent1).count() == 2
    assert "2 tickets are yours now. 1 could not be taken." in answer.content.decode()
