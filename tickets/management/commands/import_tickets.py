from __future__ import annotations

import csv
import gc
import json
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import Invalid
from tickets.importing import Tally, file_rows, importer, until_it_answers
from tickets.intake_file import FileRow, rows_of
from tickets.parts import beside, jobs_here, part, positive
from tickets.progress import Progress

GARBAGE_THRESHOLD = 50_000
ROWS_WORTH_A_JOB = 400  # a process needs a second or two to start


class Command(BaseCommand):
    help = "File the tickets of a CSV file (columns Document, Topic_group; .gz too) through the intake command."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit", type=positive, help="stop after this many rows")
        parser.add_argument("--requester", help="email address of the person the tickets are for")
        parser.add_argument("--refused", type=Path, help="write refused rows and reasons to this CSV file")
        parser.add_argument("--ledger", type=Path, help="append the reference of each ticket once it is committed")
        parser.add_argument("--no-mail", action="store_true", help="tell nobody")
        parser.add_argument("--jobs", type=positive, default=jobs_here(), help="processes to use (default %(default)s)")
        parser.add_argument(
            "--part", type=part, help="K/N: only every N-th row from the K-th; how --jobs shares a file"
        )
        parser.add_argument("--tally", type=Path, help="write what came of it to this JSON file; goes with --part")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(_wanted(rows_of(options["file"]), options))
        except Invalid as error:
            raise CommandError(error.message) from error
        requester = until_it_answers(lambda: _requester(options["requester"]))
        jobs = 1 if options["part"] else max(1, min(options["jobs"], len(rows) // ROWS_WORTH_A_JOB))
        what = "rows" if jobs == 1 else f"rows of part 1 of {jobs}"
        progress = Progress(what, len(rows[::jobs]), silent=bool(options["tally"]))
        with _others(jobs, options) as tallies:
            tally = self._file(rows[::jobs], requester, progress, options)
        for other in tallies:
            tally.add(other)
        progress.finish()
        if options["tally"]:
            options["tally"].write_text(json.dumps(asdict(tally)))
        else:
            self._summary(tally, options["refused"], progress.per_second(len(rows)))

    def _file(self, rows: list[FileRow], requester: User, progress: Progress, options: dict[str, Any]) -> Tally:
        ledger = options["ledger"].open("a") if options["ledger"] else None

        def report(tally: Tally, filed: Sequence[FileRow]) -> None:
            if ledger and filed:
                # one write per batch: the parts append to the same file
                ledger.write("".join(f"{row.reference}\n" for row in filed))
                ledger.flush()
                os.fsync(ledger.fileno())
            progress.at(tally.seen)

        # rows live until their commit: looking for garbage every 700 objects finds none and costs a tenth of the time
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        return file_rows(rows, requester=requester, quiet=options["no_mail"], report=report)

    def _summary(self, tally: Tally, path: Path | None, rate: float) -> None:
        tally.refused.sort()
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


def _wanted(rows: Iterator[FileRow], options: dict[str, Any]) -> Iterator[FileRow]:
    """The rows up to the limit, or of one part every N-th of them."""
    first, of = options["part"] or (1, 1)
    for row in rows:
        if options["limit"] and row.number > options["limit"]:
            return
        if (row.number - first) % of == 0:
            yield row


@contextmanager
def _others(jobs: int, options: dict[str, Any]) -> Iterator[list[Tally]]:
    """Run the other parts beside this one; their tallies are in the list when the body is left."""
    command = ["import_tickets", str(options["file"]), *(["--no-mail"] if options["no_mail"] else [])]
    command += [f"--{name}={options[name]}" for name in ("limit", "requester", "ledger") if options[name]]
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        files = {number: Path(folder) / f"{number}.json" for number in range(2, jobs + 1)}
        parts = [(number, (f"--tally={path}",)) for number, path in files.items()]
        failure = (
            "A part of the file could not be imported; the reason stands above. Run it again: nothing is filed twice."
        )
        tallies: list[Tally] = []
        with beside(command, parts, jobs, failure):
            yield tallies
        tallies += [Tally(**json.loads(path.read_text())) for path in files.values()]
