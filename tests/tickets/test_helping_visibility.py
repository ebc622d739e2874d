"""Whoever is asked to help on a restricted team's ticket sees it, notes too, exactly as long as that stands open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ApiToken, Tier
from core.errors import NotAllowed, NotVisible
from tests.cast import MONDAY
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Helper, Message, Ticket, TicketEvent
from tickets.reading import attachment_by_id
from tickets.uploads import store
from tickets.views.stream import reach_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CANARY = "canary-2290"
FRAGMENTS = (
    "timeline",
    "changes",
    "side",
    "side/clock",
    "side/why",
    "side/handover",
    "side/requester",
    "side/like",
    "side/vendor",
)


@pytest.fixture
def secret(world, requester, other_team_agent):
    """A ticket of the restricted team with an internal note and a file on it."""
    report = Report(subject="Salary question", description="private")
    ticket = commands.open(report, actor=requester, requester=requester, team=world.hr, at=MONDAY)
    upload = store(SimpleUploadedFile("note.txt", b"internal"), other_team_agent)
    commands.note(ticket, actor=other_team_agent, body=CANARY, attachments=[upload])
    return ticket


@pytest.fixture
def doors(secret) -> Callable:
    """What a person finds behind each door, in one answer."""

    def look(user) -> dict[str, bool]:
        fresh = type(user).objects.get(pk=user.pk)
        client = Client()
        client.force_login(fresh)
        token = ApiToken.objects.issue(fresh, "test", ["read"])
        headers = {"Authorization": f"Bearer {token}"}
        ticket = Ticket.objects.get(pk=secret.pk)
        listed = client.get("/api/v1/tickets/", headers=headers).json()["results"]
        base = f"/api/v1/tickets/{secret.key}"
        messages = client.get(f"{base}/messages/", headers=headers)
        statuses = {client.get(f"/desk/t/{secret.key}/{part}/").status_code for part in FRAGMENTS}
        return {
            "set": Ticket.objects.visible_to(fresh).filter(pk=secret.pk).exists(),
            "staff set": Ticket.objects.staffed_by(fresh).filter(pk=secret.pk).exists(),
            "staff": ticket.staffed_by(fresh),
            "count": Ticket.objects.visible_to(fresh).count() == 1,
            "note": Message.objects.visible_to(fresh, ticket).filter(body=CANARY).exists(),
            "events": TicketEvent.objects.visible_to(fresh, ticket).filter(verb="note").exists(),
            "list": any(row["id"] == secret.pk for row in listed),
            "api": client.get(f"{base}/", headers=headers).status_code == 200,
            "api note": messages.status_code == 200 and CANARY in messages.content.decode(),
            "api clocks": client.get(f"{base}/clocks/", headers=headers).status_code == 200,
            "page": CANARY in client.get(f"/desk/t/{secret.key}/").content.decode(),
            "fragments": statuses <= {200, 204},
            "search": "</mark> question" in client.get("/search?q=Salary").content.decode(),
            "file": sees_file(fresh, ticket),
            "stream": (reach_of(fresh, secret.pk) or {}).get("staff", False),
        }

    return look


def sees_file(user, ticket) -> bool:
    try:
        return bool(attachment_by_id(user, ticket.attachments.get().pk))
    except NotVisible:
        return False


def is_open(found: dict[str, bool]) -> bool:
    assert len(set(found.values())) == 1, found
    return found["set"]


@pytest.mark.parametrize(
    ("whom", "end"),
    [("person", "done"), ("person", "uninvited"), ("person", "ended"), ("team", "done"), ("tier", "ended")],
)
def test_before_during_and_after(secret, doors, agent2, agent1, other_team_agent, world, whom, end):
    assert not is_open(doors(agent2))
    choice = {"person": agent2, "team": world.network, "tier": Tier.objects.get(level=2)}[whom]
    row = commands.invite(secret, actor=other_team_agent, asked="Look at this.", **{whom: choice})
    assert is_open(doors(agent2))
    assert not Ticket.objects.visible_to(agent1).exists()
    commands.join(secret, actor=agent2)
    if end == "done":
        commands.help_done(secret, actor=agent2, minutes=5)
    if end != "ended" and not (end == "done" and whom == "person"):
        commands.uninvite(secret, actor=other_team_agent, helper=row)
    if end == "ended":
        commands.resolve(secret, actor=other_team_agent, resolution="x")
    assert not is_open(doors(agent2))


def test_what_stays_behind_when_it_ends_is_not_for_guests(secret, agent2, other_team_agent):
    commands.invite(secret, actor=other_team_agent, asked="x", person=agent2)
    with pytest.raises(NotAllowed):
        commands.watch(secret, actor=agent2, follower=agent2)


def test_an_invitation_does_not_open_other_tickets_nor_the_queue(secret, agent2, other_team_agent, requester, world):
    report = Report(subject="Another one", description="private")
    other = commands.open(report, actor=requester, requester=requester, team=world.hr, at=MONDAY)
    commands.invite(secret, actor=other_team_agent, asked="x", person=agent2)
    assert not Ticket.objects.visible_to(agent2).filter(pk=other.pk).exists()
    client = Client()
    client.force_login(agent2)
    assert client.get("/desk/q/hr-systems/").status_code == 404


def test_whoever_is_no_agent_any_more_sees_nothing_by_it(secret, agent2, other_team_agent, doors):
    commands.invite(secret, actor=other_team_agent, asked="x", person=agent2)
    agent2.memberships.all().delete()
    assert not is_open(doors(agent2))


def test_the_stream_of_a_guest_reaches_as_far_as_the_invitation(secret, agent2, other_team_agent):
    assert reach_of(agent2, secret.pk) is None
    commands.invite(secret, actor=other_team_agent, asked="x", person=agent2)
    assert reach_of(agent2, secret.pk) == {"ticket": secret.pk, "staff": True}
    commands.uninvite(secret, actor=other_team_agent, helper=Helper.objects.get())
    assert reach_of(agent2, secret.pk) is None


def test_the_door_asks_no_more_queries_than_before(secret, agent2, django_assert_num_queries):
    list(Ticket.objects.visible_to(agent2))
    with django_assert_num_queries(1):
        list(Ticket.objects.visible_to(agent2))
