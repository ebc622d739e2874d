from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.steady import steady
from escalation.rebuild import BATCH, check, rebuild
from tickets.models import Ticket
from tickets.progress import Progress

SHOWN = 20


class Command(BaseCommand):
    help = "Replay every ticket's history and write its clocks anew; with --check only report what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; ends with code 1 when something differs"
        )
        parser.add_argument("--ticket", type=int, action="append", help="only this ticket (its number); repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["ticket"] or list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        progress = Progress("tickets", len(ids))
        found = done = 0
        with steady():
            for differences in (check if options["check"] else rebuild)(ids):
                for difference in differences[: max(0, SHOWN - found)]:
                    self.stdout.write(str(difference))
                found += len(differences)
                done = min(done + BATCH, len(ids))
                progress.at(done)
        progress.finish()
        self.stdout.write(
            f"{len(ids):,} tickets replayed, {found:,} differences{'' if options['check'] else ' mended'}."
        )
        if found and options["check"]:
            raise CommandError("The stored clocks are not what the history says; run rebuild_clocks to mend them.")
