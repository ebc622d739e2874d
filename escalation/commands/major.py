"""A major incident from the proposal to its declaration, or to its dismissal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Service
from core.errors import Invalid
from escalation import major_letters
from escalation.commands._major import (
    State,
    checked_choice,
    held_incident,
    in_both,
    keep,
    moment,
    require,
    require_candidate,
)
from escalation.commands.major_roles import checked_minutes, checked_person, start_cadence
from escalation.commands.major_service import speak_for
from escalation.models import MajorEvent, MajorIncident, MajorTicket
from escalation.models.major import REASON_LENGTH, TITLE_LENGTH
from escalation.policies import declares_major
from tickets.commands import change, unit_of_work
from tickets.models import Ticket
from tickets.texts import checked_line

Kind = MajorEvent.Kind
PUBLISHED_STATES = (Service.State.OUTAGE, Service.State.DEGRADED)


class AlreadyLed(Invalid):
    """The service has a major incident that is active, or proposed; `incident` is what one can attach to instead."""

    def __init__(self, message: str, incident: MajorIncident) -> None:
        super().__init__(message)
        self.incident = incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What declaring a major incident says: its name in both languages, what is hit and how hard, and who runs it.

    Attributes:
        service_state: what the status page says meanwhile: outage or degraded.
        cadence_minutes: how often the affected people are to hear of it.
    """

    title: str
    title_id: str
    service: Service | None
    severity: str
    service_state: str
    cadence_minutes: int | None
    commander: User | None = None


