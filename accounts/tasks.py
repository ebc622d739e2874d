from __future__ import annotations

from celery import shared_task

from accounts.certificates import BATCH, remind_due
from accounts.roster_gaps import tell_of_gaps
from core.time import database_now

MOST_BATCHES = 20


@shared_task(name="accounts.tasks.tell_gaps")
def tell_gaps() -> None:
    """Tell leads of gaps in the next seven days. The beat runs it; running twice tells nobody twice."""
    tell_of_gaps(database_now())


@shared_task(name="accounts.tasks.remind_certificates")
def remind_certificates() -> None:
    """Tell of certificates that expire. The beat runs it; what was told is marked."""
    for _round in range(MOST_BATCHES):
        if remind_due(database_now()) < BATCH:
            return
