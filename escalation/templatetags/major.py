"""What pages of tickets and the portal say about major incidents, read by them without knowing how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Q

from escalation.major_open import open_incidents
from escalation.models import MajorIncident, MajorTicket, MajorUpdate
from tickets.entries import Entry
from tickets.markup import to_html
from tickets.models import Ticket

register = template.Library()
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Now:
    """What is open at this moment, as far as this person may know."""

    active: list[MajorIncident]
    count: int


@register.simple_tag(takes_context=True)
def major_now(context: dict[str, Any]) -> Now:
    """The open major incidents, for the banner and the sidebar; one indexed query, remembered."""
    request = context["request"]
    known: Now | None = getattr(request, "major_now", None)
    if known is None:
        rows = open_incidents(request.user)
        known = Now([incident for incident in rows if incident.is_active], len(rows))
        request.major_now = known
    return known


def _links(ticket: Ticket) -> list[MajorTicket]:
    """Every stay of the ticket in a major incident; one query for all that a page asks about the ticket."""
    known: list[MajorTicket] | None = getattr(ticket, "known_major_links", None)
    if known is None:
        stays = MajorTicket.objects.filter(ticket_id=ticket.pk)
        # most tickets were never in one, and to ask only that costs a third
        known = list(stays.select_related("incident__service")) if stays.exists() else []
        ticket.known_major_links = known  # type: ignore[attr-defined]
    return known


@register.simple_tag
def major_of(ticket: Ticket) -> MajorTicket | None:
    """The ticket's place in an active major incident."""
    return next((link for link in _links(ticket) if link.is_open), None)


@register.simple_tag
def with_updates(entries: Sequence[Entry], ticket: Ticket) -> list[Entry]:
    """The conversation with what was said to everybody affected in its place; no query for most tickets.

    A ticket shows all updates of the incident it is in, and of one it was taken out of those it was in for.
    """
    wanted = Q()
    for link in _links(ticket):
        of_one = Q(incident_id=link.incident_id)
        if link.detached_at:
            of_one &= Q(sent_at__gte=link.attached_at, sent_at__lte=link.detached_at)
        wanted |= of_one
    updates = MajorUpdate.objects.filter(wanted).select_related("sent_by", "incident") if wanted else ()
    notices = [
        Entry(
            NOTICE,
            update.sent_at,
            body_html=to_html(update.words),
            icon=update.incident.key,
            sentence=update.sent_by.short_name,
            key=update.pk,
        )
        for update in updates
    ]
    return sorted([*entries, *notices], key=lambda entry: entry.at) if notices else list(entries)


@register.simple_tag
def major_role(role: str) -> str:
    """A role as people call it, in the reader's language."""
    return str(MajorIncident.Role(role).label)


@register.simple_tag
def major_published() -> list[MajorIncident]:
    """The active major incidents of the status page, each with its latest update as `latest`; two queries."""
    incidents = list(MajorIncident.objects.active().select_related("service").order_by("declared_at"))
    newest: dict[int, MajorUpdate] = {}
    for update in MajorUpdate.objects.filter(incident__in=incidents) if incidents else ():
        newest[update.incident_id] = update
    for incident in incidents:
        incident.latest = newest.get(incident.pk)  # type: ignore[attr-defined]
    return incidents
