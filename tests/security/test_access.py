"""S03 Foreign objects: what a person may not see does not exist for them, whatever the address and the method."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from knowledgebase.models import Article
from tests.security.addresses import Address, addresses, of_a_ticket, pages
from tickets import commands
from tickets.models import Attachment, Draft, Message, Ticket, TicketEvent

pytestmark = pytest.mark.slow

# the only addresses that answer somebody who is not signed in
OPEN_TO_ALL = {"healthz", "readyz", "login/", "logout/", "language/", "styleguide/", "api/v1/schema/", "api/v1/docs/"}
OPEN_TO_ALL.add("roster/feed/<str:token>.ics")  # its address is its key
CANARY = "kanari-7f3a"


@pytest.mark.django_db
@pytest.mark.parametrize("address", list(addresses()), ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_signing_in_comes_first(method: str, address: Address, client: Client) -> None:
    answer = getattr(client, method)(address.path())
    if address.route in OPEN_TO_ALL:
        assert answer.status_code < 500
    elif address.route.startswith("api/") or address.route == "live/":
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/?next=" if address.route else "/login/")


@pytest.fixture
def hidden(world: SimpleNamespace, requester: User, other_team_agent: User, opened: Callable[..., Ticket]) -> Ticket:
    """A ticket of the restricted team, with a file, a note and a draft."""
    ticket = opened(subject=f"{CANARY} salary", description=CANARY, into=world.hr)
    commands.note(ticket, actor=other_team_agent, body=CANARY)
    return ticket


@pytest.mark.parametrize("who", ["colleague", "agent1", "lead"])
def test_a_foreign_ticket_is_nowhere(
    who: str, hidden: Ticket, request: pytest.FixtureRequest, client: Client, world: SimpleNamespace
) -> None:
    person: User = request.getfixturevalue(who)
    client.force_login(person)
    steps = TicketEvent.objects.count()
    body = {"body": "x", "reason": "skill", "resolution": "x", "assignee": person.pk, "team": "network", "score": "5"}
    for address in of_a_ticket():
        for method in ("get", "head", "post", "put", "patch", "delete") if who == "agent1" else ("get", "post"):
            if address.route.startswith("api/"):
                answer = getattr(client, method)(address.path(key=hidden.key), body, content_type="application/json")
            else:
                answer = getattr(client, method)(address.path(key=hidden.key), body, follow=True)
            assert answer.status_code in (404, 405), (method, address)
            assert CANARY.encode() not in answer.content
    assert TicketEvent.objects.count() == steps
    assert Message.objects.filter(ticket=hidden).count() == 1
    assert not Draft.objects.filter(user=person).exists()


def test_a_foreign_ticket_and_none_look_the_same(hidden: Ticket, colleague: User, client: Client) -> None:
    client.force_login(colleague)
    for address in of_a_ticket():
        there, nowhere = (client.get(address.path(key=key), follow=True) for key in (hidden.key, "INC-99999999"))
        assert (there.status_code, len(there.content)) == (nowhere.status_code, len(nowhere.content)), address


@pytest.mark.parametrize("who", ["colleague", "agent1"])
def test_lists_counts_and_searches_leave_it_out(
    who: str, hidden: Ticket, request: pytest.FixtureRequest, client: Client
) -> None:
    client.force_login(request.getfixturevalue(who))
    for address in pages():
        if address.names or address.route == "live/":
            continue
        # pages that ask nothing answer the same whatever is asked of them: they are looked at once
        asked = (
            (CANARY, hidden.key, str(hidden.pk))
            if "search" in address.route or "caller" in address.route
            else (CANARY,)
        )
        for words in asked:
            answer = client.get(address.path(), {"q": words, "subject": words[:5], "since": "0", "from": "0"})
            assert b"salary" not in answer.content, address
    found = client.get("/api/v1/tickets/").json()
    assert found["results"] == []


def test_bulk_actions_skip_what_is_not_theirs(hidden: Ticket, agent1: User, client: Client) -> None:
    client.force_login(agent1)
    client.post("/desk/bulk/", {"ticket": [str(hidden.pk)]})
    hidden.refresh_from_db()
    assert hidden.assignee is None


def test_the_desk_does_not_exist_for_requesters(requester: User, opened: Callable[..., Ticket], client: Client) -> None:
    client.force_login(requester)
    ticket = opened()
    for address in pages():
        if address.route.startswith(("desk/", "dashboard")):
            for method in ("get", "post"):
                answer = getattr(client, method)(address.path(key=ticket.key, slug="service-desk"), follow=True)
                assert answer.status_code in (404, 405), (method, address)


def _file(owner: User, ticket: Ticket | None = None, message: Message | None = None) -> Attachment:
    return Attachment.objects.create(
        uploaded_by=owner, ticket=ticket, message=message, file=ContentFile(b"x", "x"), name="a.txt", size=1,
        content_type="text/plain",
    )  # fmt: skip


def test_files_follow_their_message(
    world: SimpleNamespace,
    requester: User,
    colleague: User,
    agent1: User,
    opened: Callable[..., Ticket],
    client: Client,
) -> None:
    ticket = opened(into=world.desk)
    reply = commands.reply(ticket, actor=agent1, body="x")
    note = commands.note(ticket, actor=agent1, body="x")
    files = {"reply": _file(agent1, ticket, reply), "note": _file(agent1, ticket, note), "unsent": _file(agent1)}
    expected = {
        requester: {"reply": 200, "note": 404, "unsent": 404},
        colleague: {"reply": 404, "note": 404, "unsent": 404},
        agent1: {"reply": 200, "note": 200, "unsent": 200},
    }
    for person, answers in expected.items():
        client.force_login(person)
        got = {kind: client.get(f"/attachments/{file.pk}/").status_code for kind, file in files.items()}
        assert got == answers


def test_nobody_sends_another_persons_upload(
    requester: User, colleague: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket, foreign = opened(), _file(colleague)
    client.force_login(requester)
    answer = client.post(f"/my/tickets/{ticket.key}/reply/", {"body": "look", "attachments": [str(foreign.pk)]})
    assert answer.status_code == 422
    typed = {"subject": "x", "description": "y", "attachments": [str(foreign.pk)]}
    assert client.post("/tickets/new/", typed).status_code == 422
    foreign.refresh_from_db()
    assert foreign.ticket is None


@pytest.mark.parametrize(
    ("state", "audience"), [("draft", "requesters"), ("archived", "requesters"), ("published", "staff")]
)
def test_articles_show_to_their_readers_only(
    state: str, audience: str, requester: User, agent1: User, client: Client
) -> None:
    Article.objects.create(slug="vpn", title=CANARY, body=CANARY, state=state, audience=audience, author=agent1)
    client.force_login(requester)
    assert client.get("/kb/vpn/").status_code == 404
    assert client.post("/kb/vpn/feedback/", {"helped": "yes"}).status_code == 404
    for path in ("/kb/", f"/kb/?q={CANARY}", f"/search?q={CANARY}", f"/kb/suggestions/?subject={CANARY}"):
        assert b"/kb/vpn/" not in client.get(path).content
