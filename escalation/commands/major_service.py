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
    incident.service_set = _words_of(incident)
    _write(service, incident.service_set)


def give_back(incident: MajorIncident) -> None:
    """Let the service say what it said before. What somebody changed meanwhile is newer and stays; the incident's own
    words go in any case, and the notes of before come back only to the state they belong to.
    """
    service = _locked(incident)
    ours = _ours(incident, service)
    if len(ours) == len(SPOKEN):
        _write(service, incident.service_before)
    elif ours:
        _write(service, {name: incident.service_before[name] if name == "state" else "" for name in ours})


def speak_anew(incident: MajorIncident, *, state_is_new: bool) -> None:
    """Let the status page follow the corrected incident. A note somebody wrote in place of the title stays. The caller
    saves the incident.

    Args:
        state_is_new: the state was corrected, which counts whatever the service says meanwhile.
    """
    service = _locked(incident)
    wanted = _words_of(incident)
    ours = _ours(incident, service)
    _write(service, {name: wanted[name] for name in SPOKEN if name in ours or (name == "state" and state_is_new)})
    incident.service_set = wanted


def _words_of(incident: MajorIncident) -> dict[str, str]:
    """What the service is to say while the incident is active."""
    return {"state": incident.service_state, "state_note": incident.title, "state_note_id": incident.title_id}


def _ours(incident: MajorIncident, service: Service) -> list[str]:
    """What of the service still says what the incident let it say."""
    return [name for name in SPOKEN if getattr(service, name) == incident.service_set[name]]


def _locked(incident: MajorIncident) -> Service:
    assert incident.service_id is not None
    return Service.objects.select_for_update().get(pk=incident.service_id)


def _write(service: Service, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(service, name, value)
    service.save(update_fields=list(values))
