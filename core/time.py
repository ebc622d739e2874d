"""The one source of "now": the database's clock, so that any number of hosts agree on what is due."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database server's current instant (aware, UTC). Costs one round trip; not the transaction's start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now
