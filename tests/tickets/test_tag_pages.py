"""Tags in the head of a ticket: typed, suggested, taken off, taken back."""

import pytest
from django.test import Client

from tickets import commands
from tickets.models import Ticket
from tickets.undo import take_back
from tickets.views.tagging import SUGGESTED, used_tags

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_tag_is_added_and_taken_off_without_scripts(opened, agent1):
    ticket, client = opened(), browser(agent1)
    url = f"/desk/t/{ticket.key}/tags/"
    assert "Add a tag" in client.get(url).content.decode()
    assert client.post(url, {"add": "VPN"}).status_code == 302
    assert client.post(url, {"add": "wifi"}).status_code == 302
    assert client.post(url, {"remove": "vpn"}).status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).tags == ["wifi"]
    assert client.post(url, {"add": "x" * 41}).status_code == 422


def test_with_scripts_the_chips_come_back_with_the_way_back_and_an_empty_field(opened, agent1):
    ticket = opened()
    answer = browser(agent1).post(f"/desk/t/{ticket.key}/tags/", {"add": "vpn"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'id="ticket-tags"' in page and 'id="tag-form"' in page and "undo" in answer["HX-Trigger"]
    refused = browser(agent1).post(f"/desk/t/{ticket.key}/tags/", {"add": " "}, headers={"HX-Request": "true"})
    assert refused.status_code == 422


def test_fifty_tags_fold_to_a_number(opened, agent1):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=[f"tag {number}" for number in range(50)])
    page = browser(agent1).get(f"/desk/t/{ticket.key}/").content.decode()
    assert "+42" in page


def test_tags_are_taken_back_as_they_were(opened, agent1):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=["vpn", "wifi"])
    commands.tag(ticket, actor=agent1, add=["zoom"], remove=["vpn"])
    take_back(ticket, event=ticket.events.last(), actor=agent1)
    assert Ticket.objects.get(pk=ticket.pk).tags == ["vpn", "wifi"]


def test_suggestions_are_few_and_from_tickets_one_may_see(
    opened, agent1, other_team_agent, world, django_assert_num_queries
):
    for number in range(10):
        tags = [f"tag {number * 50 + count}" for count in range(50)]
        commands.tag(opened(into=world.desk), actor=agent1, add=tags)
    secret = opened(into=world.hr)
    commands.tag(secret, actor=other_team_agent, add=["tag secret"])
    agent1.hats  # noqa: B018  read once a request
    with django_assert_num_queries(1):
        found = used_tags(agent1, "TAG 4")
    assert len(found) == SUGGESTED and all(tag.startswith("tag 4") for tag in found)
    assert used_tags(agent1, "secret") == []
    assert used_tags(other_team_agent, "secret") == ["tag secret"]


def test_requesters_have_no_tags(opened, requester):
    ticket, client = opened(), browser(requester)
    assert client.get("/desk/tags/").status_code == 404
    assert client.post(f"/desk/t/{ticket.key}/tags/", {"add": "vpn"}).status_code == 404
