"""What is due about major incidents: proposals by rule, and reminders of the next update.

Any number of sweeps may run at once: a lock on the row, or its place in a unique index, decides.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Greatest

from accounts.models import User
from catalogue.models import Service
from core.errors import DomainError
from core.time import database_now
from escalation import major_letters
from escalation.commands.major import propose
from escalation.major_cadence import RAISE, beat_after, beat_now
from escalation.major_rule import Arrival, Thresholds, look
from escalation.models import MajorIncident
from tickets.models import Ticket, TicketEvent

logger = logging.getLogger(__name__)

# how far back a P1 on a critical service counts as news
NEWS = timedelta(hours=24)


def propose_due() -> int:
    """Propose what the rule finds among the live tickets: at most one open candidate a service.

    Returns:
        How many were proposed.
    """
    now = database_now()
    thresholds = Thresholds(settings.MAJOR_TICKETS, settings.MAJOR_MINUTES)
    arrivals = _arrivals(now, thresholds)
    critical = set(Service.objects.filter(pk__in=arrivals, is_critical=True).values_list("pk", flat=True))
    proposed = 0
    for service_id, found in arrivals.items():
        finding = look(found, is_critical=service_id in critical, thresholds=thresholds)
        if finding is not None:
            proposed += _propose(finding.lead, dict(finding.evidence))
    return proposed


def _arrivals(now: datetime, thresholds: Thresholds) -> dict[int, list[Arrival]]:
    """The live tickets of each service that has nothing open, since somebody last decided about it; two queries.

    A burst can only have begun so many minutes before a sweep that comes late: twice the span is looked at.
    """
    since = now - 2 * timedelta(minutes=thresholds.minutes)
    decided = _decided()
    wanted = Q(opened_at__gte=since) | Q(opened_at__gte=now - NEWS, priority=1, service__is_critical=True)
    rows = Ticket.objects.live().filter(wanted, opened_at__gte=now - max(NEWS, now - since), service__isnull=False)
    # what an import or a replay tells is the past, not news
    told_again = TicketEvent.objects.filter(ticket_id=OuterRef("pk"), verb="open", data__quiet=True)
    rows = rows.filter(~Exists(told_again))
    arrivals: dict[int, list[Arrival]] = defaultdict(list)
    for pk, opened_at, priority, service_id in rows.values_list("pk", "opened_at", "priority", "service_id"):
        last = decided.get(service_id)
        if service_id not in decided or (last is not None and opened_at > last):
            arrivals[service_id].append(Arrival(pk, opened_at, priority))
    return dict(arrivals)


def _decided() -> dict[int, datetime | None]:
    """For each service that ever had one: when somebody last decided about it; None while one is open."""
    ended = Greatest("stood_down_at", "dismissed_at")  # PostgreSQL leaves nulls out
    rows = MajorIncident.objects.filter(service__isnull=False).order_by().values("service_id")
    last = {row["service_id"]: row["last"] for row in rows.annotate(last=Max(ended))}
    return last | dict.fromkeys(MajorIncident.objects.open().values_list("service_id", flat=True))


def _propose(ticket_id: int, evidence: dict[str, object]) -> int:
    ticket = Ticket.objects.select_related("service").get(pk=ticket_id)
    try:
        propose(ticket, actor=User.objects.automation(), evidence=evidence)
    except DomainError as refusal:
        # another sweep, or a person, was faster
        logger.info("no candidate from %s: %s", ticket.key, refusal.message)
        return 0
    return 1


def remind_due() -> int:
    """Remind of updates that are due soon or overdue; each reminder once.

    Returns:
        How many incidents were attended to.
    """
    now = database_now()
    due = MajorIncident.objects.active().filter(cadence_at__lte=now).order_by("cadence_at")
    return sum(_remind(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    rows = MajorIncident.objects.active().select_for_update(skip_locked=True, of=("self",)).with_people()
    incident = rows.filter(pk=pk, cadence_at__lte=now).first()
    if incident is None or incident.next_update_at is None or incident.cadence_minutes is None:
        return 0
    latest = beat_now(incident.next_update_at, incident.cadence_minutes, now)
    step = latest.step if latest.at <= now else incident.cadence_step
    major_letters.due(incident, _whom(incident, step), step, now)
    following = beat_after(step, incident.next_update_at, incident.cadence_minutes)
    incident.cadence_at = following.at if following else None
    incident.cadence_step = following.step if following else ""
    incident.save(update_fields=["cadence_at", "cadence_step"])
    return 1


def _whom(incident: MajorIncident, step: str) -> list[User]:
    """The communicator; once it is long overdue the commander too. Whoever declared it where nobody was named."""
    wanted = [incident.communicator, incident.commander] if step == RAISE else [incident.communicator]
    people = {person.pk: person for person in wanted if person is not None and person.is_active}
    if not people:
        last = incident.commander or incident.declared_by
        people = {last.pk: last} if last is not None else {}
    return list(people.values())
