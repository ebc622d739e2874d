"""Sharing one long command between processes: the others do parts 2/N and on, this one part 1/N."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

MOST_JOBS = 2


def part(text: str) -> tuple[int, int]:
    """ "2/3" as (2, 3).

    Raises:
        ArgumentTypeError: not K/N with 1 <= K <= N.
    """
    number, slash, of = text.partition("/")
    if not (slash and number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise ArgumentTypeError(f"{text!r} is not a part like 1/2")
    return int(number), int(of)


def positive(text: str) -> int:
    """A whole number from 1.

    Raises:
        ArgumentTypeError: it is not.
    """
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def jobs_here() -> int:
    """How many processes are worth starting on this machine."""
    return min(MOST_JOBS, os.cpu_count() or 1)


@contextmanager
def beside(command: Sequence[str], parts: Sequence[tuple[int, Sequence[str]]], of: int, failure: str) -> Iterator[None]:
    """Run the other parts in processes of their own while the body runs, and wait for them.

    Args:
        command: name and arguments of the management command, the same for all parts.
        parts: number of each part, and what only it is told.
        of: how many parts there are in all.
        failure: the sentence when one of them failed.

    Raises:
        CommandError: with `failure`.
    """
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command]
    started = [subprocess.Popen([*manage, f"--part={number}/{of}", *own]) for number, own in parts]
    try:
        yield
        codes = [process.wait() for process in started]
        if any(codes):
            raise CommandError(failure)
    finally:
        for process in started:
            process.terminate()
            process.wait()
