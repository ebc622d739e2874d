"""Putting a ticket aside for oneself. Nothing of it is a change of the ticket: no event, no version, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from core.time import database_now
from tickets.models import Snooze, Ticket
from tickets.texts import checked_remark

LONGEST_DAYS = 366


def snooze(ticket: Ticket, *, actor: User, until: datetime, note: str = "", at: datetime | None = None) -> Snooze:
    """Put a live ticket aside until a time, for the actor alone. A second time replaces the first.

    Args:
        until: when it comes back; at most a year ahead.
        note: at most 500 characters, for the actor's own eyes.

    Raises:
        Invalid: the time has passed or is too far away, the note is too long, or the ticket has ended.
        NotAllowed: the actor does not see the ticket as staff.
    """
    now = at or database_now()
    if not ticket.staffed_by(actor):
        raise NotAllowed()
    if not ticket.is_live:
        raise Invalid(_("This ticket has ended; there is nothing to come back to."))
    if until <= now:
        raise Invalid.field("until", _("Choose a time that is still to come."))
    if until > now + timedelta(days=LONGEST_DAYS):
        raise Invalid.field("until", _("Choose a time within a year."))
    row, _created = Snooze.objects.update_or_create(
        ticket=ticket,
        user=actor,
        defaults={
            "until": until,
            "note": checked_remark(note, "note"),
            "created_at": now,
            "woken_at": None,
            "woken_by": "",
        },
    )
    return row


def unsnooze(ticket: Ticket, *, actor: User) -> None:
    """Take the actor's ticket back at once, or say that it was seen to be back; nothing happens where there is none."""
    Snooze.objects.filter(ticket=ticket, user=actor).delete()
