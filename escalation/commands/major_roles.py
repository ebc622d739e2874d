"""Who runs a major incident, how often updates are due, and what the scribe writes down."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from core.spoken_numbers import grouped
from escalation import major_letters
from escalation.commands._major import held_incident, keep, moment, require, require_active
from escalation.major_cadence import LONGEST_MINUTES, first_beat, next_due
from escalation.models import MajorEvent, MajorIncident
from escalation.policies import steers_major
from tickets.texts import checked_body

Kind = MajorEvent.Kind
CADENCE = ("cadence_minutes", "next_update_at", "cadence_at", "cadence_step")


def name_for_role(
    incident: MajorIncident, *, actor: User, role: str, person: User | None, at: datetime | None = None
) -> MajorIncident:
    """Give a role to somebody who works at the desk, or to nobody; the person is told. The same again changes nothing.

    Args:
        role: commander, communicator or scribe.

    Raises:
        Invalid: no such role, or the person does not work at the desk.  Conflict: it is not active any more.
        NotAllowed: as `steers_major`.
    """
    if role not in MajorIncident.Role.values:
        raise Invalid.field("role", _("There is no such role."))
    if person is not None:
        checked_person(person, role)
    with held_incident(incident) as current:
        require(steers_major(actor, current))
        require_active(current)
        old = getattr(current, role)
        if old == person:
            return incident
        now = moment(at)
        setattr(current, role, person)
        current.save(update_fields=[role])
        keep(current, Kind.ROLE, by=actor, at=now, role=role, old=old and old.pk, new=person and person.pk)
        if person is not None:
            major_letters.named(current, person, role, actor, now)
    return incident


def checked_person(person: User, field: str) -> User:
    """Somebody who works at the desk.

    Raises:
        Invalid: on `field`.
    """
    if not person.is_active or person.is_automation or not person.hats.is_agent:
        raise Invalid.field(field, _("%(name)s does not work at the desk.") % {"name": person.name})
    return person


def checked_minutes(minutes: int | None) -> int:
    """How often updates are due, from one minute to a day.

    Raises:
        Invalid: on `cadence_minutes`.
    """
    if minutes is None or not 1 <= minutes <= LONGEST_MINUTES:
        words = _("Write a number of minutes from 1 to %(most)s.") % {"most": grouped(LONGEST_MINUTES)}
        raise Invalid.field("cadence_minutes", words)
    return minutes


def start_cadence(incident: MajorIncident, minutes: int, *, since: datetime) -> None:
    """Let the clock of updates run from `since`. The caller saves the incident."""
    incident.cadence_minutes = minutes
    incident.next_update_at = next_due(since, minutes)
    beat = first_beat(incident.next_update_at, minutes)
    incident.cadence_at, incident.cadence_step = beat.at, beat.step


def set_cadence(
    incident: MajorIncident, *, actor: User, minutes: int | None, at: datetime | None = None
) -> MajorIncident:
    """Change how often updates are due, counted from the last one.

    Raises:
        Invalid: no number of minutes from 1 to a day.  Conflict: it is not active any more.
        NotAllowed: as `steers_major`.
    """
    with held_incident(incident) as current:
        require(steers_major(actor, current))
        require_active(current)
        wanted = checked_minutes(minutes)
        old = current.cadence_minutes
        if old == wanted:
            return incident
        last = current.updates.order_by("-number").first()
        since = last.sent_at if last else current.declared_at
        assert since is not None
        start_cadence(current, wanted, since=since)
        current.save(update_fields=CADENCE)
        keep(current, Kind.CADENCE, by=actor, at=moment(at), old=old, new=wanted)
    return incident


def note_down(incident: MajorIncident, *, actor: User, text: str, at: datetime | None = None) -> MajorEvent:
    """Write something down for the record: staff only.

    Raises:
        Invalid: nothing written.  Conflict: it is not active any more.  NotAllowed: only agents write.
    """
    with held_incident(incident) as current:
        require(actor.hats.is_agent)
        require_active(current)
        return keep(current, Kind.NOTE, by=actor, at=moment(at), text=checked_body(text, "text"))
