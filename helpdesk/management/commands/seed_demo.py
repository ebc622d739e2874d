from __future__ import annotations

import gc
import os
import subprocess
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from helpdesk.demo.plan import DAYS, OtherDemo
from helpdesk.demo.seeding import Seeding, prepare, strangers, tell_all
from helpdesk.demo.updates import tell_agents
from tickets.progress import Progress

MOST_JOBS = 2
TICKETS_WORTH_A_JOB = 60  # a process needs a second or two to start
GARBAGE_THRESHOLD = 50_000


def part(text: str) -> tuple[int, int]:
    """ "2/3" as (2, 3)."""
    number, slash, of = text.partition("/")
    if not (slash and number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise ArgumentTypeError(f"{text!r} is not a part like 1/2")
    return int(number), int(of)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


class Command(BaseCommand):
    help = (
        "Fill the database with the demo: the company Arunika and eighteen months of its tickets. "
        "A second run adds what is missing, usually nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--first-slice", action="store_true", help="the company, the newest weeks, all that is open")
        which.add_argument("--rest", action="store_true", help="the older tickets")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other tickets (default 1)")
        parser.add_argument("--days", type=positive, default=DAYS, help=f"days of history (default {DAYS})")
        parser.add_argument("--jobs", type=positive, default=_jobs(), help="processes to use (default %(default)s)")
        parser.add_argument("--part", type=part, help="only part K of N; what --jobs starts the others with")
        parser.add_argument("--first-number", type=int, help="the oldest ticket's number; goes with --part")
        parser.add_argument("--force", action="store_true", help="even beside people who are not of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        others = strangers()
        if others and not options["force"]:
            raise CommandError(
                f"This database has {others:,} people who are not of the demo, so it was left alone. "
                "Seed an empty database, or add --force to put the demo beside them."
            )
        try:
            seeding = prepare(
                options["seed"],
                options["days"],
                newest=not options["rest"],
                older=not options["first_slice"],
                first_number=options["first_number"],
            )
        except OtherDemo:
            self.stdout.write("Another demo (other --seed, --days or release) is here already; nothing was added.")
            return
        if options["part"]:
            self._tell(seeding, options["part"], options)
        elif seeding.missing:
            self._tell_together(seeding, options)
            self.stdout.write(f"{len(seeding.missing):,} tickets added.")
        else:
            self.stdout.write("The demo is complete; nothing was added.")

    def _tell_together(self, seeding: Seeding, options: dict[str, Any]) -> None:
        jobs = max(1, min(options["jobs"], len(seeding.missing) // TICKETS_WORTH_A_JOB))
        with _others(seeding, jobs, options):
            self._tell(seeding, (1, jobs), options)
        if not options["rest"]:
            tell_agents(seeding.roster, seeding.now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _tell(self, seeding: Seeding, share: tuple[int, int], options: dict[str, Any]) -> None:
        """This process's share of the tickets."""
        number, of = share
        mine = [entry for entry in seeding.missing if entry.is_for(number, of)]
        progress = Progress("tickets", len(mine))
        # bin/serve shows the first slice on a line of its own, other parts would only repeat the first
        if number > 1 or (options["first_slice"] and not self.stdout.isatty()):
            progress = _Silent("tickets")
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        with connection.cursor() as cursor:
            # a crash may lose the last moments of a demo, which the next run makes again
            cursor.execute("SET synchronous_commit = off")
        tell_all(seeding, mine, progress)
        progress.finish()


class _Silent(Progress):
    def at(self, done: int, note: str = "") -> None:
        """Say nothing."""

    def finish(self, note: str = "") -> None:
        """Say nothing."""


def _jobs() -> int:
    return min(MOST_JOBS, os.cpu_count() or 1)


@contextmanager
def _others(seeding: Seeding, jobs: int, options: dict[str, Any]) -> Iterator[None]:
    """Run the other parts in processes of their own, and wait for them.

    Raises:
        CommandError: one of them failed.
    """
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "seed_demo", "--force"]
    command += [f"--seed={options['seed']}", f"--days={options['days']}", f"--first-number={seeding.first_number}"]
    command += [f"--{which.replace('_', '-')}" for which in ("first_slice", "rest") if options[which]]
    started = [subprocess.Popen([*command, f"--part={number}/{jobs}"]) for number in range(2, jobs + 1)]
    try:
        yield
        for process in started:
            if process.wait() != 0:
                raise CommandError("A part of the demo could not be made; the reason stands above.")
    finally:
        for process in started:
            process.terminate()
            process.wait()
