"""Asking vendors again, and telling tickets of fixes they have not heard of.

Both are rows that are due. Any number of sweeps may run at once: a ticket's lock decides, and what is done is marked in
the transaction that does it, so a worker that dies leaves it undone or done, never half.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import User
from core.time import database_now
from escalation.commands import chase, tell_of_fix
from escalation.models import BugLink, VendorReferral
from tickets.choices import Status
from tickets.commands import unit_of_work
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_MINUTES = 5


def chase_due(limit: int = BATCH) -> int:
    """Tell the owners of up to `limit` referrals that it is time to ask, each in its own transaction.

    Returns:
        How many were taken care of; less than `limit` means nothing more is due.
    """
    now = database_now()
    due = VendorReferral.objects.filter(chase_at__isnull=False, chase_at__lte=now).order_by("chase_at", "id")
    done = 0
    for referral_id, ticket_id in due.values_list("pk", "ticket_id")[:limit]:
        try:
            done += _attend(referral_id, ticket_id, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one row nobody foresaw must not hold up the others behind it: it steps back and is tried again
            logger.exception("referral %s could not be chased", referral_id)
            later = now + timedelta(minutes=RETRY_MINUTES)
            VendorReferral.objects.filter(pk=referral_id, chase_at__lte=now).update(chase_at=later)
    return done


def tell_due(limit: int = BATCH) -> int:
    """Tell up to `limit` tickets of a fix that was entered and did not reach them.

    Returns:
        As `chase_due`.
    """
    now = database_now()
    due = BugLink.objects.filter(tell_at__isnull=False, tell_at__lte=now).order_by("tell_at", "id")
    done = 0
    for link_id, ticket_id in due.values_list("pk", "ticket_id")[:limit]:
        try:
            done += tell_of_fix(link_id, ticket_id, skip_locked=True)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("bug link %s could not be told", link_id)
            later = now + timedelta(minutes=RETRY_MINUTES)
            BugLink.objects.filter(pk=link_id, tell_at__lte=now).update(tell_at=later)
    return done


@transaction.atomic
def _attend(referral_id: int, ticket_id: int, now: datetime) -> int:
    """Lock the ticket first, as every command does, so that sweep and command never wait for each other in a ring."""
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        return 0
    referral = (
        VendorReferral.objects.select_for_update(of=("self",))
        .select_related("vendor", "started_event")
        .filter(pk=referral_id, ended_at__isnull=True, chase_at__lte=now)
        .first()
    )
    if referral is None:
        return 0
    if ticket.status != Status.PENDING:
        VendorReferral.objects.filter(pk=referral_id).update(chase_at=None)
        return 1
    with unit_of_work():
        chase(ticket, actor=User.objects.automation(), referral=referral, at=now)
    return 1
