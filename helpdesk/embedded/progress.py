"""Plain lines that say what is happening: one per step, with its result and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 22


class Step:
    """One line: `  PostgreSQL             running (0.4 s)`."""

    def __init__(self) -> None:
        self.result = "ready"


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show the title while the block runs, then its result. A failure ends the line and is passed on."""
    say(f"  {title:<{WIDTH}} ", end="")
    started = time.monotonic()
    line = Step()
    try:
        yield line
    except BaseException:
        say("")
        raise
    say(f"{line.result} ({time.monotonic() - started:.1f} s)")


def say(text: str, *, end: str = "\n") -> None:
    """Write at once: a pipe or a log must show the step that is running, not the one before."""
    print(text, end=end, file=sys.stderr, flush=True)
