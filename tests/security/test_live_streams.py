"""S05 Live updates: who hears that a ticket moved, and that nobody hears what was said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import Team, Tier, User
from helpdesk import live as server
from helpdesk.live import live as stream_server
from tickets import commands, live
from tickets.live_hub import Stream, concerns
from tickets.models import Ticket
from tickets.views.stream import reach_of

pytestmark = pytest.mark.slow

CANARY = "kanari-51be"
Heard = list[dict]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable) -> Callable[..., Heard]:
    """Run a command and collect what it published."""
    published: Heard = []
    monkeypatch.setattr(live, "publish", published.append)

    def run(work: Callable[[], object]) -> Heard:
        published.clear()
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return published

    return run


def test_a_page_hears_of_its_ticket_but_never_the_words(
    heard: Callable[..., Heard], world: SimpleNamespace, requester: User, agent1: User, opened: Callable[..., Ticket]
) -> None:
    ticket = opened(into=world.desk)
    (note,) = heard(lambda: commands.note(ticket, actor=agent1, body=CANARY))
    (reply,) = heard(lambda: commands.reply(ticket, actor=agent1, body=CANARY))
    assert CANARY not in json.dumps([note, reply])
    mine, theirs = reach_of(requester, ticket.pk), reach_of(agent1, ticket.pk)
    assert not concerns(note, mine) and concerns(reply, mine)
    assert concerns(note, theirs) and concerns(reply, theirs)


def test_foreign_tickets_have_no_stream(
    world: SimpleNamespace,
    requester: User,
    colleague: User,
    agent1: User,
    other_team_agent: User,
    opened: Callable[..., Ticket],
) -> None:
    ticket = opened(into=world.hr)
    assert reach_of(colleague, ticket.pk) is None
    assert reach_of(agent1, ticket.pk) is None
    assert reach_of(other_team_agent, ticket.pk) == {"ticket": ticket.pk, "staff": True}
    assert reach_of(requester, ticket.pk) == {"ticket": ticket.pk, "staff": False}
    assert reach_of(requester, None) is None


def test_a_queue_stream_speaks_of_visible_queues(
    heard: Callable[..., Heard],
    world: SimpleNamespace,
    agent1: User,
    other_team_agent: User,
    opened: Callable[..., Ticket],
) -> None:
    ticket = opened(into=world.hr)
    (note,) = heard(lambda: commands.note(ticket, actor=other_team_agent, body="x"))
    assert not concerns(note, reach_of(agent1, None))
    assert concerns(note, reach_of(other_team_agent, None))


def test_an_agent_who_asked_hears_no_internal_step(
    heard: Callable[..., Heard],
    world: SimpleNamespace,
    agent1: User,
    other_team_agent: User,
    opened: Callable[..., Ticket],
) -> None:
    ticket = opened(by=agent1, into=world.hr)
    (note,) = heard(lambda: commands.note(ticket, actor=other_team_agent, body="x"))
    (reply,) = heard(lambda: commands.reply(ticket, actor=other_team_agent, body="x"))
    assert not concerns(note, reach_of(agent1, None))
    assert concerns(reply, reach_of(agent1, None))


def knock(query: str, cookie: str, method: str = "GET") -> int:
    """The status with which the live address answers a browser with this cookie."""

    async def ask() -> int:
        scope = {
            "type": "http",
            "method": method,
            "path": "/live/",
            "query_string": query.encode(),
            "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
        }
        page = ApplicationCommunicator(stream_server, scope)
        await page.send_input({"type": "http.request"})
        start = await page.receive_output(5)
        await page.send_input({"type": "http.disconnect"})
        await page.wait(5)
        return int(start["status"])

    return async_to_sync(ask)()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_address_refuses_who_may_not_listen(client: Client) -> None:
    queries = ("", "ticket=1", "ticket=%C2%B2", "ticket=x", "ticket=99999999999999999999")
    person = User.objects.create(email="x@arunika.example", name="X")
    client.force_login(person)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    for query in queries:
        assert knock(query, "") == 401
        assert knock(query, f"{settings.SESSION_COOKIE_NAME}=madeup") == 401
        assert knock(query, cookie) == 404
        assert client.get(f"/live/?{query}").status_code == 404
    assert knock("", cookie, "POST") == 405
    person.is_active = False
    person.save()
    assert {knock(query, cookie) for query in queries} == {401}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_agent_is_let_in_and_holds_no_database_connection(client: Client) -> None:
    team = Team.objects.create(slug="desk", name="Desk", tier=Tier.objects.get(level=1))
    agent = User.objects.create(email="x@arunika.example", name="X")
    team.memberships.create(user=agent)
    client.force_login(agent)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert knock("", cookie) == 200
    assert [knock("", cookie) for _page in range(9)] == [200] * 9
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert cursor.fetchone()[0] == 1


def asked(client: Client, query: str) -> dict:
    """The request with which a browser opens a stream."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
    return {"type": "http", "method": "GET", "path": "/live/", "query_string": query.encode(), "headers": headers}


