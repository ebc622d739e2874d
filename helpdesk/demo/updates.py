"""What the demo's agents find under their updates: the last days' news, as the listeners would have written it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from helpdesk.demo.roster import Roster
from notifications.models import OutboxMessage
from notifications.outbox import Channel, Letter, post
from tickets.models import TicketEvent
from tickets.notify import plain_values
from tickets.reasons import text_in

NEWS_DAYS = 2
UNREAD_HOURS = 5
TEMPLATES = {
    "assign": "assigned",
    "reply": "requester_answered",
    "reopen": "reopened",
    "escalate": "handed_over",
    "hand_back": "handed_back",
    "breach": "breached",
}


@transaction.atomic
def tell_agents(roster: Roster, now: datetime) -> None:
    """Write in-app messages, and no mail, for what happened to the demo's tickets lately; older ones count as read."""
    events = TicketEvent.objects.filter(
        at__gt=now - timedelta(days=NEWS_DAYS),
        at__lte=now,
        verb__in=TEMPLATES,
        ticket__external_ref__startswith="demo-",
    ).select_related("ticket__requester", "ticket__assignee", "actor")
    for event in events:
        people = [person for person in _told(roster, event) if person.pk != event.actor_id]
        post([_letter(event, person) for person in people], at=event.at)
    read = OutboxMessage.objects.filter(channel=Channel.IN_APP, read_at=None, recipient__email__in=roster.people)
    read.filter(created_at__lt=now - timedelta(hours=UNREAD_HOURS)).update(read_at=now)


def _told(roster: Roster, event: TicketEvent) -> list[User]:
    """As tickets.notify and escalation.notify choose them."""
    ticket = event.ticket
    owner = [ticket.assignee] if ticket.assignee else []
    team_id = (event.changes.get("team") or [None, ticket.team_id])[1]
    match event.verb:
        case "escalate" | "hand_back":
            return roster.agents.get(team_id or 0, [])
        case "breach":
            lead = roster.leads.get(ticket.team_id or 0)
            return list({*owner, *([lead] if lead else [])})
        case "reply" if event.data.get("by_staff"):
            return []
    return owner


def _letter(event: TicketEvent, person: User) -> Letter:
    context = {
        **plain_values(event.ticket),
        "actor": event.actor.name,
        "reason": text_in(person.language, event.data.get("reason", "")),
        "metric": event.data.get("metric", ""),
    }
    return Letter(person, TEMPLATES[event.verb], f"event-{event.pk}", context, Channel.IN_APP)
