from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from tickets.choices import Channel, MessageKind, Status
from tickets.commands._change import Change, change, held
from tickets.commands._drafts import drop_sent
from tickets.commands._once import require_same
from tickets.commands._say import say, writes_as_staff
from tickets.commands._together import held_together
from tickets.commands.attaching import bind
from tickets.commands.ending import reopen
from tickets.commands.merging import follow_up, may_hear
from tickets.linked import merged_into
from tickets.mentions import mentioned
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
    resolved ticket reopens it. On a merged ticket it goes to the one that was merged into, where the writer sees that;
    else it stays, and the owner of the other ticket is told.

    Args:
        dedupe_key: made up by the form; a second send of the same words under the same key finds the first message.

    Raises:
        SentAlready: other words were sent under this key.  Invalid, NotAllowed, Conflict: as `change`.
    """
    by_staff = writes_as_staff(ticket, actor)
    # an automatic answer is nobody's work: the ticket stays new
    takes_up = by_staff and not actor.is_automation

    def status_after(locked: Ticket) -> str | None:
        return Status.OPEN if (takes_up and locked.status == Status.NEW) or _ends_waiting(locked, by_staff) else None

    if home := merged_into(ticket):
        return _on_merged(ticket, home, actor, _Words(body, attachments, channel, dedupe_key, at))
    # under the lock: it may have been resolved, or the same form sent, a moment ago
    with held(ticket) as current:
        earlier = _already_sent(ticket, actor, Draft.Mode.REPLY, dedupe_key, body)
        if earlier:
            return earlier
        text = checked_body(body)
        if not by_staff and current.status in (Status.RESOLVED, Status.CLOSED):
            return reopen(ticket, actor=actor, reason=text, attachments=attachments, dedupe_key=dedupe_key, at=at)
        with change(ticket, "reply", actor=actor, version=version, at=at, to=status_after) as step:
            return _said(step, text, attachments, channel, dedupe_key, by_staff)


@dataclass(frozen=True, slots=True)
class _Words:
    """What somebody sent, with what came along."""

    body: str
    attachments: Sequence[Attachment]
    channel: str
    dedupe_key: str | None
    at: datetime | None


def _on_merged(ticket: Ticket, home: Ticket, actor: User, words: _Words) -> Message:
    """What is written on a merged ticket: by its requester on the ticket it was merged into, where they can see that;
    else, and by staff, on the merged one.
    """
    files, key = words.attachments, words.dedupe_key
    if not writes_as_staff(ticket, actor) and may_hear(home, actor):
        return reply(
            home,
            actor=actor,
            body=words.body,
            attachments=files,
            channel=words.channel,
            dedupe_key=key,
            at=words.at,
        )
    with held_together(ticket, home):
        earlier = _already_sent(ticket, actor, Draft.Mode.REPLY, key, words.body)
        if earlier:
            return earlier
        text = checked_body(words.body)
        return follow_up(
            ticket,
            home,
            actor=actor,
            body=text,
            attachments=files,
            channel=words.channel,
            dedupe_key=key,
            at=words.at,
        )


def _said(
    step: Change, text: str, attachments: Sequence[Attachment], channel: str, dedupe_key: str | None, by_staff: bool
) -> Message:
    actor = step.actor
    if by_staff and step.ticket.first_replied_at is None and not actor.is_automation:
        step.ticket.first_replied_at = step.at
    message = say(step, text, channel=channel, dedupe_key=dedupe_key)
    step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
    drop_sent(actor, step.ticket, Draft.Mode.REPLY, text)
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
    """Write for staff only. The requester is neither told nor shown; colleagues it mentions are told.

    Raises:
        SentAlready: as `reply`.  Invalid, NotAllowed: as `change`.
    """
    with held(ticket):
        earlier = _already_sent(ticket, actor, Draft.Mode.NOTE, dedupe_key, body)
        if earlier:
            return earlier
        text = checked_body(body)
        with change(ticket, "note", actor=actor, at=at) as step:
            message = say(step, text, kind=MessageKind.NOTE, dedupe_key=dedupe_key)
            if named := mentioned(text, step.ticket, author=actor):
                step.data["mentioned"] = [person.pk for person in named]
            step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
            drop_sent(actor, ticket, Draft.Mode.NOTE, text)
    return message


def message_key(actor: User, ticket: Ticket, verb: str, sent: str) -> str | None:
    """The key under which a message is written once, from the one a form or client sent; None where none was sent.

    The same words sent to two tickets, or as a reply and as a note, are two messages.
    """
    if not sent:
        return None
    return f"{actor.pk}:{ticket.pk}:{verb}:{hashlib.sha256(sent.encode()).hexdigest()}"


def _ends_waiting(ticket: Ticket, by_staff: bool) -> bool:
    return not by_staff and ticket.waits_for_requester


def _already_sent(ticket: Ticket, actor: User, mode: str, dedupe_key: str | None, body: str) -> Message | None:
    if not dedupe_key:
        return None
    earlier = Message.objects.filter(ticket_id=ticket.pk, dedupe_key=dedupe_key).first()
    if earlier is not None:
        require_same(earlier.body, body)
        # the page of a second click kept the draft anew
        drop_sent(actor, ticket, mode, body)
    return earlier
