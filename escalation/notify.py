"""Who is told of handovers and missed promises."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from notifications.outbox import Channel, Letter, post
from tickets.models import TicketEvent
from tickets.notify import plain_values
from tickets.reasons import text_in


def on_event(event: TicketEvent) -> None:
    """A handover tells the receiving team, a hand-back the sender, a missed promise whoever has the ticket; whom else a
    missed promise calls is for its policy to say (`escalation.steps`).
    """
    if event.data.get("quiet"):
        return
    if event.verb == "escalate":
        letters = [_in_app(event, person, "handed_over") for person in _members(event.ticket.team_id)]
    elif event.verb == "hand_back":
        letters = [_in_app(event, person, "handed_back") for person in _members(event.ticket.team_id)]
    elif event.verb == "breach":
        letters = list(_of_breach(event))
    else:
        return
    post([letter for letter in letters if letter.recipient.pk != event.actor_id], at=event.at)


def _of_breach(event: TicketEvent) -> Iterator[Letter]:
    owner = event.ticket.assignee
    if owner is not None:
        context = {**plain_values(event.ticket), "metric": event.data["metric"]}
        key = f"event-{event.pk}"
        yield Letter(recipient=owner, template="breached", key=key, context=context, channel=Channel.IN_APP)


def _members(team_id: int | None) -> list[User]:
    return list(User.objects.filter(memberships__team_id=team_id or 0, is_active=True))


def _in_app(event: TicketEvent, recipient: User, template: str) -> Letter:
    reason = text_in("en", event.data.get("reason", ""))
    context = {**plain_values(event.ticket), "actor": event.actor.name, "reason": reason}
    return Letter(
        recipient=recipient, template=template, key=f"event-{event.pk}", context=context, channel=Channel.IN_APP
    )
