"""Correcting what an active major incident says of itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedIn
from core.errors import DomainError, NotAllowed
from core.htmx import done
from escalation import commands
from escalation.commands.major import PUBLISHED_STATES
from escalation.models import MajorIncident
from escalation.policies import steers_major
from escalation.views.major import by_field, decided, incident_for, status_of, told

FIELDS = ("title", "title_id", "severity", "service_state")


def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Title, severity, and outage or degraded: the form on GET, the command on POST."""
    incident = incident_for(request, pk)
    if request.method != "POST" and not incident.is_active:
        return decided(request, incident)
    if not steers_major(request.user, incident):
        raise NotAllowed()
    typed = {name: request.POST.get(name, "") if request.POST else getattr(incident, name) for name in FIELDS}
    error: DomainError | None = None
    if request.method == "POST":
        try:
            commands.correct(incident, actor=request.user, correction=commands.Correction(**typed))
        except DomainError as refused:
            error = refused
        else:
            return done(request, incident.get_absolute_url(), message=_("Saved"))
    context = {
        "incident": incident,
        "typed": typed,
        "severities": MajorIncident.Severity.choices,
        "service_states": [(state.value, state.label) for state in PUBLISHED_STATES],
        "errors": told(error),
        "wrong": by_field(error),
    }
    return render(request, "major/edit.html", context, status=status_of(error))
