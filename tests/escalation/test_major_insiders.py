"""What agents read of a restricted ticket in a major incident when they are only its requester, or follow it."""

from __future__ import annotations

import pytest
from django.test import Client

from core.time import database_now
from escalation import commands
from escalation.major_choice import chosen, found_by
from escalation.major_draft import impact_of
from escalation.major_timeline import story_of, visible_tickets
from escalation.models import MajorIncident
from tests.escalation.major import EN, ID, declaration
from tickets import commands as desk

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SECRET = "kanari-77aa"


def browser(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture(params=["requester", "follower"])
def outsider(request, agent1):
    """An agent who knows the ticket from outside only."""
    agent1.knows_as = request.param
    return agent1


@pytest.fixture
def proposed(opened, world, outsider, colleague, other_team_agent) -> MajorIncident:
    by = outsider if outsider.knows_as == "requester" else colleague
    ticket = opened(by=by, subject="VPN", into=world.hr, at=database_now())
    if by != outsider:
        desk.watch(ticket, actor=other_team_agent, follower=outsider)
    desk.note(ticket, actor=other_team_agent, body=f"{SECRET} note")
    return commands.propose(ticket, actor=other_team_agent, reason=f"{SECRET} reason")


def test_a_proposal_is_not_theirs(proposed, outsider, other_team_agent):
    page = browser(outsider)
    assert page.get(proposed.get_absolute_url()).status_code == 404
    assert SECRET.encode() not in page.get("/desk/major/").content
    assert SECRET.encode() in browser(other_team_agent).get(proposed.get_absolute_url()).content


def test_neither_the_page_nor_the_review_tells_what_is_internal(
    proposed, outsider, other_team_agent, manager, world, lead_ticket
):
    commands.promote(proposed, actor=manager, declaration=declaration(world))
    url = proposed.get_absolute_url()
    for page, seen in ((browser(outsider), False), (browser(other_team_agent), True)):
        assert (proposed.lead.key.encode() in page.get(url).content) is seen
        assert (SECRET.encode() in page.get(url).content) is seen
    commands.stand_down(proposed, actor=manager, text=EN, text_id=ID)
    shown = browser(outsider).get(f"{url}review/").content
    assert SECRET.encode() not in shown and proposed.lead.key.encode() not in shown
    assert SECRET.encode() in browser(other_team_agent).get(f"{url}review/").content
    assert SECRET not in proposed.reviews.get().happened
    assert visible_tickets(proposed, outsider) == [] and impact_of(proposed, outsider).tried == []
    assert not [line for line in story_of(proposed, outsider) if SECRET in line.words + line.body]
    assert chosen(outsider, [proposed.lead_id]) == []


def test_their_own_restricted_ticket_is_not_offered(active, opened, agent1, world):
    ticket = opened(by=agent1, subject="VPN drops for everyone", into=world.hr, at=database_now())
    assert found_by(active, agent1, ticket.key) == []
    assert ticket.key.encode() not in browser(agent1).get(f"{active.get_absolute_url()}attach/").content


def test_notes_of_another_ticket_are_not_taken_for_the_leads(active, opened, agent1, agent2, world):
    other = opened(into=world.desk)
    desk.note(other, actor=agent1, body="Aside")
    commands.attach(active, actor=agent1, tickets=[other])
    type(active.lead).objects.filter(pk=active.lead_id).update(team=world.hr)
    assert impact_of(active, agent2).tried == []


def test_asking_one_row_and_asking_for_rows_say_the_same(
    proposed, outsider, agent1, other_team_agent, requester, colleague, manager
):
    for user in (outsider, agent1, other_team_agent, requester, colleague, manager):
        listed = MajorIncident.objects.visible_to(user).filter(pk=proposed.pk).exists()
        assert proposed.seen_by(user) is listed, user
    assert proposed.seen_by(other_team_agent) and not proposed.seen_by(outsider)
