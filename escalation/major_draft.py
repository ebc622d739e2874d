"""What a review starts from, and the figures it stands on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.spoken_time import clock_time, day_and_time
from escalation.major_timeline import own_lines, visible_tickets
from escalation.models import Handover, MajorIncident, TierVisit
from tickets.models import Message, Ticket

MOST_TRIED = 20


@dataclass(slots=True)
class Impact:
    """Whom it hit and how long each stage took, in whole minutes from the first report; None for what never came."""

    tickets: int = 0
    people: int = 0
    departments: list[tuple[str, int]] = field(default_factory=list)
    first_report: datetime | None = None
    to_promotion: int | None = None
    to_update: int | None = None
    to_restoration: int | None = None
    visits: list[TierVisit] = field(default_factory=list)
    tried: list[tuple[Ticket, str]] = field(default_factory=list)
    did: list[tuple[str, int]] = field(default_factory=list)


def impact_of(incident: MajorIncident, viewer: User) -> Impact:
    """The figures, from the tickets this person sees from the inside."""
    tickets = visible_tickets(incident, viewer)
    first = min((ticket.opened_at for ticket in tickets), default=None)
    departments = {ticket.requester_id: ticket.requester.department for ticket in tickets}
    named = Counter(department.name for department in departments.values() if department)
    update = incident.updates.order_by("number").first()
    ids = [ticket.pk for ticket in tickets]
    return Impact(
        tickets=len(tickets),
        people=len(departments),
        departments=named.most_common(),
        first_report=first,
        to_promotion=_minutes(first, incident.declared_at),
        to_update=_minutes(first, update.sent_at if update else None),
        to_restoration=_minutes(first, incident.stood_down_at),
        visits=list(TierVisit.objects.filter(ticket_id=incident.lead_id).select_related("team", "tier"))
        if incident.lead_id in ids
        else [],
        tried=_tried(incident, tickets),
        did=Counter(line.who.name for line in own_lines(incident) if not line.who.is_automation).most_common(),
    )


def _minutes(since: datetime | None, until: datetime | None) -> int | None:
    if since is None or until is None:
        return None
    return max(0, int((until - since).total_seconds()) // 60)


def _tried(incident: MajorIncident, tickets: list[Ticket]) -> list[tuple[Ticket, str]]:
    """What handovers say was tried, and the notes on the leading ticket; read each time, of the reader's tickets."""
    known = {ticket.pk: ticket for ticket in tickets}
    handovers = Handover.objects.filter(ticket_id__in=known).exclude(tried="").order_by("pk")
    told = [(known[handover.ticket_id], handover.tried) for handover in handovers[:MOST_TRIED]]
    if (head := known.get(incident.lead_id)) is not None:
        notes = Message.objects.filter(ticket=head, kind="note").order_by("pk")
        told += [(head, note.body) for note in notes[:MOST_TRIED]]
    return told[:MOST_TRIED]


def drafted(incident: MajorIncident) -> dict[str, str]:
    """The texts of the first version: what happened, told by the incident's own steps, and what is still open.

    Nothing of a single ticket gets in: every agent may read a review, not every ticket.
    """
    lines = sorted(own_lines(incident), key=lambda line: line.at)
    told = [f"{clock_time(line.at)} {line.who.name}: {line.words}{_quoted(line.body)}" for line in lines]
    heading = f"{incident.label}. {day_and_time(lines[0].at)}" if lines else incident.label
    return {"happened": "\n".join([heading, "", *told]), "questions": "\n".join(_questions(incident))}


def _quoted(body: str) -> str:
    words = " ".join(body.split())
    return f" “{words}”" if words else ""


def _questions(incident: MajorIncident) -> list[str]:
    """What the figures ask by themselves."""
    asked = [_("What was the cause, and how do we know?")]
    updates = list(incident.updates.order_by("number"))
    due = None
    for update in updates:
        if due is not None and update.sent_at > due:
            asked.append(_("Why did update %(number)s come late?") % {"number": update.number})
        due = update.next_update_at
    for role, person in incident.roles().items():
        if person is None:
            label = MajorIncident.Role(role).label
            asked.append(_("Why had nobody this role: %(role)s?") % {"role": label})
    return asked
