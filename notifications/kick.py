"""Making due rows prompt: a nudge to the worker that may fail without harm."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5.0
_gathered: ContextVar[set[str] | None] = ContextVar("gathered", default=None)
_broker_gone_until = 0.0


@contextmanager
def gathered() -> Iterator[None]:
    """Inside, nudges wait and are given once at the end: for jobs that write many rows in many transactions."""
    waiting: set[str] = set()
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
        for task in waiting:
            kick(task)


def kick(task: str, *, after: float = 0) -> None:
    """Ask the worker to run `task` now, or in `after` seconds.

    The rows it works on are already committed and the beat sweeps them anyway, so a missing broker is logged and
    forgotten; after a failure no request waits for the broker again for a while.
    """
    global _broker_gone_until
    waiting = _gathered.get()
    if waiting is not None and not after:
        waiting.add(task)
        return
    if time.monotonic() < _broker_gone_until:
        return
    try:
        current_app.send_task(task, retry=False, ignore_result=True, countdown=after or None)
    except (OperationalError, OSError) as error:
        _broker_gone_until = time.monotonic() + QUIET_SECONDS
        logger.warning("broker unreachable, %s is left to the next sweep: %s", task, error)
