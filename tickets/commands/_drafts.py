"""What somebody is writing stays when something else is sent in their name."""

from __future__ import annotations

from accounts.models import User
from tickets.models import Draft, Ticket
from tickets.texts import plain


def drop_sent(author: User, ticket: Ticket, mode: str, sent: str) -> None:
    """What was sent, or the beginning of it, is no draft any more; what else its author has begun to write stays."""
    words = plain(sent).strip()
    for draft in Draft.objects.select_for_update().filter(user=author, ticket_id=ticket.pk, mode=mode):
        if words.startswith(plain(draft.body).strip()):
            draft.delete()
