"""What sets a rule off: something that happened to the ticket, or the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.models import TicketEvent

OPENED = "opened"
TRIGGERS: dict[str, Any] = {
    OPENED: _("a ticket is opened"),
    "requester_replied": _("the requester replies"),
    "staff_replied": _("staff reply"),
    "noted": _("staff add a note"),
    "team_changed": _("the team changes"),
    "tier_changed": _("the tier changes"),
    "owner_changed": _("the owner changes"),
    "priority_changed": _("the priority changes"),
    "category_changed": _("the category or service changes"),
    "status_changed": _("the status changes"),
    "tags_changed": _("the tags change"),
    "resolved": _("it is resolved"),
    "reopened": _("it is reopened"),
    "escalated": _("it is handed to a higher tier"),
    "handed_back": _("it is handed back"),
    "promise_missed": _("a promise is missed"),
    "rated": _("the requester rates the solution"),
}
# the trigger -> a field whose change it is
CHANGES = {
    "team_changed": ("team",),
    "tier_changed": ("tier",),
    "owner_changed": ("assignee",),
    "priority_changed": ("priority",),
    "category_changed": ("category", "service"),
    "status_changed": ("status",),
    "tags_changed": ("tags",),
}
VERBS = {
    "resolved": "resolve",
    "reopened": "reopen",
    "escalated": "escalate",
    "handed_back": "hand_back",
    "promise_missed": "breach",
    "rated": "rate",
}


def triggers_of(event: TicketEvent) -> frozenset[str]:
    """The triggers that an event pulls. Words of the automation user pull none, so that rules do not talk to each
    other.
    """
    return frozenset(_pulled(event))


def _pulled(event: TicketEvent) -> Iterator[str]:
    if event.verb == "open":
        yield OPENED
        return
    if event.verb in ("reply", "note") and not event.actor.is_automation:
        yield _speech(event)
    yield from pulled_by(event.verb, event.changes)


def pulled_by(verb: str, changes: dict[str, Any]) -> Iterator[str]:
    """The triggers of a step that is no speech, from what the history keeps of it."""
    for trigger, wanted in VERBS.items():
        if verb == wanted:
            yield trigger
    for trigger, fields in CHANGES.items():
        if any(field in changes for field in fields):
            yield trigger


def _speech(event: TicketEvent) -> str:
    if event.verb == "note":
        return "noted"
    asks = event.actor_id == event.ticket.requester_id or not event.actor.hats.is_agent
    return "requester_replied" if asks else "staff_replied"
