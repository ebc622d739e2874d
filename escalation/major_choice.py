"""Which tickets somebody may attach to a major incident: those alike, those that came in since, those found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from escalation.major_similar import Likeness, Look, ranked
from escalation.models import MajorIncident
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

AROUND = timedelta(hours=24)
MOST_COMPARED = 1_000
MOST_SHOWN = 40
MOST_FOUND = 25
NUMBER = re.compile(r"(?:[A-Za-z]{2,4}-)?(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A ticket on offer, and why."""

    ticket: Ticket
    why: str


def free(viewer: User) -> TicketQuerySet:
    """Live tickets this person sees from the inside that are in no open major incident."""
    return Ticket.objects.staffed_by(viewer).live().exclude(major_links__is_open=True)


def alike(incident: MajorIncident, viewer: User) -> list[Choice]:
    """Tickets opened within a day of the lead that look like it, the most alike first. The title's words count too."""
    head = incident.lead
    words = f"{head.subject} {incident.title} {incident.title_id}"
    lead = Look(head.pk, words, head.opened_at, incident.service_id or head.service_id, head.category_id)
    near = free(viewer).filter(opened_at__gte=lead.opened_at - AROUND).exclude(pk=incident.lead_id)
    rows = near.order_by("-opened_at").for_rows()[:MOST_COMPARED]
    known = {ticket.pk: ticket for ticket in rows}
    found = ranked(lead, (_look(ticket) for ticket in known.values()), MOST_SHOWN)
    return [Choice(known[one.ticket], reason_of(one)) for one in found]


def _since(incident: MajorIncident, viewer: User) -> TicketQuerySet:
    if incident.declared_at is None or incident.service_id is None:
        return Ticket.objects.none()
    found = free(viewer).filter(service_id=incident.service_id, opened_at__gte=incident.declared_at)
    return found.exclude(pk=incident.lead_id)


def came_in_since(incident: MajorIncident, viewer: User) -> list[Choice]:
    """Tickets of its service opened after it was declared, the newest first."""
    rows = _since(incident, viewer).order_by("-opened_at").for_rows()[:MOST_SHOWN]
    return [Choice(ticket, _("Same service, opened since")) for ticket in rows]


def count_since(incident: MajorIncident, viewer: User) -> int:
    """How many came in since."""
    return _since(incident, viewer).count()


def found_by(incident: MajorIncident, viewer: User, wanted: str) -> list[Choice]:
    """Tickets by number or by words of their subject, the newest first."""
    text = wanted.strip()
    if not text:
        return []
    number = NUMBER.fullmatch(text)
    fits = Q(pk=int(number[1])) if number else Q()
    if not number:
        for word in text.split()[:6]:
            fits &= Q(subject__icontains=word)
    rows = free(viewer).filter(fits).exclude(pk=incident.lead_id).order_by("-opened_at").for_rows()[:MOST_FOUND]
    return [Choice(ticket, "") for ticket in rows]


def chosen(viewer: User, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets somebody ticked, as far as they see them from the inside."""
    return list(Ticket.objects.staffed_by(viewer).filter(pk__in=numbers).select_related("service", "team__tier"))


def reason_of(one: Likeness) -> str:
    """Why it is offered, in the reader's language."""
    parts = []
    if one.same_category:
        parts.append(_("same service and category") if one.same_service else _("same category"))
    elif one.same_service:
        parts.append(_("same service"))
    if one.words:
        parts.append(_("shares: %(words)s") % {"words": ", ".join(one.words)})
    apart = ngettext("%(n)s minute apart", "%(n)s minutes apart", one.minutes_apart)
    parts.append(apart % {"n": one.minutes_apart})
    return "; ".join(parts)


def _look(ticket: Ticket) -> Look:
    return Look(ticket.pk, ticket.subject, ticket.opened_at, ticket.service_id, ticket.category_id)
