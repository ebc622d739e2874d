"""What the tests of waits share: days of November 2026 in Jakarta, and a sweep that believes what it is told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from escalation import due
from escalation.models import Pause
from tickets.models import Ticket

JAKARTA = timezone(timedelta(hours=7))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A day of November 2026 in Jakarta: the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


def pause_of(ticket: Ticket) -> Pause:
    """The wait the ticket is in."""
    return Pause.objects.get(ticket=ticket, ended_at__isnull=True)


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let the sweep believe that this is now."""
    monkeypatch.setattr(due, "database_now", lambda: now)
