"""S05 Live updates: who hears that a ticket moved, and that nobody hears what was said."""

from __future__ import annotations

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
from helpdesk.live import live as stream_server
from tickets import commands, live
from tickets.live_hub import concerns
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
