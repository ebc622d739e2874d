"""Major incidents at the desk: the list, one of them, proposing, declaring and dismissing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.models import Membership, User
from accounts.requests import SignedIn
from catalogue.models import Service
from core.cleaning import whole_number
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now
from escalation import commands
from escalation.commands.major import PUBLISHED_STATES, AlreadyLed
from escalation.major_choice import count_since
from escalation.major_rule import in_words
from escalation.major_timeline import FILTERS, story_of, visible_tickets
from escalation.models import MajorIncident, MajorTicket
from escalation.policies import declares_major, ends_major, steers_major
from tickets.models import Ticket
from tickets.views.desk import agents_only
from tickets.views.panels import Panel
from tickets.views.workspace import at_desk, dialog

PAGE_PAST = 25
State = MajorIncident.State


def incident_for(request: SignedIn, pk: int) -> MajorIncident:
    """A major incident this person may know about.

    Raises:
        NotVisible: there is none, or it is not for them.
    """
    found = MajorIncident.objects.visible_to(request.user).with_people()
    incident = found.select_related("proposed_by", "stood_down_by", "dismissed_by", "reviewed_by").filter(pk=pk).first()
    if incident is None:
        raise NotVisible()
    return incident


def major_list(request: SignedIn) -> HttpResponse:
    """What is active, what is proposed, and the past."""
    agents_only(request)
    visible = MajorIncident.objects.visible_to(request.user).with_people().select_related("proposed_by")
    rows = list(visible.open())
    past = visible.exclude(state__in=(State.CANDIDATE, State.ACTIVE))
    context = {
        "active": [{"incident": one, "since": count_since(one, request.user)} for one in rows if one.is_active],
        "candidates": [{"incident": one, "why": why(one)} for one in rows if not one.is_active],
        "page_obj": Paginator(past, PAGE_PAST).get_page(request.GET.get("page")),
        "now": database_now(),
    }
    return render(request, "major/list.html", context)


def why(incident: MajorIncident) -> str:
    """Why it was proposed, in a person's words or a rule's."""
    return incident.reason or in_words(incident.evidence)


def major_incident(request: SignedIn, pk: int) -> HttpResponse:
    """One major incident: where it stands, who runs it, its tickets and its story."""
    return draw(request, incident_for(request, pk))


def draw(request: SignedIn, incident: MajorIncident, *, error: DomainError | None = None, **more: Any) -> HttpResponse:
    """The page, with what was refused above it.

    Args:
        error: why the last attempt was refused.
    """
    wanted = request.GET.get("f", "all")
    wanted = wanted if wanted in FILTERS else "all"
    tickets = visible_tickets(incident, request.user)
    now = database_now()
    context = {
        "incident": incident,
        "knows_lead": any(ticket.pk == incident.lead_id for ticket in tickets) or _sees(request.user, incident.lead),
        "why": why(incident),
        "tickets": tickets,
        "still_open": sum(ticket.is_live for ticket in tickets),
        "since": count_since(incident, request.user) if incident.is_active else 0,
        "updates": incident.updates.select_related("sent_by").order_by("-number"),
        "story": story_of(incident, request.user, wanted)[::-1],
        "filters": [{"key": key, "label": label, "is_current": key == wanted} for key, label in FILTERS.items()],
        "roles": [
            {"name": role, "label": label, "person": incident.roles()[role]}
            for role, label in MajorIncident.Role.choices
        ],
        "people": agents() if incident.is_active else [],
        "may_declare": declares_major(request.user),
        "may_steer": steers_major(request.user, incident),
        "may_end": ends_major(request.user, incident),
        "now": now,
        "is_overdue": bool(incident.next_update_at and incident.next_update_at < now),
        "errors": told(error),
        **more,
    }
    return render(request, "major/incident.html", context, status=status_of(error))


def status_of(error: DomainError | None) -> int:
    """403 for what is not theirs, 409 for a conflict, 422 for what does not fit, 200 when all is well."""
    if error is None:
        return 200
    return error.status if isinstance(error, Conflict | NotAllowed) else UNPROCESSABLE


def decided(request: SignedIn, incident: MajorIncident) -> HttpResponse:
    """To its page, saying how it stands: the form that was asked for has nothing to do any more."""
    words = {
        State.CANDIDATE: _("%(key)s is only proposed."),
        State.ACTIVE: _("%(name)s has already declared this major incident."),
        State.DISMISSED: _("%(name)s has already dismissed this proposal."),
    }.get(State(incident.state), _("%(name)s has already stood this major incident down."))
    names = {State.ACTIVE: incident.declared_by, State.DISMISSED: incident.dismissed_by}
    name = names.get(State(incident.state), incident.stood_down_by)
    messages.info(request, words % {"key": incident.key, "name": name})
    return redirect(incident)


def _sees(user: User, ticket: Ticket) -> bool:
    return Ticket.objects.staffed_by(user).filter(pk=ticket.pk).exists()


def agents() -> list[User]:
    """Everybody who works at the desk, by name."""
    members = Membership.objects.values("user_id")
    people = User.objects.filter(is_active=True, is_automation=False)
    found = people.filter(pk__in=members) | people.filter(is_manager=True) | people.filter(is_superuser=True)
    return list(found.order_by("name"))


def person(text: str) -> User | None:
    """The person a form names by number; None where it names nobody.

    Raises:
        Invalid: on `person`, when there is no such person.
    """
    number = whole_number(text)
    if number is None:
        return None
    found = User.objects.filter(pk=number).first()
    if found is None:
        raise Invalid.field("person", _("Choose somebody from the list."))
    return found


def propose(request: SignedIn, key: str) -> HttpResponse:
    """Propose a ticket as a major incident: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, "major/_propose.html")
    try:
        incident = commands.propose(ticket, actor=request.user, reason=request.POST.get("reason", ""))
    except AlreadyLed as error:
        seen = MajorIncident.objects.visible_to(request.user).filter(pk=error.incident.pk).first()
        return dialog(request, ticket, "major/_propose.html", error=error, other=seen)
    except DomainError as error:
        return dialog(request, ticket, "major/_propose.html", error=error)
    return done(request, incident.get_absolute_url(), message=_("%(key)s is proposed.") % {"key": incident.key})


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """The major incidents this ticket is or was part of; empty where there is none."""
    links = MajorTicket.objects.filter(ticket=ticket, detached_at__isnull=True).select_related("incident__service")
    proposed = MajorIncident.objects.filter(lead=ticket, state=State.CANDIDATE).select_related("service").first()
    active = None
    if ticket.is_live and not links and not proposed and ticket.service_id:
        active = MajorIncident.objects.active().filter(service_id=ticket.service_id).first()
    return {"links": links, "proposed": proposed, "active": active}


