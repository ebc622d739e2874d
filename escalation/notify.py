"""Who is told of handovers and missed promises."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from escalation.commands.waiting import TIME_HAS_COME
from escalation.models import Handover
from escalation.people import leads
from notifications.outbox import Channel, Letter, post
from tickets.models import Message, Ticket, TicketEvent
from tickets.notify import EXCERPT_LENGTH, plain_values
from tickets.reasons import text_in


def on_event(event: TicketEvent) -> None:
    """A handover tells the receiving team, a hand-back the sender, a wait that is over, a vendor to be asked and a fix
    the owner or team, a reminder the requester, a missed promise the owner; whom else that calls is for its policy
    (`escalation.steps`).
    """
    if event.data.get("quiet"):
        return
    if event.verb == "escalate":
        letters = [_in_app(event, person, "handed_over") for person in _members(event.ticket.team_id)]
    elif event.verb == "hand_back":
        letters = list(_of_return(event))
    elif event.verb == "remind":
        letters = list(_of_unaccepted(event))
    elif event.verb == "breach":
        letters = list(_of_breach(event))
    elif event.verb == "nudge":
        letters = list(_of_nudge(event))
    elif event.verb == "resume" and event.data.get("reason") == TIME_HAS_COME:
        letters = [_in_app(event, person, "woken") for person in _whose_work(event.ticket)]
    elif event.verb == "chase_vendor":
        letters = [_in_app(event, person, "chase_vendor") for person in _whose_work(event.ticket)]
    elif event.verb in ("bug_fixed", "fix_available") and event.ticket.is_live:
        letters = [_in_app(event, person, event.verb) for person in _whose_work(event.ticket, with_followers=True)]
    else:
        return
    post([letter for letter in letters if letter.recipient.pk != event.actor_id], at=event.at)


def _of_return(event: TicketEvent) -> Iterator[Letter]:
    """The team that sent it, and whoever did. What is missing stands on the ticket: staff words go into no message."""
    handover = Handover.objects.select_related("sent_by").get(pk=event.data["handover"])
    people = {person.pk: person for person in _members(event.ticket.team_id)}
    if not handover.sent_by.is_automation and event.ticket.staffed_by(handover.sent_by):
        people[handover.sent_by_id] = handover.sent_by
    for person in people.values():
        yield _in_app(event, person, "handed_back")


def _of_unaccepted(event: TicketEvent) -> Iterator[Letter]:
    """The team first; then its lead by mail too, for whom it is news."""
    ticket = event.ticket
    if not event.data["lead"]:
        yield from (_in_app(event, person, "not_accepted") for person in _members(ticket.team_id))
        return
    context = {**plain_values(ticket), "team": ticket.team.label if ticket.team else ""}
    for person in leads(ticket):
        for channel in (Channel.EMAIL, Channel.IN_APP):
            key = f"event-{event.pk}"
            yield Letter(recipient=person, template="not_accepted", key=key, context=context, channel=channel)


def _of_breach(event: TicketEvent) -> Iterator[Letter]:
    owner = event.ticket.assignee
    if owner is not None:
        context = {**plain_values(event.ticket), "metric": event.data["metric"]}
        key = f"event-{event.pk}"
        yield Letter(recipient=owner, template="breached", key=key, context=context, channel=Channel.IN_APP)


def _of_nudge(event: TicketEvent) -> Iterator[Letter]:
    """Under the reminder's own number: whatever happens twice, the requester reads it once."""
    ticket = event.ticket
    asked = Message.objects.filter(ticket=ticket, is_public=True, by_staff=True).order_by("-pk").first()
    values = plain_values(ticket)
    context = {
        **values,
        "recipient": ticket.requester.short_name,
        "words": asked.body[:EXCERPT_LENGTH] if asked else "",
        "closes_at": event.data["closes_at"].isoformat(),
        # it is a requester's update: it leads to their own page
        "desk_path": values["path"],
    }
    key = f"nudge-{event.data['pause']}-{event.data['number']}"
    for channel in (Channel.EMAIL, Channel.IN_APP):
        yield Letter(recipient=ticket.requester, template="waiting_reminder", key=key, context=context, channel=channel)


def _whose_work(ticket: Ticket, *, with_followers: bool = False) -> list[User]:
    """The owner; the whole team where there is none, or they have left. Followers are those who see it as staff."""
    owner = ticket.assignee
    found = [owner] if owner and owner.is_active else _members(ticket.team_id)
    if with_followers:
        followers = User.objects.filter(watching__ticket=ticket, is_active=True)
        found += [person for person in followers if person not in found and ticket.staffed_by(person)]
    return found


def _members(team_id: int | None) -> list[User]:
    return list(User.objects.filter(memberships__team_id=team_id or 0, is_active=True))


def _in_app(event: TicketEvent, recipient: User, template: str) -> Letter:
    reason = text_in("en", event.data.get("reason", ""))
    context = {
        **plain_values(event.ticket),
        "actor": event.actor.name,
        "reason": reason,
        "about": event.data.get("about", ""),
    }
    return Letter(
        recipient=recipient, template=template, key=f"event-{event.pk}", context=context, channel=Channel.IN_APP
    )
