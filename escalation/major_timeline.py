"""The story of a major incident as one list: its own steps, what was said outside, and what happened on its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from catalogue.models import Service
from escalation.models import MajorEvent, MajorIncident, MajorUpdate
from tickets.icons import ICONS
from tickets.models import Ticket, TicketEvent
from tickets.reasons import text_of

TICKETS, UPDATES, PEOPLE, NOTES = "tickets", "updates", "people", "notes"
FILTERS: dict[str, str | Promise] = {
    "all": gettext_lazy("All"),
    "public": gettext_lazy("Seen outside"),
    UPDATES: gettext_lazy("Updates"),
    PEOPLE: gettext_lazy("Decisions and roles"),
    NOTES: gettext_lazy("Notes"),
    TICKETS: gettext_lazy("Tickets"),
}
MOST_LINES = 300
# told by the incident's own steps, or no story
UNTOLD = ("propose", "promote", "dismiss", "stand_down", "broadcast", "watch", "milestone", "categorise", "rate")
OWN_ICONS = {
    "propose": "siren",
    "promote": "siren",
    "dismiss": "circle-x",
    "role": "user-check",
    "note": "lock",
    "cadence": "clock",
    "correct": "pencil",
    "stand_down": "circle-check",
    "review": "check-check",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who did what, when, and whether people outside could read it."""

    at: datetime
    kind: str
    icon: str
    who: User
    words: str
    is_public: bool = False
    body: str = ""
    ticket: Ticket | None = None


def visible_tickets(incident: MajorIncident, viewer: User) -> list[Ticket]:
    """The tickets that are in it now and that this person sees from the inside, the lead first: what the desk's pages
    tell of them is not for a requester or a follower.
    """
    inside = Ticket.objects.staffed_by(viewer).filter(
        major_links__incident=incident, major_links__detached_at__isnull=True
    )
    found = inside.select_related("requester__department", "service", "team__tier", "tier", "assignee")
    return sorted(found, key=lambda ticket: (ticket.pk != incident.lead_id, ticket.pk))


def story_of(incident: MajorIncident, viewer: User, wanted: str = "all") -> list[Line]:
    """The newest lines, oldest first, as far as this person may read them; seven queries whatever the length.

    Args:
        wanted: a key of FILTERS.
    """
    knows_lead = Ticket.objects.staffed_by(viewer).filter(pk=incident.lead_id).exists()
    lines = own_lines(incident, with_reasons=knows_lead)
    if wanted in ("all", "public", TICKETS):
        lines += _ticket_lines(visible_tickets(incident, viewer))
    fits = [line for line in lines if wanted == "all" or line.kind == wanted or (wanted == "public" and line.is_public)]
    return sorted(fits, key=lambda line: line.at)[-MOST_LINES:]


def own_lines(incident: MajorIncident, *, with_reasons: bool = False) -> list[Line]:
    """What belongs to the incident and to no single ticket: every agent may read it.

    Args:
        with_reasons: why it was proposed too; these words are about the leading ticket, for whoever sees that one.
    """
    steps = list(incident.steps.select_related("by"))
    people = User.objects.in_bulk(
        {step.data.get(name) for step in steps for name in ("old", "new") if step.kind == "role"} - {None}
    )
    lines = [
        Line(update.sent_at, UPDATES, "megaphone", update.sent_by, _reached(update), True, update.words)
        for update in incident.updates.select_related("sent_by")
    ]
    # a last update goes out with the step that ends it: said first
    lines += [_own(step, people, with_reasons=with_reasons) for step in steps]
    return lines


def _reached(update: MajorUpdate) -> str:
    words = ngettext("sent an update to %(n)s person", "sent an update to %(n)s people", update.recipients)
    return words % {"n": update.recipients}


def _own(step: MajorEvent, people: Mapping[int, User], *, with_reasons: bool) -> Line:
    is_note = step.kind == MajorEvent.Kind.NOTE
    kind = NOTES if is_note else PEOPLE
    tells = is_note or (with_reasons and step.kind in (MajorEvent.Kind.PROPOSE, MajorEvent.Kind.DISMISS))
    body = step.text if tells else ""
    return Line(step.at, kind, OWN_ICONS[step.kind], step.by, _said(step, people), False, body)


def _said(step: MajorEvent, people: Mapping[int, User]) -> str:
    data: dict[str, Any] = step.data
    if step.kind == MajorEvent.Kind.ROLE:
        role = str(MajorIncident.Role(data["role"]).label)
        person = people.get(data["new"] or 0)
        if person is None:
            return _("left the role open: %(role)s") % {"role": role}
        return _("gave a role: %(role)s is %(name)s") % {"role": role, "name": person.name}
    if step.kind == MajorEvent.Kind.CADENCE:
        minutes = data["new"]
        words = ngettext("set an update every %(n)s minute", "set an update every %(n)s minutes", minutes)
        return words % {"n": minutes}
    if step.kind == MajorEvent.Kind.CORRECT:
        return _corrected(data)
    return str(step.get_kind_display())


def _corrected(data: Mapping[str, Mapping[str, str]]) -> str:
    """What was corrected, each with what it said before."""
    labels: dict[str, Any] = {"severity": MajorIncident.Severity, "service_state": Service.State}
    parts = [
        f"{labels[name](data[name]['old']).label} → {labels[name](data[name]['new']).label}"
        for name in labels
        if name in data
    ]
    titles = {"title": _("title in English"), "title_id": _("title in Indonesian")}
    parts += [
        f"{field}: “{data[name]['old']}” → “{data[name]['new']}”" for name, field in titles.items() if name in data
    ]
    return _("corrected it: %(what)s") % {"what": "; ".join(parts)}


def _ticket_lines(tickets: list[Ticket]) -> list[Line]:
    known = {ticket.pk: ticket for ticket in tickets}
    events = TicketEvent.objects.filter(ticket_id__in=known).exclude(verb__in=UNTOLD).select_related("actor")
    return [
        Line(
            event.at,
            TICKETS,
            ICONS.get(event.verb, "message-square" if event.verb in ("reply", "note") else "circle-dot"),
            event.actor,
            _with_reason(event),
            event.is_public,
            ticket=known[event.ticket_id],
        )
        for event in reversed(events.order_by("-pk")[:MOST_LINES])
    ]


def _with_reason(event: TicketEvent) -> str:
    reason = text_of(event.data.get("reason"))
    words = {"what": event.words, "reason": reason}
    return _("%(what)s, because: %(reason)s") % words if reason else event.words
