"""One door: what a person may not see is nowhere, in no list, count, page, file, search or API answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ApiToken
from core.errors import NotVisible
from tests.cast import MONDAY
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Ticket
from tickets.nav import queues
from tickets.reading import attachment_by_id
from tickets.uploads import store

pytestmark = pytest.mark.django_db

ROLES = ("requester", "colleague", "agent1", "agent2", "other_team_agent", "lead", "manager", "admin")


@pytest.fixture
def secret(world, requester):
    """A ticket of the restricted team."""
    report = Report(subject="Salary question", description="private")
    return commands.open(report, actor=requester, requester=requester, team=world.hr, at=MONDAY)


def sees(role: str) -> bool:
    return role in ("requester", "other_team_agent", "manager", "admin")


@pytest.mark.parametrize("role", ROLES)
def test_every_door_agrees(request, secret, role):
    """Queryset, desk page, portal page, API list, API detail, search and queue counts give one answer."""
    user = request.getfixturevalue(role)
    token = ApiToken.objects.issue(user, "test", ["read"])
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    client.force_login(user)
    listed = client.get("/api/v1/tickets/", headers=headers).json()["results"]
    doors = {
        "set": Ticket.objects.visible_to(user).filter(pk=secret.pk).exists(),
        "portal": client.get(f"/my/tickets/{secret.key}/").status_code == 200,
        "api list": any(row["id"] == secret.pk for row in listed),
        "api detail": client.get(f"/api/v1/tickets/{secret.key}/", headers=headers).status_code == 200,
        "search": "</mark> question" in client.get("/search?q=Salary").content.decode(),
    }
    assert set(doors.values()) == {sees(role)}, doors


@pytest.mark.parametrize("role", ROLES)
def test_the_desk_shows_it_to_its_staff_alone(request, secret, role):
    client = Client()
    client.force_login(request.getfixturevalue(role))
    status = client.get(f"/desk/t/{secret.key}/").status_code
    assert (status == 200) == (sees(role) and role != "requester")
    assert status in (200, 404)


@pytest.mark.parametrize(
    "part",
    [
        "side",
        "side/clock",
        "property/assignee",
        "preview",
        "print",
        "side/why",
        "side/handover",
        "side/requester",
        "side/like",
        "timeline",
        "changes",
        "escalate",
        "resolution",
        "reopening",
        "hand-back",
        "vendor",
        "vendor/log",
        "vendor/back",
        "side/vendor",
        "bugs",
        "links",
        "links/new",
        "children/new",
        "children/tell",
        "merge",
    ],
)
def test_fragments_are_behind_the_same_door(secret, agent1, part):
    client = Client()
    client.force_login(agent1)
    assert client.get(f"/desk/t/{secret.key}/{part}/").status_code == 404


@pytest.mark.parametrize(
    "part",
    ["reply", "note", "take", "property", "accept", "escalate", "resolution", "draft", "vendor", "vendor/log", "bugs"],
)
def test_writing_is_behind_the_same_door(secret, agent1, part):
    client = Client()
    client.force_login(agent1)
    assert client.post(f"/desk/t/{secret.key}/{part}/", {"body": "x", "mode": "note"}).status_code == 404
    assert secret.messages.count() == 0


def test_queue_counts_leave_restricted_teams_out(secret, agent1, other_team_agent):
    assert "hr-systems" not in {queue["slug"] for queue in queues(agent1, MONDAY)}
    mine = {queue["slug"]: queue["open_count"] for queue in queues(other_team_agent, MONDAY)}
    assert mine["hr-systems"] == 1


def test_a_ticket_no_team_has_is_seen_by_every_agent(opened, agent2, colleague):
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(team=None, tier=None)
    assert Ticket.objects.visible_to(agent2).filter(pk=ticket.pk).exists()
    assert not Ticket.objects.visible_to(colleague).filter(pk=ticket.pk).exists()


def test_a_follower_sees_it_as_a_requester_does(secret, colleague, other_team_agent):
    commands.watch(secret, actor=other_team_agent, follower=colleague)
    client = Client()
    client.force_login(colleague)
    commands.note(secret, actor=other_team_agent, body="canary-7781")
    page = client.get(f"/my/tickets/{secret.key}/")
    assert page.status_code == 200
    assert b"canary-7781" not in page.content


def test_files_follow_their_message(opened, agent1, requester, colleague):
    ticket = opened()
    hidden = store(SimpleUploadedFile("note.txt", b"internal"), agent1)
    shown = store(SimpleUploadedFile("reply.txt", b"public"), agent1)
    commands.note(ticket, actor=agent1, body="see file", attachments=[hidden])
    commands.reply(ticket, actor=agent1, body="see file", attachments=[shown])
    assert attachment_by_id(requester, shown.pk)
    for user, file in ((requester, hidden), (colleague, hidden), (colleague, shown)):
        with pytest.raises(NotVisible):
            attachment_by_id(user, file.pk)


def test_an_unsent_upload_is_its_owners_alone(requester, agent1, world):
    upload = store(SimpleUploadedFile("a.txt", b"text"), requester)
    assert attachment_by_id(requester, upload.pk)
    with pytest.raises(NotVisible):
        attachment_by_id(agent1, upload.pk)


CANARY = "canary-4711"


def test_an_internal_note_never_reaches_the_requester(opened, agent1, requester):
    """Harvest everything a requester can get at: pages, fragments, API, mail rows, live answers."""
    ticket = opened()
    commands.note(ticket, actor=agent1, body=CANARY)
    commands.reply(ticket, actor=agent1, body="public words")
    client = Client()
    client.force_login(requester)
    headers = {"Authorization": f"Bearer {ApiToken.objects.issue(requester, 't', ['read', 'write'])}"}
    texts = [
        client.get(path).content.decode()
        for path in (
            "/", "/my/tickets/", f"/my/tickets/{ticket.key}/", f"/my/tickets/{ticket.key}/changes/?since=0",
            f"/search?q={CANARY[:-1]}", f"/desk/t/{ticket.key}/",
        )
    ]  # fmt: skip
    texts += [
        client.get(f"/api/v1/tickets/{ticket.key}/{part}", headers=headers).content.decode()
        for part in ("", "messages/", "events/")
    ]
    texts += [str(row.context) for row in requester.outbox_messages.all()]
    assert "public words" in "".join(texts)
    assert CANARY not in "".join(texts)
