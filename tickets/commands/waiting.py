from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.choices import PendingReason
from tickets.commands._change import change, is_quiet
from tickets.models import Ticket
from tickets.reasons import Reason, stored
from tickets.texts import checked_remark

LONGEST_WAIT = timedelta(days=2 * 365)


def pend(
    ticket: Ticket,
    *,
    actor: User,
    reason: str,
    until: datetime | None = None,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Stop work, and with it the clocks, for a reason from the list; or change what a waiting ticket waits for.

    Args:
        until: when work goes on by itself, kept to the second. Scheduled work needs it; a past that is told again
            (`quietly`) may not know it.
        note: what else staff should know about the wait; at most 500 characters.

    Raises:
        Invalid: no such reason; no `until` for scheduled work, or one that is not within the two years after `at`; a
            note too long.  NotAllowed, Conflict: as `change`.
    """
    if reason not in PendingReason.values:
        raise Invalid.field("reason", _("Choose what the ticket waits for."))
    remark = checked_remark(note, "note")
    with change(ticket, "pend", actor=actor, version=version, at=at) as step:
        step.ticket.pending_until = _checked_until(reason, until, step.at)
        step.ticket.pending_reason = reason
        if remark:
            step.data["note"] = remark
    return ticket


def resume(
    ticket: Ticket,
    *,
    actor: User,
    reason: Reason = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """End the waiting; the clocks run again.

    Args:
        reason: why, where it is not somebody's own decision; stands in the history.

    Raises:
        NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "resume", actor=actor, version=version, at=at) as step:
        if reason:
            step.data["reason"] = stored(reason)
    return ticket


def _checked_until(reason: str, until: datetime | None, at: datetime) -> datetime | None:
    if until is None:
        if reason == PendingReason.SCHEDULED and not is_quiet():
            raise Invalid.field("until", _("Choose until when it waits."))
        return None
    # an event keeps milliseconds and the column microseconds: to the second, both say the same
    until = until.replace(microsecond=0)
    if until <= at:
        raise Invalid.field("until", _("Choose a time that is still to come."))
    if until > at + LONGEST_WAIT:
        raise Invalid.field("until", _("Choose a time within the next two years."))
    return until