@pytest.mark.parametrize("loss", ["logout", "switched off", "another role", "nothing"])
def test_a_stream_ends_with_what_let_it_in(client: Client, agent1: User, world: SimpleNamespace, loss: str) -> None:
    client.force_login(agent1)
    scope = asked(client, "")
    _status, stream = server._admitted(scope)
    assert stream is not None and server.still_admitted(scope, stream)
    match loss:
        case "logout":
            client.logout()
        case "switched off":
            User.objects.filter(pk=agent1.pk).update(is_active=False)
        case "another role":
            agent1.memberships.all().delete()
    assert server.still_admitted(scope, stream) is (loss == "nothing")


def test_a_stream_ends_when_its_ticket_goes_where_the_reader_may_not_look(
    client: Client, agent1: User, manager: User, world: SimpleNamespace, opened: Callable[..., Ticket]
) -> None:
    ticket = opened(into=world.desk)
    client.force_login(agent1)
    scope = asked(client, f"ticket={ticket.pk}")
    _status, stream = server._admitted(scope)
    assert stream is not None and stream.me is not None and stream.me["teams"] == [world.desk.pk]
    commands.transfer(ticket, actor=manager, team=world.network)
    assert server.still_admitted(scope, stream) and stream.me["teams"] == [world.network.pk]
    commands.transfer(ticket, actor=manager, team=world.hr)
    assert not server.still_admitted(scope, stream)


def test_a_page_in_doubt_is_told_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    stream = Stream({"ticket": 5, "staff": True}, 9)

    async def send(message: dict) -> None:
        sent.append(message["body"].decode())

    async def may_go_on(_scope: object, _stream: Stream) -> bool:
        return False

    monkeypatch.setattr(server, "_may_go_on", may_go_on)

    async def run() -> None:
        stream.ready = asyncio.Event()
        stream.tell("first")
        telling = asyncio.create_task(server._tell({}, stream, send))
        while not sent:
            await asyncio.sleep(0)
        stream.is_in_doubt = True
        stream.tell("second")
        await asyncio.wait_for(telling, 5)

    asyncio.run(run())
    assert sent == ["first"]


def test_an_open_page_is_asked_about_now_and_then_also_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [True, False]

    async def may_go_on(_scope: object, _stream: Stream) -> bool:
        return answers.pop(0)

    monkeypatch.setattr(server, "_may_go_on", may_go_on)
    monkeypatch.setattr(server, "ASK_AGAIN_SECONDS", (0.01, 0.02))

    async def run() -> None:
        stream = Stream({"teams": {1}, "user": 9}, 9)
        await asyncio.wait_for(server._tell({}, stream, lambda _message: asyncio.sleep(0)), 5)

    asyncio.run(run())
    assert answers == []
