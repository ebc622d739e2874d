"""Handovers nobody accepts: a reminder to the team, then to its lead. Each due once, whatever dies meanwhile."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from escalation.commands import remind
from escalation.due import BATCH, attend_to_due
from escalation.models import Handover
from tickets.models import Ticket


def remind_due(limit: int = BATCH) -> int:
    """Send up to `limit` reminders that are due.

    Returns:
        As `attend_to_due`.
    """
    return attend_to_due(Handover.objects.all(), "remind_at", _attend, limit=limit)


def _attend(ticket: Ticket, handover_id: int, now: datetime) -> bool:
    handover = Handover.objects.filter(pk=handover_id, remind_at__lte=now).first()
    if handover is None:
        return False
    if handover.state == Handover.State.SENT and ticket.is_live and ticket.assignee_id is None:
        remind(ticket, actor=User.objects.automation(), handover=handover, at=now)
    else:
        Handover.objects.filter(pk=handover_id).update(remind_at=None)
    return True
