"""Followers: following oneself, adding and removing colleagues, never opening a ticket."""

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed
from tickets import commands
from tickets.models import Ticket
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def names(ticket):
    return sorted(ticket.watchers.values_list("user__name", flat=True))


def test_one_click_follows_and_takes_it_back(opened, agent2):
    ticket, client = opened(), browser(agent2)
    client.post(f"/desk/t/{ticket.key}/follow/")
    assert names(ticket) == [agent2.name]
    panel = client.get(f"/desk/t/{ticket.key}/side/followers/").content.decode()
    assert agent2.name in panel and "Stop following" in panel
    client.post(f"/desk/t/{ticket.key}/unfollow/")
    assert names(ticket) == []
    assert [event.verb for event in ticket.events.order_by("pk")][-2:] == ["watch", "unwatch"]


def test_a_colleague_is_added_and_removed_by_those_who_work_on_it(opened, agent1, agent2, agent3, world):
    ticket, client = opened(into=world.desk), browser(agent1)
    url = f"/desk/t/{ticket.key}/followers/"
    assert client.post(f"{url}add/", {"follower": agent3.pk}).status_code == 302
    assert client.post(f"{url}add/", {"follower": "x"}).status_code == 422
    assert names(ticket) == [agent3.name]
    assert "<b>Gilang</b>" in " ".join(str(entry.sentence) for entry in timeline(ticket, agent1))
    with pytest.raises(NotAllowed):
        commands.unwatch(ticket, actor=agent2, follower=agent3)
    client.post(f"{url}{agent3.pk}/remove/")
    assert names(ticket) == []
    client.post(f"{url}{agent3.pk}/back/")
    assert names(ticket) == [agent3.name]


def test_following_opens_no_ticket_to_anybody(opened, other_team_agent, agent1, requester, colleague, world, manager):
    secret = opened(into=world.hr)
    for stranger in (agent1, colleague, requester):
        with pytest.raises(Invalid):
            commands.add_follower(secret, actor=other_team_agent, follower=stranger)
    page = browser(manager).get(f"/desk/t/{secret.key}/followers/add/").content.decode()
    assert other_team_agent.name in page and agent1.name not in page
    assert not Ticket.objects.visible_to(agent1).filter(pk=secret.pk).exists()
    assert browser(agent1).post(f"/desk/t/{secret.key}/follow/").status_code == 404


def test_twice_is_once(opened, agent1, agent2):
    ticket = opened()
    for _time in range(2):
        commands.add_follower(ticket, actor=agent1, follower=agent2)
    assert ticket.events.filter(verb="add_follower").count() == 1
    for _time in range(2):
        commands.unwatch(ticket, actor=agent2, follower=agent2)
    assert ticket.events.filter(verb="unwatch").count() == 1
