from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from tickets.choices import Channel, MessageKind, Status
from tickets.commands._change import change
from tickets.commands._say import say, writes_as_staff
from tickets.commands.attaching import bind
from tickets.commands.ending import reopen
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.texts import checked_body


def reply(
    ticket: Ticket,
    *,
    actor: User,
    body: str,
    attachments: Sequence[Attachment] = (),
    channel: str = Channel.PORTAL,
    dedupe_key: str | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Write to the other side. Staff write to the requester; the requester's answer ends the waiting for it, and on a
    resolved ticket reopens it.

    Args:
        dedupe_key: made up by the form; a second send under the same key finds the first message.

    Raises:
        Invalid, NotAllowed, Conflict: as `change`.
    """
    earlier = _already_sent(ticket, dedupe_key)
    if earlier:
        return earlier
    text = checked_body(body)
    by_staff = writes_as_staff(ticket, actor)
    if not by_staff and ticket.status in (Status.RESOLVED, Status.CLOSED):
        return reopen(ticket, actor=actor, reason=text, attachments=attachments, dedupe_key=dedupe_key, at=at)

    def status_after(locked: Ticket) -> str | None:
        return Status.OPEN if (by_staff and locked.status == Status.NEW) or _ends_waiting(locked, by_staff) else None

    with change(ticket, "reply", actor=actor, version=version, at=at, to=status_after) as step:
        if step.ticket.status != Status.PENDING:
            step.ticket.pending_reason = ""
        if by_staff and step.ticket.first_replied_at is None and not actor.is_automation:
            step.ticket.first_replied_at = step.at
        message = say(step, text, channel=channel, dedupe_key=dedupe_key)
        step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
        Draft.objects.filter(user=actor, ticket_id=ticket.pk, mode=Draft.Mode.REPLY).delete()
    return message


def note(
    ticket: Ticket,
    *,
    actor: User,
    body: str,
    attachments: Sequence[Attachment] = (),
    dedupe_key: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Write for staff only. The requester is neither told nor shown.

    Raises:
        Invalid, NotAllowed: as `change`.
    """
    earlier = _already_sent(ticket, dedupe_key)
    if earlier:
        return earlier
    text = checked_body(body)
    with change(ticket, "note", actor=actor, at=at) as step:
        message = say(step, text, kind=MessageKind.NOTE, dedupe_key=dedupe_key)
        step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
        Draft.objects.filter(user=actor, ticket_id=ticket.pk, mode=Draft.Mode.NOTE).delete()
    return message


def _ends_waiting(ticket: Ticket, by_staff: bool) -> bool:
    return not by_staff and ticket.waits_for_requester


def _already_sent(ticket: Ticket, dedupe_key: str | None) -> Message | None:
    if not dedupe_key:
        return None
    return Message.objects.filter(ticket_id=ticket.pk, dedupe_key=dedupe_key).first()
