from __future__ import annotations

import io
import time
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.load.cast import gather
from helpdesk.load.rows import COLUMNS, Batch, Maker, lines

BATCH = 20_000
# what tickets stand on before what stands on them
ORDER = ("tickets_ticket", "tickets_ticketevent", "tickets_message", "escalation_tiervisit", "escalation_clock")
EVENTS_A_TICKET = 8
GAP = 1_000


class Command(BaseCommand):
    help = "Fill the database with made-up tickets by COPY, to see how the product behaves at a million of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, help="how many to add")
        parser.add_argument("--people", type=int, default=20_000, help="requesters there shall be (20,000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["tickets"]
        if not 0 < count <= 10_000_000:
            raise CommandError("--tickets must be between 1 and 10,000,000.")
        started = time.monotonic()
        cast = gather(options["people"])
        first = _reserve("tickets_ticket", count)
        maker = Maker(cast, Random(options["seed"]), timezone.now(), count, first)  # noqa: S311  made-up data
        batch = Batch(next_event=_reserve("tickets_ticketevent", count * EVENTS_A_TICKET))
        for start in range(first, first + count, BATCH):
            numbers = range(start, min(start + BATCH, first + count))
            batch.rows.clear()
            for pk in numbers:
                maker.make(pk, batch)
            with transaction.atomic():
                for table in ORDER:
                    _copy(table, batch)
            made = numbers[-1] + 1 - first
            self.stderr.write(f"{made:,} of {count:,} tickets, {made / (time.monotonic() - started):,.0f} a second")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{count:,} tickets in {time.monotonic() - started:,.0f} s. Now: rebuild_search")


def _reserve(table: str, count: int) -> int:
    """Take so many numbers of a table's sequence; the first of them. Those that running processes draw in the same
    moment fall into the gap before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        first = int(cursor.fetchone()[0]) + GAP
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count])
    return first


def _copy(table: str, batch: Batch) -> None:
    text = io.StringIO("".join(lines(batch.rows.get(table, []))))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({COLUMNS[table]}) FROM STDIN", text)
