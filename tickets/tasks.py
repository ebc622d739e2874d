from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from core.time import database_now
from tickets.departures import send_due
from tickets.models import Attachment
from tickets.silence import close_silent

BATCH = 200
UNSENT_HOURS = 24


@shared_task(name="tickets.tasks.close_after_silence")
def close_after_silence() -> None:
    """Close resolved tickets whose requester was silent for the set days."""
    while close_silent(BATCH) == BATCH:
        pass


@shared_task(name="tickets.tasks.send_replies")
def send_replies() -> None:
    """Let the replies leave whose time has come."""
    while send_due(BATCH) == BATCH:
        pass


@shared_task(name="tickets.tasks.remove_unsent_uploads")
def remove_unsent_uploads() -> None:
    """Remove uploads that no form was sent with for a day; the row goes first, so no row ever lacks its file."""
    old = database_now() - timedelta(hours=UNSENT_HOURS)
    for attachment in Attachment.objects.filter(ticket__isnull=True, created_at__lt=old)[:BATCH]:
        attachment.delete()
        attachment.file.delete(save=False)
