from __future__ import annotations

import logging

from django.db import transaction

from accounts.models import User
from core.errors import DomainError
from core.time import database_now
from tickets.commands import close
from tickets.models import Ticket

logger = logging.getLogger(__name__)


def close_silent(limit: int) -> int:
    """Close up to `limit` resolved tickets whose days of silence are over. Rows somebody works on are left for later.

    Returns:
        How many were closed; less than `limit` means there is nothing more to do now.
    """
    now = database_now()
    automation = User.objects.automation()
    found = list(Ticket.objects.silent_until(now).order_by("auto_close_at").values_list("pk", flat=True)[:limit])
    closed = 0
    for pk in found:
        with transaction.atomic():
            ticket = (
                Ticket.objects.silent_until(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            )
            if ticket is None:
                continue
            try:
                close(ticket, actor=automation, reason="silence", at=now)
                closed += 1
            except DomainError:
                logger.exception("ticket %s could not be closed after silence", pk)
    return closed
