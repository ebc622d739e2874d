"""Fact columns of many tickets at once; for listeners that count everything anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

WRITE = """
UPDATE tickets_ticket AS t
SET response_due_at = new.response_due_at, resolution_due_at = new.resolution_due_at,
    next_due_at = new.next_due_at, breached_at = new.breached_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS new(id, response_due_at, resolution_due_at, next_due_at, breached_at)
WHERE t.id = new.id
"""
TIMES = ("response_due_at", "resolution_due_at", "next_due_at", "breached_at")


def set_facts_of_many(facts: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the deadlines of many tickets in one statement. The caller holds the tickets' locks.

    Args:
        facts: for each ticket's number the four deadlines (instants or None) by column name.
    """
    if not facts:
        return
    columns = [[row[name] for row in facts.values()] for name in TIMES]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [list(facts), *columns])
