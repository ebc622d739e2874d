"""What somebody is writing stays when something else is sent in their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from tickets.models import Draft, Ticket
from tickets.texts import plain


def drop_sent(author: User, ticket: Ticket, mode: str, sent: str) -> None:
    """What was sent, or the beginning of it, is no draft any more; what else its author has begun to write stays."""
    words = plain(sent).strip()
    for draft in Draft.objects.select_for_update().filter(user=author, ticket_id=ticket.pk, mode=mode):
        if words.startswith(plain(draft.body).strip()):
            clear(draft, [one for one in draft.came_back if one["body"].strip() not in words])


def clear(draft: Draft, came_back: Sequence[Mapping[str, Any]]) -> None:
    """Nothing is being written any more; the row stays for the replies that came back. The caller holds its lock."""
    if not came_back:
        draft.delete()
        return
    draft.body, draft.data = "", {"came_back": list(came_back)}
    draft.save(update_fields=["body", "data", "updated_at"])
