"""The ledger of referrals, kept by listening: a referral ends when its ticket no longer waits for the vendor."""

from __future__ import annotations

from escalation.clock import REFER
from escalation.commands.vendor import end_referral
from escalation.models import VendorReferral
from tickets.choices import PendingReason
from tickets.models import TicketEvent


def on_event(event: TicketEvent) -> None:
    """Tie a new referral to its event, and end the open one however the ticket went on."""
    if event.verb == REFER:
        VendorReferral.objects.filter(pk=event.data["referral"]).update(started_event=event)
    elif event.moved("pending_reason") and event.changes["pending_reason"][0] == PendingReason.VENDOR:
        referral = VendorReferral.objects.filter(ticket_id=event.ticket_id, ended_at__isnull=True).first()
        if referral is not None:
            why = VendorReferral.Why.MOVED_ON
            end_referral(referral, why=why, verb=event.verb, by=event.actor_id, at=event.at)
