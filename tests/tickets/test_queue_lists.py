"""The lists every agent has, their counts, filters, columns and order."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import MONDAY, person
from tickets import commands
from tickets.lists.asked import asked
from tickets.lists.board import board_of
from tickets.lists.named import NAMED, named_list
from tickets.models import Ticket
from tickets.paging import SORTS, order_of
from tickets.queue import PAGE_ROWS, counts_of, page_of
from tickets.rows import COLUMNS

pytestmark = pytest.mark.django_db
ROLES = ("agent1", "agent2", "other_team_agent", "lead", "manager", "admin")


@pytest.fixture
def some_of_each(world, opened, agent1, agent2, other_team_agent):
    """Tickets of every team, owned, waiting, due soon, late, watched, and one that no team has."""
    mine = commands.assign(opened(), actor=agent1, assignee=agent1)
    commands.pend(opened(into=world.network), actor=agent2, reason="vendor")
    commands.watch(mine, actor=agent1, follower=agent1)
    hidden = opened(into=world.hr)
    commands.invite(opened(into=world.hr), actor=other_team_agent, person=agent1, asked="Look at this")
    soon = opened()
    Ticket.objects.filter(pk=soon.pk).update(next_due_at=timezone.now() + timedelta(minutes=20))
    Ticket.objects.filter(pk=opened().pk).update(team=None, tier=None)
    return hidden


@pytest.mark.parametrize("layout", ["list", "split"])
@pytest.mark.parametrize("sort", SORTS)
def test_no_column_is_asked_for_row_by_row(
    some_of_each, world, opened, agent1, client, django_assert_max_num_queries, sort, layout
):
    commands.pend(opened(), actor=agent1, reason="vendor")
    Ticket.objects.update(return_count=3, tags=["vpn", "hq", "p1", "more"], service=world.vpn)
    client.force_login(agent1)
    columns = "&".join(f"col={name}" for name in COLUMNS)
    path = f"/desk/v/waiting/?sort={sort}&layout={layout}&{columns}"
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _n in range(4):
        commands.pend(opened(by=person(f"asker-{_n}")), actor=agent1, reason="vendor")
    Ticket.objects.update(return_count=3, tags=["vpn"], service=world.vpn)
    with django_assert_max_num_queries(len(few)):
        page = client.get(path).content.decode()
    assert page.count("data-row=") >= 4


@pytest.mark.parametrize("role", ROLES)
def test_every_count_is_the_number_of_rows_behind_it(request, some_of_each, world, role):
    """The board and the lists are asked in different ways and come to the same."""
    user = request.getfixturevalue(role)
    board = board_of(user)
    for one in NAMED:
        if one.is_for(user):
            assert one.count(board, user) == one.tickets(user).count(), one.slug
    for team in user.hats.visible_teams:
        rows = Ticket.objects.visible_to(user).live().of_team(team.pk)
        assert board.teams.get(team.pk, (0, 0)) == (rows.count(), rows.late(board.now).count())
        detail = board_of(user, team_id=team.pk).queue
        assert detail == counts_of(rows, user, board.now), team.slug
    assert (world.hr.pk in board.teams) == (role in ("other_team_agent", "manager", "admin"))
    assert board.mine == Ticket.objects.visible_to(user).live().assigned_to(user).count()


def test_a_guest_sees_the_one_ticket_and_counts_nothing_of_its_team(some_of_each, world, agent1):
    watched = named_list("watched", agent1)
    guest_on = Ticket.objects.staffed_by(agent1).filter(team=world.hr)
    assert guest_on.count() == 1
    commands.watch(guest_on.get(), actor=person("chief", is_manager=True), follower=agent1)
    assert watched.count(board_of(agent1), agent1) == 2 == watched.tickets(agent1).count()
    assert world.hr.pk not in board_of(agent1).teams


def all_pages(user, sort, group):
    """Numbers of all rows, page by page."""
    seen: list[int] = []
    after = ""
    while True:
        page = page_of(Ticket.objects.live(), user=user, now=MONDAY, sort=sort, group=group, after=after)
        seen += [row.ticket.pk for row in page.rows]
        after = page.next_key
        if not after or len(seen) > 100:
            return seen


def test_every_order_shows_every_row_once(opened, agent1, agent2, world, monkeypatch):
    """Ties, what tickets lack, and texts with the separator in them fall on page ends sooner or later."""
    monkeypatch.setattr("tickets.queue.PAGE_ROWS", 3)
    tickets = [opened(at=MONDAY + timedelta(minutes=n % 3), impact=1 + n % 4, subject=f"S~%{n % 2}") for n in range(9)]
    for n, ticket in enumerate(tickets):
        if n % 3:
            Ticket.objects.filter(pk=ticket.pk).update(assignee=agent1 if n % 2 else agent2, service=None)
        if n % 4 == 0:
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=None)
    for sort in SORTS:
        for group in ("", "priority", "owner"):
            assert sorted(all_pages(agent1, sort, group)) == [ticket.pk for ticket in tickets], (sort, group)
            assert len(order_of(sort, group)) >= 2


def test_filters_narrow_the_list_and_stand_as_chips(opened, agent1, client):
    found = opened(subject="Printer jam", impact=1, urgency=1)
    opened(subject="Printer jam too", impact=4, urgency=3)
    commands.tag(found, actor=agent1, add=["floor 3"])
    client.force_login(agent1)
    page = client.get("/desk/q/service-desk/?p=1&q=printer&tag=Floor+3&owner=nobody&s=new&service=vpn").content.decode()
    assert page.count("data-row=") == 1
    assert f'id="row-{found.pk}"' in page
    assert page.count('class="filter"') == 6
    assert "Remove the filter Priority" in page


def test_an_address_that_makes_no_sense_is_passed_over():
    wants = asked(QueryDict("sort=x&group=due&p=9&s=zzz&owner=%27&col=nope&f=none&after=1"))
    assert (wants.sort, wants.tab, wants.priorities, wants.statuses, wants.owner) == ("due", "all", (), (), "")
    assert "subject" in wants.columns
    assert asked(QueryDict("sort=priority")).group == ""


def test_columns_and_order_live_in_the_address(opened, agent1, client):
    opened()
    client.force_login(agent1)
    page = client.get(
        "/desk/q/service-desk/?col=subject&col=service&col=opened&sort=opened&group=none"
    ).content.decode()
    assert "c-service" in page and "c-owner" not in page
    assert 'aria-sort="descending"' in page


def test_layout_and_density_are_remembered_by_the_browser(opened, agent1, client):
    ticket = opened()
    client.force_login(agent1)
    assert client.get("/desk/q/service-desk/?layout=split").cookies["layout"].value == "split"
    page = client.get(f"/desk/q/service-desk/?t={ticket.key}").content.decode()
    assert f'id="li-{ticket.pk}"' in page and "pv-title" in page
    assert client.get("/desk/q/service-desk/?density=comfortable").status_code == 302
    assert client.cookies["density"].value == "comfortable"


def test_the_preview_is_behind_the_door(opened, world, agent1, client):
    hidden = opened(into=world.hr)
    client.force_login(agent1)
    assert client.get(f"/desk/t/{hidden.key}/preview/").status_code == 404
    assert client.get(f"/desk/q/service-desk/?layout=split&t={hidden.key}").status_code == 404
    assert client.get("/desk/v/hr-systems/").status_code == 404


@pytest.mark.parametrize("path", ["/desk/", "/desk/v/my-teams/", "/desk/v/unassigned/", "/desk/v/watched/"])
def test_lists_cost_as_little_as_queues(opened, agent1, client, django_assert_max_num_queries, path):
    for _n in range(3):
        commands.watch(commands.assign(opened(), actor=agent1, assignee=agent1), actor=agent1, follower=agent1)
    client.force_login(agent1)
    # my work also says what was put aside, my tasks and who asks for help
    with django_assert_max_num_queries(12 if path == "/desk/" else 10):
        assert client.get(path).status_code == 200


def test_a_page_of_fifty_rows_is_light(opened, agent1):
    for _n in range(PAGE_ROWS):
        opened(subject="A subject of a usual length that says what is wrong")
    client = Client()
    client.force_login(agent1)
    assert len(client.get("/desk/q/service-desk/").content) < 120_000


def test_a_list_hears_of_what_came_in(opened, agent1, client):
    ticket = opened()
    cursor = ticket.events.last().pk
    client.force_login(agent1)
    commands.assign(opened(), actor=agent1, assignee=agent1)
    answer = client.get(f"/desk/changes/?list=/desk/&layout=split&since={cursor}&from={cursor}")
    assert '"new": 1' in answer["HX-Trigger"]
    assert 'id="li-' in answer.content.decode() and "count-list-unassigned" in answer.content.decode()
    assert client.get(f"/desk/changes/?list=/nowhere/&since={cursor}&from={cursor}").status_code == 200


def test_a_row_says_what_stands_behind_its_subject(world, opened, agent1, manager, client):
    parent, quiet, fresh = opened(), opened(), opened(description="Since\n\nthis  morning.")
    for _n in range(2):
        commands.link(opened(into=world.desk), actor=agent1, kind="child_of", other=parent)
    commands.note(quiet, actor=agent1, body="looked")
    client.force_login(agent1)
    page = client.get("/desk/q/service-desk/").content.decode()
    one, other, new = (
        re.search(rf'<tr class="([^"]*)" id="row-{ticket.pk}".*?</tr>', page, re.S) for ticket in (parent, quiet, fresh)
    )
    assert "Parent of 2" in one[0]
    assert "Parent of" not in other[0] and "unread" not in other[1]
    assert "Since this morning." in new[0] and "unread" in new[1]


def test_children_nobody_here_may_know_about_are_not_counted(world, opened, agent1, manager, client):
    parent = opened()
    commands.link(opened(into=world.desk), actor=manager, kind="child_of", other=parent)
    commands.link(opened(into=world.hr), actor=manager, kind="child_of", other=parent)
    for reader, words in ((agent1, "Parent of 1"), (manager, "Parent of 2")):
        client.force_login(reader)
        assert words in client.get("/desk/q/service-desk/").content.decode()
