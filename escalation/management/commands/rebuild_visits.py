from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.steady import steady
from escalation.rebuild import BATCH
from escalation.visit_ledger import check, rebuild
from tickets.models import Ticket
from tickets.progress import Progress

SHOWN = 20


class Command(BaseCommand):
    help = "Replay every ticket's history and write its tier visits anew; with --check only report what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; ends with code 1 when something differs"
        )
        parser.add_argument("--ticket", type=int, action="append", help="only this ticket (its number); repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["ticket"] or list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        progress, found = Progress("tickets", len(ids)), 0
        with steady():
            for number, differences in enumerate((check if options["check"] else rebuild)(ids), start=1):
                for difference in differences[: max(0, SHOWN - found)]:
                    self.stdout.write(str(difference))
                found += len(differences)
                progress.at(min(number * BATCH, len(ids)))
        progress.finish()
        mended = "" if options["check"] else " mended"
        self.stdout.write(f"{len(ids):,} tickets replayed, {found:,} differences{mended}.")
        if found and options["check"]:
            raise CommandError("The ledger of visits is not what the history says; run rebuild_visits to mend it.")
