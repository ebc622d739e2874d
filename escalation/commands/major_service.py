"""What a service says of itself while a major incident is active, and giving that back afterwards."""

from __future__ import annotations

from catalogue.models import Service
from escalation.models import MajorIncident

SPOKEN = ("state", "state_note", "state_note_id")


def speak_for(incident: MajorIncident, service: Service) -> None:
    """Let the status page say what the incident says, and keep what it said before. The caller saves the incident.

    Args:
        service: the row, locked by the caller.
    """
    incident.service_before = {name: getattr(service, name) for name in SPOKEN}
    incident.service_set = {
        "state": incident.service_state,
        "state_note": incident.title,
        "state_note_id": incident.title_id,
    }
    _write(service, incident.service_set)


def give_back(incident: MajorIncident) -> None:
    """Let the service say what it said before, unless somebody changed it meanwhile: theirs is newer."""
    assert incident.service_id is not None
    service = Service.objects.select_for_update().get(pk=incident.service_id)
    if {name: getattr(service, name) for name in SPOKEN} == incident.service_set:
        _write(service, incident.service_before)


def _write(service: Service, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(service, name, value)
    service.save(update_fields=list(values))
