from __future__ import annotations

import gc
from argparse import ArgumentParser
from contextlib import AbstractContextManager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from escalation.training import raise_needs
from helpdesk.demo.helping import tell_helpers
from helpdesk.demo.major import tell_major
from helpdesk.demo.plan import DAYS, OtherDemo
from helpdesk.demo.seeding import Seeding, prepare, strangers, tell_all
from helpdesk.demo.updates import tell_agents
from helpdesk.demo.vendors import tell_of_bug
from tickets.parts import beside, jobs_here, part, positive
from tickets.progress import Progress
from tickets.search import vocabulary

TICKETS_WORTH_A_JOB = 60  # a process needs a second or two to start
GARBAGE_THRESHOLD = 50_000


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
        parser.add_argument("--jobs", type=positive, default=jobs_here(), help="processes to use (default %(default)s)")
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
            tell_of_bug(seeding.roster, seeding.now)
            tell_helpers(seeding.roster, seeding.now)
            tell_major(seeding.roster, seeding.now)
            tell_agents(seeding.roster, seeding.now)
            raise_needs(seeding.now)
        # slips are corrected from the first search on
        vocabulary.refresh()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _tell(self, seeding: Seeding, share: tuple[int, int], options: dict[str, Any]) -> None:
        """This process's share of the tickets."""
        number, of = share
        mine = [entry for entry in seeding.missing if entry.is_for(number, of)]
        # bin/serve shows the first slice on a line of its own, other parts would only repeat the first
        silent = number > 1 or (options["first_slice"] and not self.stdout.isatty())
        progress = Progress("tickets", len(mine), silent=silent)
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        with connection.cursor() as cursor:
            # a crash may lose the last moments of a demo, which the next run makes again
            cursor.execute("SET synchronous_commit = off")
        tell_all(seeding, mine, progress)
        progress.finish()


def _others(seeding: Seeding, jobs: int, options: dict[str, Any]) -> AbstractContextManager[None]:
    command = ["seed_demo", "--force", f"--seed={options['seed']}", f"--days={options['days']}"]
    command += [f"--first-number={seeding.first_number}"]
    command += [f"--{which.replace('_', '-')}" for which in ("first_slice", "rest") if options[which]]
    parts = [(number, ()) for number in range(2, jobs + 1)]
    return beside(command, parts, jobs, "A part of the demo could not be made; the reason stands above.")
