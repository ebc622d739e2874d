"""Reading a file of tickets: which rows are usable, and why the others are not."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid

COLUMNS = ("Document", "Topic_group")
SUBJECT_WORDS = 12
DIGEST_LENGTH = 10
LONGEST_FIELD = 2_000_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: a text and its class, or the reason it cannot be used. `number` counts lines of data from 1."""

    number: int
    reference: str
    text: str = ""
    topic: str = ""
    refused: str = ""

    @property
    def subject(self) -> str:
        """The first words of the text."""
        words = self.text.split()
        return " ".join(words[:SUBJECT_WORDS]) + ("…" if len(words) > SUBJECT_WORDS else "")


def rows_of(path: Path) -> Iterator[FileRow]:
    """Rows of a CSV file (plain or gzip) with the columns Document and Topic_group.

    A row's reference is made of the file's name and its number, so that a second run finds what the first one filed.

    Raises:
        Invalid: the file cannot be read or lacks a column.
    """
    csv.field_size_limit(LONGEST_FIELD)
    mark = hashlib.sha256(path.name.encode()).hexdigest()[:DIGEST_LENGTH]
    try:
        with _open(path) as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
            if missing:
                raise Invalid(f"{path.name} lacks the column {', '.join(missing)}")
            number = 0
            while True:
                number += 1
                try:
                    record = next(reader, None)
                except csv.Error as error:
                    yield FileRow(number, f"{mark}-{number}", refused=f"broken row: {error}")
                    continue
                if record is None:
                    return
                yield _row(number, f"{mark}-{number}", record)
    except (OSError, EOFError, UnicodeError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from error


def _row(number: int, reference: str, record: dict[str, str | None]) -> FileRow:
    text, topic = record.get("Document"), record.get("Topic_group")
    if text is None or topic is None:
        return FileRow(number, reference, refused="too few columns")
    if None in record:
        return FileRow(number, reference, refused="too many columns")
    if not text.strip():
        return FileRow(number, reference, refused="no text")
    if not topic.strip():
        return FileRow(number, reference, refused="no class")
    return FileRow(number, reference, text.strip(), topic.strip())


def _open(path: Path) -> io.TextIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="")  # type: ignore[return-value]
    return path.open(encoding="utf-8", errors="replace", newline="")
