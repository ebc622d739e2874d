"""What somebody is writing stays when something else is sent in their name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import User
from tickets.models import Draft, Ticket


@contextmanager
def drafts_spared(actor: User, ticket: Ticket, sent: str = "") -> Iterator[None]:
    """Inside, sending takes none of the actor's drafts on the ticket away.

    Args:
        sent: the text that goes out; a draft that holds just that is what was sent, and goes.
    """
    drafts = Draft.objects.filter(user=actor, ticket_id=ticket.pk)
    kept = [draft for draft in drafts if not sent or draft.body.strip() != sent.strip()]
    yield
    there = set(drafts.values_list("mode", flat=True)) if kept else set()
    for draft in kept:
        if draft.mode not in there:
            draft.save(force_insert=True)
