"""What the automation user does about a ticket that waits. Each caller holds the ticket's lock."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.models import User
from escalation import verbs as verbs  # fills the table
from escalation.models import Pause
from tickets.commands import change, resolve, resume
from tickets.models import Ticket
from tickets.reasons import NO_ANSWER

TIME_HAS_COME = gettext_noop("the time it waited for has come")


def wake(ticket: Ticket, *, actor: User, at: datetime) -> Ticket:
    """Go on with a ticket whose `pending_until` has come; its owner or team is told.

    Raises:
        Invalid: it does not wait.  NotAllowed: as `change`.
    """
    return resume(ticket, actor=actor, reason=TIME_HAS_COME, at=at)


def nudge(ticket: Ticket, *, actor: User, pause: Pause, next_at: datetime, closes_at: datetime, at: datetime) -> Ticket:
    """Remind the requester that we wait for their answer.

    Args:
        pause: the ticket's open pause; the reminder is counted on it.
        next_at: when to remind again, or to give up.
        closes_at: when the ticket will be resolved if nobody answers; the requester is told.

    Raises:
        Invalid: it does not wait.  NotAllowed: only the automation user reminds.
    """
    with change(ticket, "nudge", actor=actor, at=at) as step:
        pause.nudges += 1
        pause.next_at = next_at
        pause.save(update_fields=["nudges", "next_at"])
        step.data.update(pause=pause.pk, number=pause.nudges, closes_at=closes_at)
    return ticket


def give_up(ticket: Ticket, *, actor: User, at: datetime) -> Ticket:
    """Resolve a ticket whose requester did not answer any reminder, in words of their language.

    Raises:
        Invalid: it is no longer live.  NotAllowed: as `change`.
    """
    with override(ticket.requester.language):
        words = _("We did not hear back from you, so we call this solved. Answer here and we open it again at once.")
    return resolve(ticket, actor=actor, resolution=words, reason=NO_ANSWER, at=at)
