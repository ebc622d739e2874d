"""Remembers how far the demonstration data of one database have come."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from helpdesk.embedded.places import Places


class DemoState:
    """A small file per database: absent, then begun, then complete."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        database = hashlib.sha256(environment["DATABASE_URL"].encode()).hexdigest()[:12]
        self._file: Path = places.var / f"demo-{database}"

    @property
    def begun(self) -> bool:
        return self._file.exists()

    @property
    def complete(self) -> bool:
        return self.begun and self._file.read_text() == "complete"

    def begin(self) -> None:
        """The first slice is in; leave a complete set complete."""
        if not self.begun:
            self._file.write_text("begun")

    def finish(self) -> None:
        """All of it is in."""
        self._file.write_text("complete")
