from __future__ import annotations

from accounts.models import User
from tickets.choices import Channel, MessageKind
from tickets.commands._change import Change
from tickets.models import Message, Ticket


def writes_as_staff(ticket: Ticket, actor: User) -> bool:
    """An agent writes as staff, except on a ticket of their own."""
    return ticket.requester_id != actor.pk and actor.hats.is_agent


def say(
    step: Change,
    body: str,
    *,
    kind: str = MessageKind.REPLY,
    channel: str = Channel.PORTAL,
    dedupe_key: str | None = None,
) -> Message:
    """Write the message of a change in the making and note it in the event. `body` is already checked."""
    by_staff = kind == MessageKind.NOTE or writes_as_staff(step.ticket, step.actor)
    message = Message.objects.create(
        ticket=step.ticket,
        author=step.actor,
        kind=kind,
        body=body,
        is_public=kind == MessageKind.REPLY,
        by_staff=by_staff,
        channel=channel,
        created_at=step.at,
        dedupe_key=dedupe_key or None,
    )
    step.data["message"] = message.pk
    step.data["by_staff"] = by_staff
    return message
