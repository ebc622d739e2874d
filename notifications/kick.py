"""Making due rows prompt: a nudge to the worker that may fail without harm."""

from __future__ import annotations

import logging
import time

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5.0
_broker_gone_until = 0.0


def kick(task: str) -> None:
    """Ask the worker to run `task` now. The rows it works on are already committed and the beat sweeps them anyway,
    so a missing broker is logged and forgotten; after a failure no request waits for the broker again for a while.
    """
    global _broker_gone_until
    if time.monotonic() < _broker_gone_until:
        return
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        _broker_gone_until = time.monotonic() + QUIET_SECONDS
        logger.warning("broker unreachable, %s is left to the next sweep: %s", task, error)