MAJOR = Panel("major", _lazy("Major incident"), "major/_panel.html", _panel)


def promote(request: SignedIn, pk: int) -> HttpResponse:
    """Declare it: the form on GET, the command on POST."""
    incident = _decided_by(request, pk)
    if request.method != "POST" and incident.state != State.CANDIDATE:
        return decided(request, incident)
    typed: dict[str, Any] = request.POST.dict() or {
        "service": str(incident.service_id or ""),
        "cadence_minutes": str(settings.MAJOR_CADENCE_MINUTES),
        "commander": str(request.user.pk),
    }
    error: DomainError | None = None
    if request.method == "POST":
        try:
            commands.promote(incident, actor=request.user, declaration=_declaration(typed))
        except DomainError as refused:
            error = refused
        else:
            said = _("%(key)s is declared. Tell those affected now.") % {"key": incident.key}
            return done(request, incident.get_absolute_url(), message=said)
    context = {
        "incident": incident,
        "typed": typed,
        "why": why(incident),
        "services": Service.objects.all(),
        "severities": MajorIncident.Severity.choices,
        "service_states": [(state.value, state.label) for state in PUBLISHED_STATES],
        "people": agents(),
        "other": error.incident if isinstance(error, AlreadyLed) else None,
        "errors": told(error),
        "wrong": by_field(error),
    }
    return render(request, "major/promote.html", context, status=status_of(error))


def told(error: DomainError | None) -> Any:
    """What an error summary shows: texts by field, or one sentence."""
    if error is None:
        return None
    return error.fields if isinstance(error, Invalid) and error.fields else error.message


def by_field(error: DomainError | None) -> dict[str, list[str]]:
    """What is said beside each field; nothing of a refusal that is about none of them."""
    return error.fields if isinstance(error, Invalid) else {}


def _decided_by(request: SignedIn, pk: int) -> MajorIncident:
    """A proposal, for whoever decides about it and sees the ticket behind it.

    Raises:
        NotVisible: not for this person.
    """
    incident = incident_for(request, pk)
    if not declares_major(request.user) or not _sees(request.user, incident.lead):
        raise NotVisible()
    return incident


def _declaration(typed: dict[str, Any]) -> commands.Declaration:
    service = whole_number(typed.get("service", ""))
    return commands.Declaration(
        title=typed.get("title", ""),
        title_id=typed.get("title_id", ""),
        service=Service.objects.filter(pk=service).first() if service is not None else None,
        severity=typed.get("severity", ""),
        service_state=typed.get("service_state", ""),
        cadence_minutes=whole_number(typed.get("cadence_minutes", "")),
        commander=person(typed.get("commander", "")),
    )


@require_POST
def dismiss(request: SignedIn, pk: int) -> HttpResponse:
    incident = _decided_by(request, pk)
    try:
        commands.dismiss(incident, actor=request.user, reason=request.POST.get("dismissal", ""))
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error, typed=request.POST)
    return done(request, "/desk/major/", message=_("%(key)s is dismissed.") % {"key": incident.key})


@require_POST
def fold(request: SignedIn, pk: int) -> HttpResponse:
    """Attach the proposed ticket to the active major incident instead."""
    incident = _decided_by(request, pk)
    into = incident_for(request, whole_number(request.POST.get("into", "")) or 0)
    try:
        commands.fold(incident, into=into, actor=request.user)
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error)
    said = _("%(ticket)s is attached to %(key)s.") % {"ticket": incident.lead.key, "key": into.key}
    return done(request, into.get_absolute_url(), message=said)
