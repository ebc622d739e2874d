"""Filing rows of a file as tickets, through the same command as everybody, exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.text import slugify

from accounts.models import User
from catalogue.models import Category, Service
from core.errors import DomainError, Invalid
from core.steady import steady
from core.time import database_now
from notifications.kick import gathered
from tickets import commands
from tickets.choices import Channel
from tickets.commands import quietly
from tickets.commands.opening import Report
from tickets.intake_file import FileRow
from tickets.models import Ticket

BATCH = 25
PATIENCE_SECONDS = 90
PAUSE_SECONDS = 1.0
SERVICE_SLUG = "imported"
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    filed: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.filed + self.known + len(self.refused)

    def add(self, other: Tally) -> None:
        """Count another part of the same file in."""
        self.filed += other.filed
        self.known += other.known
        self.refused += [(number, reason) for number, reason in other.refused]


def importer() -> User:
    """The person imported tickets are requested by, where the file names nobody."""
    return User.objects.filter(email="import@tuntas.invalid").first() or User.objects.create_user(
        "import@tuntas.invalid", name="Imported", language="en"
    )


def category_of(topic: str) -> Category:
    """The category for a class of the file, made when it is met for the first time."""
    service, _new = Service.objects.get_or_create(
        slug=SERVICE_SLUG, defaults={"name": "Imported tickets", "name_id": "Tiket impor", "position": 900}
    )
    slug = f"{SERVICE_SLUG}-{slugify(topic) or 'other'}"[:60]
    category, _new = Category.objects.get_or_create(slug=slug, defaults={"name": topic[:120], "service": service})
    return category


def file_rows(
    rows: Iterable[FileRow], *, requester: User, quiet: bool, report: Callable[[Tally, Sequence[FileRow]], None]
) -> Tally:
    """File the rows in small transactions; what is committed is reported, and only that.

    Args:
        rows: from `rows_of`.
        requester: whom the tickets are for.
        quiet: write no mail.
        report: called after each commit with the tally so far and the rows just filed.
    """
    tally, categories, batch = Tally(), dict[str, Category](), list[FileRow]()

    def flush() -> None:
        filed = until_it_answers(lambda: _file_batch(batch, requester, categories, tally, quiet))
        report(tally, filed)
        batch.clear()

    for row in rows:
        if row.refused:
            tally.refused.append((row.number, row.refused))
            continue
        batch.append(row)
        if len(batch) == BATCH:
            flush()
    flush()
    return tally


def _file_batch(
    batch: list[FileRow], requester: User, categories: dict[str, Category], tally: Tally, quiet: bool
) -> list[FileRow]:
    """One transaction; the tally moves only after its commit, so that a repeat counts nothing twice."""
    filed, refused = list[FileRow](), list[tuple[int, str]]()
    for topic in sorted({row.topic for row in batch} - categories.keys()):
        # committed by itself: what a lost transaction made must not be remembered for its repetition
        categories[topic] = category_of(topic)
    with gathered(), steady(), quietly() if quiet else nullcontext(), transaction.atomic():
        at = database_now()
        references = [row.reference for row in batch]
        known = set(Ticket.objects.filter(external_ref__in=references).values_list("external_ref", flat=True))
        for row in batch:
            if row.reference in known:
                continue
            try:
                with transaction.atomic():
                    _file(row, requester, categories[row.topic], at)
            except DomainError as error:
                refused.append((row.number, error.in_full if isinstance(error, Invalid) else error.message))
            else:
                filed.append(row)
    tally.filed += len(filed)
    tally.known += len(known)
    tally.refused += refused
    return filed


def _file(row: FileRow, requester: User, category: Category, at: datetime) -> None:
    report = Report(
        subject=row.subject,
        description=row.text,
        category=category,
        language="en",
        external_ref=row.reference,
    )
    commands.open(report, actor=requester, requester=requester, channel=Channel.IMPORT, at=at)


def until_it_answers(work: Callable[[], Answer]) -> Answer:
    """Repeat a piece of work while the database is away. A commit whose answer was lost shows as rows already known.

    Raises:
        OperationalError, InterfaceError: it was away for longer than PATIENCE_SECONDS.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() > give_up_at:
                raise
            connection.close()
            time.sleep(PAUSE_SECONDS)
