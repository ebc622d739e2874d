from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tickets.models import Ticket
from tickets.search import document, vocabulary

BATCH = 500


class Command(BaseCommand):
    help = "Write every ticket's search document and the vocabulary anew; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="name the tickets whose document differs; exit 1")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong, seen = 0, 0
        for numbers in batches():
            seen += len(numbers)
            if options["check"]:
                differing = document.differing(numbers)
                wrong += len(differing)
                for number in differing:
                    self.stdout.write(f"{number}: differs")
            else:
                with transaction.atomic():
                    # no command writes a newer document between our reading and our writing
                    list(Ticket.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))
                    document.write(numbers)
        if wrong:
            raise CommandError(f"{wrong} of {seen} documents differ")
        words = 0 if options["check"] else vocabulary.refresh()
        self.stdout.write(f"{seen} tickets, no difference" if options["check"] else f"{seen} tickets, {words} words")


def batches() -> Iterator[list[int]]:
    """Numbers of all tickets, 500 at a time."""
    last = 0
    while numbers := list(Ticket.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield numbers
        last = numbers[-1]
