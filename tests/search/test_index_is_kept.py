"""After any history of commands the index says what a rebuild would say."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.search.asking import found
from tickets import commands
from tickets.models import Helper, SearchDocument
from tickets.search import document

pytestmark = pytest.mark.django_db


def check() -> str:
    out = StringIO()
    call_command("rebuild_search", "--check", stdout=out)
    return out.getvalue()


def steps(ticket, people, chance):
    """One random step that is possible now."""
    agent, requester, world = people
    live = ticket.is_live
    possible = [
        lambda: commands.note(ticket, actor=agent, body=f"catatan {chance.random()}"),
        lambda: commands.tag(ticket, actor=agent, add=[f"tag-{chance.randrange(5)}"]),
        lambda: commands.watch(ticket, actor=agent, follower=requester),
    ]
    if ticket.status not in ("closed", "cancelled"):
        possible.append(lambda: commands.reply(ticket, actor=requester, body=f"jawab {chance.random()}"))
    if live:
        possible += [
            lambda: commands.assign(ticket, actor=agent, assignee=agent),
            lambda: commands.release(ticket, actor=agent),
            lambda: commands.pend(ticket, actor=agent, reason="vendor"),
            lambda: commands.prioritise(ticket, actor=agent, priority=chance.randint(1, 4), reason="x"),
            lambda: commands.transfer(ticket, actor=agent, team=chance.choice([world.desk, world.network])),
            lambda: commands.categorise(ticket, actor=agent, category=world.category),
            lambda: commands.resolve(ticket, actor=agent, resolution="kabel diganti"),
            lambda: commands.invite(ticket, actor=agent, asked="look", team=world.infra),
            lambda: commands.cancel(ticket, actor=agent, reason="ganda"),
        ]
    else:
        possible.append(lambda: commands.reopen(ticket, actor=requester, reason="masih"))
    return chance.choice(possible)


@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_finds_nothing_after_a_random_history(opened, world, manager, requester, seed):
    chance = random.Random(seed)
    tickets = [opened(subject=f"Tiket {n}", into=chance.choice([world.desk, world.network, None])) for n in range(3)]
    for _step in range(25):
        ticket = chance.choice(tickets)
        ticket.refresh_from_db()
        try:
            steps(ticket, (manager, requester, world), chance)()
        except Exception as error:  # a step the rules refuse leaves everything as it was
            if type(error).__module__ != "core.errors":
                raise
    assert "no difference" in check()


def test_a_check_names_what_differs_and_a_rebuild_mends_it(opened):
    lost, stale = opened(), opened()
    SearchDocument.objects.filter(pk=lost.pk).delete()
    stale.messages.create(author=stale.requester, kind="reply", is_public=True, body="lain", created_at=stale.opened_at)
    with pytest.raises(CommandError, match="2 of 2"):
        check()
    assert document.missing(10) == [lost.pk]
    call_command("rebuild_search", stdout=StringIO())
    assert "no difference" in check()


def test_a_refused_command_leaves_the_index_alone(opened, agent1, world, monkeypatch):
    ticket = opened(into=world.desk)

    def fail(_ids):
        raise RuntimeError

    monkeypatch.setattr(document, "write", fail)
    with pytest.raises(RuntimeError):
        commands.note(ticket, actor=agent1, body="kenari")
    assert ticket.messages.count() == 0
    assert found(agent1, "kenari") == []


def test_one_command_writes_the_document_once(opened, world, monkeypatch):
    written = []
    original = document.write
    monkeypatch.setattr(document, "write", lambda ids: written.append(ids) or original(ids))
    opened(into=world.desk)
    assert len(written) == 1


def test_an_invitation_that_ends_with_the_ticket_closes_the_door(opened, world, other_team_agent, agent1):
    ticket = opened(subject="Kenari", into=world.hr)
    commands.invite(ticket, actor=other_team_agent, asked="look", person=agent1)
    assert found(agent1, "kenari") == [ticket.pk]
    commands.cancel(ticket, actor=other_team_agent, reason="x")
    assert Helper.objects.open().count() == 0
    assert found(agent1, "kenari") == []
    assert "no difference" in check()
