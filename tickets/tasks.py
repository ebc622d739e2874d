from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from core.time import database_now
from notifications.kick import kick
from tickets import planning, reminding, snoozing
from tickets.bulk import runs
from tickets.departures import send_due
from tickets.search import document, vocabulary
from tickets.silence import close_silent
from tickets.unsent import remove_unsent

BATCH = 200
UNSENT_HOURS = 24


@shared_task(name="tickets.tasks.close_after_silence")
def close_after_silence() -> None:
    """Close resolved tickets whose requester was silent for the set days."""
    while close_silent(BATCH) == BATCH:
        pass


@shared_task(name="tickets.tasks.wake_snoozed")
def wake_snoozed() -> None:
    """Bring back what people put aside until now."""
    while snoozing.wake_due() == snoozing.BATCH:
        pass


@shared_task(name="tickets.tasks.remind_of_tasks")
def remind_of_tasks() -> None:
    """Remind whoever has a task that is due soon."""
    while reminding.remind_due() == reminding.BATCH:
        pass


@shared_task(name="tickets.tasks.open_planned")
def open_planned() -> None:
    """Open the tickets of recurring work that are due."""
    while planning.open_due() == planning.BATCH:
        pass


@shared_task(name="tickets.tasks.send_replies")
def send_replies() -> None:
    """Let the replies leave whose time has come."""
    while send_due(BATCH) == BATCH:
        pass


@shared_task(name="tickets.tasks.remove_unsent_uploads")
def remove_unsent_uploads() -> None:
    """Remove uploads that no form was sent with for a day."""
    remove_unsent(database_now() - timedelta(hours=UNSENT_HOURS), BATCH)


@shared_task(name="tickets.tasks.refresh_search")
def refresh_search() -> None:
    """Learn the words people write, and index what came in beside the commands (an upgrade, a restored backup)."""
    while numbers := document.missing(BATCH):
        document.write(numbers)
    vocabulary.refresh()


@shared_task(name="tickets.tasks.work_bulk")
def work_bulk() -> None:
    """Go on with changes of many tickets; asked for by pages, and by the beat after a crash."""
    if runs.work_off_all():
        kick(runs.TASK)
