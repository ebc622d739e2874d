"""S05 Live updates: who hears that a ticket moved, and that nobody hears what was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from accounts.models import User
from tickets import commands, live
from tickets.models import Ticket
from tickets.views.stream import _reach, concerns

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
    mine, theirs = _reach(requester, ticket.pk), _reach(agent1, ticket.pk)
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
    assert _reach(colleague, ticket.pk) is None
    assert _reach(agent1, ticket.pk) is None
    assert _reach(other_team_agent, ticket.pk) == {"ticket": ticket.pk, "staff": True}
    assert _reach(requester, ticket.pk) == {"ticket": ticket.pk, "staff": False}
    assert _reach(requester, None) is None


def test_a_queue_stream_speaks_of_visible_queues(
    heard: Callable[..., Heard],
    world: SimpleNamespace,
    agent1: User,
    other_team_agent: User,
    opened: Callable[..., Ticket],
) -> None:
    ticket = opened(into=world.hr)
    (note,) = heard(lambda: commands.note(ticket, actor=other_team_agent, body="x"))
    assert not concerns(note, _reach(agent1, None))
    assert concerns(note, _reach(other_team_agent, None))


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
    assert not concerns(note, _reach(agent1, None))
    assert concerns(reply, _reach(agent1, None))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("query", ["", "?ticket=1", "?ticket=%C2%B2", "?ticket=x", "?ticket=99999999999999999999"])
def test_the_address_refuses_who_may_not_listen(query: str) -> None:
    async_to_sync(_knock)(query)


async def _knock(query: str) -> None:
    client = AsyncClient()
    assert (await client.get(f"/live/{query}")).status_code == 401
    person = await User.objects.acreate(email="x@arunika.example", name="X")
    await client.aforce_login(person)
    assert (await client.get(f"/live/{query}")).status_code == 404
    person.is_active = False
    await person.asave()
    assert (await client.get(f"/live/{query}")).status_code == 401
