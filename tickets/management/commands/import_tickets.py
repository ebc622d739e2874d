from __future__ import annotations

import csv
import gc
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import Invalid
from tickets.importing import Tally, file_rows, importer
from tickets.intake_file import FileRow, rows_of
from tickets.progress import Progress

GARBAGE_THRESHOLD = 50_000


class Command(BaseCommand):
    help = "File the tickets of a CSV file (columns Document, Topic_group; .gz too) through the intake command."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit", type=int, help="stop after this many rows")
        parser.add_argument("--requester", help="email address of the person the tickets are for")
        parser.add_argument("--refused", type=Path, help="write refused rows and reasons to this CSV file")
        parser.add_argument("--ledger", type=Path, help="append the reference of each ticket once it is committed")
        parser.add_argument("--no-mail", action="store_true", help="tell nobody")
        parser.add_argument("--part", default="1/1", help="K/N: only every N-th row, starting at the K-th")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(_wanted(rows_of(options["file"]), options))
        except Invalid as error:
            raise CommandError(error.message) from error
        progress = Progress("rows", len(rows))
        ledger = options["ledger"].open("a") if options["ledger"] else None

        def report(tally: Tally, filed: Sequence[FileRow]) -> None:
            if ledger and filed:
                ledger.write("".join(f"{row.reference}\n" for row in filed))
                ledger.flush()
                os.fsync(ledger.fileno())
            progress.at(tally.seen)

        # rows live until their commit: looking for garbage every 700 objects finds none and costs a tenth of the time
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        requester = _requester(options["requester"])
        tally = file_rows(rows, requester=requester, quiet=options["no_mail"], report=report)
        progress.finish()
        self._summary(tally, options["refused"], progress.rate)

    def _summary(self, tally: Tally, path: Path | None, rate: float) -> None:
        self.stdout.write(
            f"{tally.filed:,} tickets filed, {tally.known:,} were there already, {len(tally.refused):,} rows refused; "
            f"{rate:,.0f} rows a second"
        )
        for number, reason in tally.refused[:20]:
            self.stdout.write(f"  row {number}: {reason}")
        if path:
            with path.open("w", newline="") as file:
                csv.writer(file).writerows([("row", "reason"), *tally.refused])


def _requester(email: str | None) -> User:
    if not email:
        return importer()
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(f"nobody here has the address {email}")
    return person


def _wanted(rows: Any, options: dict[str, Any]) -> Any:
    """Every N-th row from the K-th, up to the limit: two processes share a file as 1/2 and 2/2."""
    first, _slash, of = options["part"].partition("/")
    if not (first.isdigit() and of.isdigit() and 1 <= int(first) <= int(of)):
        raise CommandError("--part wants K/N, for example 1/2")
    for row in rows:
        if options["limit"] and row.number > options["limit"]:
            return
        if row.number % int(of) == int(first) % int(of):
            yield row
