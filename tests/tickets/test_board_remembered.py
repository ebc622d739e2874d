"""Counts that every page shows are remembered for a moment, and forgotten with the next change."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.steady import changed, remembered
from tickets import commands

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_what_is_remembered_is_forgotten_with_the_next_change():
    given = iter(range(9))
    assert [remembered("x", lambda: next(given)) for _time in range(3)] == [0, 0, 0]
    changed()
    assert remembered("x", lambda: next(given)) == 1


def test_the_sidebar_counts_again_after_a_command_and_not_before(world, agent1, opened, client):
    opened(into=world.desk)
    client.force_login(agent1)
    client.get("/desk/")
    with CaptureQueriesContext(connection) as first:
        assert "1 open" in client.get(f"/desk/q/{world.desk.slug}/").content.decode()
    with CaptureQueriesContext(connection) as again:
        client.get(f"/desk/q/{world.desk.slug}/")
    assert len(again) < len(first)
    ticket = opened(into=world.desk)
    assert "2 open" in client.get(f"/desk/q/{world.desk.slug}/").content.decode()
    commands.resolve(ticket, actor=agent1, resolution="done")
    assert "1 open" in client.get(f"/desk/q/{world.desk.slug}/").content.decode()
