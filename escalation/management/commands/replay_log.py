from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError, Invalid
from core.steady import steady
from escalation.replay import Replayer, cases_of
from tickets.progress import Progress

BATCH = 50


class Command(BaseCommand):
    help = (
        "Replay an incident log (BPI Challenge 2013 columns; .gz too) as tickets with tier visits at their own times."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit", type=int, help="only the first N cases")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = list(cases_of(options["file"]))[: options["limit"]]
        except Invalid as error:
            raise CommandError(error.message) from error
        replayer, progress = Replayer(), Progress("cases", len(cases))
        filed, refused = 0, list[tuple[str, str]]()
        for start in range(0, len(cases), BATCH):
            with steady():
                for case in cases[start : start + BATCH]:
                    try:
                        filed += replayer.replay(case) is not None
                    except DomainError as error:
                        refused.append((case.name, error.message))
            progress.at(min(start + BATCH, len(cases)))
        progress.finish()
        known = len(cases) - filed - len(refused)
        self.stdout.write(f"{filed:,} cases replayed, {known:,} were there already, {len(refused):,} refused")
        for name, reason in refused[:20]:
            self.stdout.write(f"  {name}: {reason}")
