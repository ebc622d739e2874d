from __future__ import annotations

from celery import shared_task

from notifications.delivery import deliver_due

MOST_BATCHES = 20


@shared_task(name="notifications.tasks.deliver")
def deliver() -> None:
    """Empty the outbox; bounded, so that one run never starves other work. The beat runs it every few seconds."""
    for _round in range(MOST_BATCHES):
        if not deliver_due():
            return
