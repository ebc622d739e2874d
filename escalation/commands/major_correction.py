"""Setting right what a declared major incident says of itself while it is active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from escalation.commands._major import (
    checked_choice,
    held_incident,
    in_both,
    keep,
    moment,
    require,
    require_active,
)
from escalation.commands.major import PUBLISHED_STATES
from escalation.commands.major_service import speak_anew
from escalation.models import MajorEvent, MajorIncident
from escalation.models.major import TITLE_LENGTH
from escalation.policies import steers_major
from tickets.texts import checked_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the incident is to say: its name in both languages, how many it hits, and outage or degraded."""

    title: str
    title_id: str
    severity: str
    service_state: str


def correct(
    incident: MajorIncident, *, actor: User, correction: Correction, at: datetime | None = None
) -> MajorIncident:
    """Correct its title, severity or what the status page says of the service. The same again changes nothing.

    Raises:
        Invalid: on each field that is missing or does not fit.  Conflict: it is not active any more.
        NotAllowed: as `steers_major`.
    """
    with held_incident(incident) as current:
        require(steers_major(actor, current))
        require_active(current)
        wanted = _checked(correction)
        changed: dict[str, Any] = {
            name: {"old": getattr(current, name), "new": value}
            for name, value in wanted.items()
            if getattr(current, name) != value
        }
        if not changed:
            return incident
        for name, value in wanted.items():
            setattr(current, name, value)
        speak_anew(current, state_is_new="service_state" in changed)
        current.save(update_fields=[*changed, "service_set"])
        keep(current, MajorEvent.Kind.CORRECT, by=actor, at=moment(at), **changed)
    return incident


def _checked(told: Correction) -> dict[str, str]:
    severities, severity_words = MajorIncident.Severity.values, _("Choose how many are affected.")
    states, state_words = PUBLISHED_STATES, _("Choose what the status page says.")
    in_english, in_indonesian = _("Write the title in English."), _("Write the title in Indonesian.")
    return in_both(
        ("title", lambda: checked_line(told.title, "title", TITLE_LENGTH, in_english)),
        ("title_id", lambda: checked_line(told.title_id, "title_id", TITLE_LENGTH, in_indonesian)),
        ("severity", lambda: checked_choice(told.severity, "severity", severities, severity_words)),
        ("service_state", lambda: checked_choice(told.service_state, "service_state", states, state_words)),
    )
