from __future__ import annotations

from celery import shared_task

from accounts.roster_gaps import tell_of_gaps
from core.time import database_now


@shared_task(name="accounts.tasks.tell_gaps")
def tell_gaps() -> None:
    """Tell leads of gaps in the next seven days. The beat runs it; running twice tells nobody twice."""
    tell_of_gaps(database_now())
