"""Asking vendors again, and telling tickets of fixes they have not heard of: rows that are due, each done once."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from escalation.commands import chase, tell_of_fix
from escalation.due import BATCH, attend_to_due
from escalation.models import BugLink, VendorReferral
from tickets.choices import Status
from tickets.commands import unit_of_work
from tickets.models import Ticket


def chase_due(limit: int = BATCH) -> int:
    """Tell the owners of up to `limit` referrals that it is time to ask.

    Returns:
        As `attend_to_due`.
    """
    return attend_to_due(VendorReferral.objects.all(), "chase_at", _chase, limit=limit)


def tell_due(limit: int = BATCH) -> int:
    """Tell up to `limit` tickets of a fix that was entered and did not reach them.

    Returns:
        As `chase_due`.
    """
    return attend_to_due(BugLink.objects.all(), "tell_at", _tell, limit=limit)


def _tell(ticket: Ticket, link_id: int, _now: datetime) -> bool:
    return tell_of_fix(link_id, ticket.pk, skip_locked=True)


def _chase(ticket: Ticket, referral_id: int, now: datetime) -> bool:
    referral = (
        VendorReferral.objects.select_for_update(of=("self",))
        .select_related("vendor", "started_event")
        .filter(pk=referral_id, ended_at__isnull=True, chase_at__lte=now)
        .first()
    )
    if referral is None:
        return False
    if ticket.status != Status.PENDING:
        VendorReferral.objects.filter(pk=referral_id).update(chase_at=None)
        return False
    with unit_of_work():
        chase(ticket, actor=User.objects.automation(), referral=referral, at=now)
    return True
