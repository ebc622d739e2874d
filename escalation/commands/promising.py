"""Choosing the policy a ticket is measured by."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from escalation import verbs as verbs  # fills the table
from escalation.models import PolicyChoice, SlaPolicy
from tickets.commands import change
from tickets.models import Ticket
from tickets.reasons import Reason, stored


def set_policy(ticket: Ticket, *, actor: User, policy: SlaPolicy, reason: Reason, at: datetime | None = None) -> Ticket:
    """Measure the ticket by this policy from its beginning; the same choice twice changes nothing.

    Raises:
        NotAllowed, Conflict, Invalid: as `change`.
    """
    if PolicyChoice.objects.filter(ticket_id=ticket.pk, policy=policy).exists():
        return ticket
    with change(ticket, "promise", actor=actor, at=at) as step:
        PolicyChoice.objects.update_or_create(ticket_id=step.ticket.pk, defaults={"policy": policy})
        step.data.update(policy=policy.pk, name={"en": policy.name, "id": policy.name_id}, reason=stored(reason))
    return ticket
