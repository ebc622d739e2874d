"""Who hears of a major incident: everybody who asked or follows, once, whatever the number of their tickets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from accounts.models import User
from escalation.models import MajorIncident
from tickets.models import Ticket, Watcher


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, and the first of their tickets in it: where the letter leads."""

    user: User
    ticket: Ticket


def recipients_of(incident: MajorIncident) -> list[Recipient]:
    """The requesters of its tickets, and those who follow them without working at the desk; three queries.

    People who left, and the automation user, are not told.
    """
    inside = Ticket.objects.filter(major_links__incident=incident, major_links__detached_at__isnull=True)
    first: dict[int, Ticket] = {}
    tickets = {ticket.pk: ticket for ticket in inside.order_by("pk")}
    for ticket in tickets.values():
        first.setdefault(ticket.requester_id, ticket)
    watchers = Watcher.objects.filter(ticket_id__in=tickets).exclude(user__memberships__isnull=False)
    watchers = watchers.exclude(user__is_manager=True).exclude(user__is_superuser=True)
    for ticket_id, user_id in watchers.order_by("ticket_id").values_list("ticket_id", "user_id"):
        first.setdefault(user_id, tickets[ticket_id])
    people = User.objects.filter(pk__in=first, is_active=True, is_automation=False).order_by("pk")
    return [Recipient(person, first[person.pk]) for person in people]


def by_language(recipients: list[Recipient]) -> list[tuple[str, int]]:
    """How many people read it in which language, by the language's own name."""
    counted = Counter(recipient.user.language for recipient in recipients)
    return [(label, counted[code]) for code, label in User.Language.choices if counted[code]]