def propose(
    ticket: Ticket,
    *,
    actor: User,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> MajorIncident:
    """Propose that a ticket is the head of a major incident; incident managers are told.

    Args:
        reason: why, in the actor's words; people must give one.
        evidence: what a rule saw instead, as `major_rule.Finding` has it.

    Raises:
        AlreadyLed: the service has one already, active or proposed.
        Invalid: no reason, or the ticket has ended.  NotAllowed: as `change`.
    """
    words = "" if evidence else checked_line(reason, "reason", REASON_LENGTH, _("Say why it looks like one."))
    incident = MajorIncident(
        lead=ticket,
        service=ticket.service,
        source=MajorIncident.Source.RULE if evidence else MajorIncident.Source.HAND,
        reason=words,
        evidence=dict(evidence or {}),
        proposed_by=actor,
        proposed_at=moment(at),
    )
    # its place first, then the ticket: nothing that is done to an incident waits for a ticket's command
    with unit_of_work():
        _take_place(incident)
        with change(ticket, "propose", actor=actor, at=at) as step:
            step.data.update(incident=incident.pk, about=incident.key, **({"reason": words} if words else {}))
        keep(incident, Kind.PROPOSE, by=actor, at=step.at, text=words)
        major_letters.proposed(incident, actor, step.at)
    return incident


def _take_place(incident: MajorIncident) -> None:
    """Save the row; the unique indexes decide between two who propose at once."""
    _refuse_a_second(incident.lead)
    try:
        with transaction.atomic():
            incident.save()
    except IntegrityError:
        _refuse_a_second(incident.lead)
        raise Invalid(_("Somebody has just proposed this.")) from None


def _refuse_a_second(ticket: Ticket) -> None:
    """Raises AlreadyLed where the ticket, or its service, is in an open major incident."""
    link = MajorTicket.objects.filter(ticket=ticket, is_open=True).select_related("incident__service").first()
    led = MajorIncident.objects.open().filter(lead=ticket).select_related("service").first()
    if link is not None or led is not None:
        incident = link.incident if link else led
        assert incident is not None
        raise AlreadyLed(_("This ticket is already in %(key)s.") % {"key": incident.key}, incident)
    if ticket.service_id is None:
        return
    other = MajorIncident.objects.open().filter(service_id=ticket.service_id).select_related("service")
    found = other.order_by("state", "pk").first()
    if found is None:
        return
    words = (
        _("%(service)s already has an active major incident, %(key)s. Attach the ticket to it instead.")
        if found.is_active
        else _("A major incident of %(service)s is already proposed: %(key)s.")
    )
    raise AlreadyLed(words % {"service": ticket.service, "key": found.key}, found)


def promote(
    incident: MajorIncident, *, actor: User, declaration: Declaration, at: datetime | None = None
) -> MajorIncident:
    """Declare it: the status page says so, the clock of updates runs, and its ticket leads.

    Raises:
        Conflict: somebody decided already.  AlreadyLed: the service has an active one; attach to it instead.
        Invalid: on each field that is missing or does not fit.  NotAllowed: leads and incident managers declare.
    """
    with held_incident(incident) as current:
        require(declares_major(actor))
        require_candidate(current)
        checked = _checked(declaration)
        service = Service.objects.select_for_update().get(pk=checked["service"].pk)
        _refuse_a_second_active(current, service)
        if not current.lead.is_live:
            raise Invalid(_("%(ticket)s has ended.") % {"ticket": current.lead.key})
        with change(current.lead, "promote", actor=actor, at=at) as step:
            _refuse_a_lead_elsewhere(current)
            step.data.update(incident=current.pk, about=current.key)
        current.state, current.service = State.ACTIVE, service
        current.title, current.title_id = checked["title"], checked["title_id"]
        current.severity, current.service_state = checked["severity"], checked["service_state"]
        current.declared_by, current.declared_at = actor, step.at
        current.commander = checked["commander"]
        speak_for(current, service)
        start_cadence(current, checked["cadence_minutes"], since=step.at)
        current.save()
        MajorTicket.objects.create(
            incident=current, ticket=current.lead, is_lead=True, attached_by=actor, attached_at=step.at
        )
        keep(current, Kind.PROMOTE, by=actor, at=step.at, text=current.title)
        if current.commander:
            keep(current, Kind.ROLE, by=actor, at=step.at, role="commander", old=None, new=current.commander.pk)
            major_letters.named(current, current.commander, "commander", actor, step.at)
    return incident


def _checked(declaration: Declaration) -> dict[str, Any]:
    told = declaration

    def service() -> Service:
        if told.service is None:
            raise Invalid.field("service", _("Choose the service that is hit."))
        return told.service

    in_english, in_indonesian = _("Write the title in English."), _("Write the title in Indonesian.")
    severities, severity_words = MajorIncident.Severity.values, _("Choose how many are affected.")
    state_words = _("Choose what the status page says.")
    return in_both(
        ("title", lambda: checked_line(told.title, "title", TITLE_LENGTH, in_english)),
        ("title_id", lambda: checked_line(told.title_id, "title_id", TITLE_LENGTH, in_indonesian)),
        ("service", service),
        ("severity", lambda: checked_choice(told.severity, "severity", severities, severity_words)),
        ("service_state", lambda: checked_choice(told.service_state, "service_state", PUBLISHED_STATES, state_words)),
        ("cadence_minutes", lambda: checked_minutes(told.cadence_minutes)),
        ("commander", lambda: told.commander and checked_person(told.commander, "commander")),
    )


def _refuse_a_second_active(incident: MajorIncident, service: Service) -> None:
    """The caller holds the service's row: two declarations for one service come one after the other."""
    other = MajorIncident.objects.active().filter(service=service).exclude(pk=incident.pk).first()
    if other is not None:
        words = _("%(service)s already has an active major incident, %(key)s. Attach the ticket to it instead.")
        raise AlreadyLed(words % {"service": service, "key": other.key}, other)


def _refuse_a_lead_elsewhere(incident: MajorIncident) -> None:
    link = MajorTicket.objects.filter(ticket=incident.lead, is_open=True).select_related("incident").first()
    if link is not None:
        words = _("%(ticket)s is already part of %(key)s.")
        raise AlreadyLed(words % {"ticket": incident.lead.key, "key": link.incident.key}, link.incident)


def dismiss(incident: MajorIncident, *, actor: User, reason: str, at: datetime | None = None) -> MajorIncident:
    """Decide that it is no major incident. The rule looks at tickets opened from now on.

    Raises:
        Conflict: somebody decided already.  Invalid: no reason.  NotAllowed: leads and incident managers decide.
    """
    with held_incident(incident) as current:
        require(declares_major(actor))
        require_candidate(current)
        words = checked_line(reason, "dismissal", REASON_LENGTH, _("Say why it is none."))
        with change(current.lead, "dismiss", actor=actor, at=at) as step:
            step.data.update(incident=current.pk, about=current.key, reason=words)
        current.state, current.dismissal = State.DISMISSED, words
        current.dismissed_by, current.dismissed_at = actor, step.at
        current.save(update_fields=["state", "dismissal", "dismissed_by", "dismissed_at"])
        keep(current, Kind.DISMISS, by=actor, at=step.at, text=words)
    return incident
