from __future__ import annotations

from celery import shared_task

from escalation import pauses
from escalation.sweep import BATCH, fire_due

MOST_BATCHES = 50


@shared_task(name="escalation.tasks.fire_milestones")
def fire_milestones() -> None:
    """Fire what is due; the beat runs it every few seconds, and a long outage is worked off in batches."""
    for _round in range(MOST_BATCHES):
        if fire_due() < BATCH:
            return


@shared_task(name="escalation.tasks.wake_pauses")
def wake_pauses() -> None:
    """Go on, remind or give up where a wait has lasted long enough."""
    for _round in range(MOST_BATCHES):
        if pauses.wake_due() < pauses.BATCH:
            return
