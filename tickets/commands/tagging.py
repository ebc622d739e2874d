from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.commands._change import change, held
from tickets.models import Ticket
from tickets.reasons import Reason, stored
from tickets.tags import MOST_TAGS, TAG_LENGTH, normal_tag
from tickets.texts import plain


def tag(
    ticket: Ticket,
    *,
    actor: User,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    reason: Reason = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Put tags on the ticket and take others off; nothing happens where that changes nothing.

    Args:
        add: 1 to 40 characters each, kept in lower case; those that are there already stay where they are.
        remove: those that are not there are passed over; what is added and removed at once is removed.

    Raises:
        Invalid: a tag is empty or too long, or the ticket would have more than 50.
        NotAllowed, Conflict: as `change`.
    """
    added = [_checked(text) for text in add]
    removed = {normal_tag(plain(text)) for text in remove}
    with held(ticket) as current:
        tags = [one for one in dict.fromkeys((*current.tags, *added)) if one not in removed]
        if len(tags) > MOST_TAGS and len(tags) > len(current.tags):
            raise Invalid.field("tags", _("A ticket has at most %(count)s tags.") % {"count": MOST_TAGS})
        if tags == current.tags:
            return ticket
        with change(ticket, "tag", actor=actor, version=version, at=at) as step:
            step.ticket.tags = tags
            if reason:
                step.data["reason"] = stored(reason)
    return ticket


def _checked(text: str) -> str:
    tag = normal_tag(plain(text))
    if not tag:
        raise Invalid.field("tags", _("Write a tag."))
    if len(tag) > TAG_LENGTH:
        raise Invalid.field("tags", _("A tag has at most %(count)s characters.") % {"count": TAG_LENGTH})
    return tag
