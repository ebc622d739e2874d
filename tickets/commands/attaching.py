from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.models import Attachment, Message, Ticket


def bind(
    attachments: Sequence[Attachment], ticket: Ticket, *, actor: User, message: Message | None = None
) -> list[int]:
    """Tie uploads to the ticket, and to the message they came with.

    Raises:
        Invalid: an upload is somebody else's, or already sits on a ticket.
    """
    wanted = [attachment.pk for attachment in attachments]
    if not wanted:
        return []
    bound = Attachment.objects.filter(pk__in=wanted, uploaded_by=actor, ticket__isnull=True)
    if bound.update(ticket=ticket, message=message) != len(wanted):
        raise Invalid.field("attachments", _("One of the files is gone. Attach it again."))
    return wanted
