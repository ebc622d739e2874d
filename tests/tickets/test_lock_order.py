"""Whatever is written on a merged ticket locks both tickets in one order: the lowest number first."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import commands

pytestmark = pytest.mark.django_db
LOCKED = re.compile(r'WHERE "tickets_ticket"\."id" = (\d+) .*FOR UPDATE', re.DOTALL)


def test_a_reply_that_waits_locks_where_a_merged_ticket_went_first(opened, agent1, colleague, world):
    target, source = opened(into=world.desk), opened(into=world.desk, by=colleague)
    commands.merge(source, into=target, actor=agent1)
    with CaptureQueriesContext(connection) as asked:
        commands.send_later(source, actor=agent1, body="x", seconds=5, dedupe_key="k")
    locked = [int(found[1]) for query in asked if (found := LOCKED.search(query["sql"]))]
    assert locked == [target.pk, source.pk]
