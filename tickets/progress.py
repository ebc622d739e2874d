"""A progress line for long commands: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO

BAR_CHARACTERS = 30
TERMINAL_SECONDS = 0.2
LOG_SECONDS = 10.0


class Progress:
    """Say how far a job is.

    Args:
        what: the unit, in the plural ("tickets").
        total: how many there are; 0 when nobody knows.
        silent: count, but say nothing: another process speaks for this one.
    """

    def __init__(self, what: str, total: int = 0, stream: TextIO | None = None, *, silent: bool = False) -> None:
        self.what, self.total, self.silent = what, total, silent
        self.stream = stream or sys.stderr
        self.started = self.said = time.monotonic()
        self.done = 0

    def at(self, done: int, note: str = "") -> None:
        """Report the count so far; says something only now and then."""
        self.done = done
        every = TERMINAL_SECONDS if self.stream.isatty() else LOG_SECONDS
        now = time.monotonic()
        if now - self.said >= every:
            self.said = now
            self._say(note, end="\r" if self.stream.isatty() else "\n")

    def finish(self, note: str = "") -> None:
        """The last line, with the rate."""
        self._say(note, end="\n")

    @property
    def rate(self) -> float:
        """Units a second since the start."""
        return self.per_second(self.done)

    def per_second(self, units: int) -> float:
        """What `units` since the start make a second."""
        return units / max(time.monotonic() - self.started, 1e-6)

    def _say(self, note: str, end: str) -> None:
        if self.silent:
            return
        bar = ""
        if self.total:
            full = round(BAR_CHARACTERS * min(self.done / self.total, 1))
            bar = f"[{'#' * full}{'.' * (BAR_CHARACTERS - full)}] "
        of = f" of {self.total:,}" if self.total else ""
        self.stream.write(f"{bar}{self.done:,}{of} {self.what}, {self.rate:,.0f} a second {note}{end}")
        self.stream.flush()
