"""What is done while a major incident is active: roles, clock, notes, tickets, updates, and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, NotAllowed, NotVisible
from core.htmx import done
from escalation import commands
from escalation.commands.major_tickets import MOST_AT_ONCE, Together
from escalation.commands.major_updates import checked_end, checked_update
from escalation.major_choice import alike, came_in_since, chosen, found_by
from escalation.major_recipients import by_language, recipients_of
from escalation.major_timeline import visible_tickets
from escalation.models import MajorIncident
from escalation.policies import ends_major, steers_major
from escalation.views.major import decided, draw, incident_for, person, status_of, told
from tickets.commands import unit_of_work
from tickets.models import Ticket
from tickets.reading import ticket_by_key

WIDEST_SEARCH = 200


@require_POST
def role(request: SignedIn, pk: int) -> HttpResponse:
    """Give a role to somebody, or leave it open."""
    incident = incident_for(request, pk)
    wanted = request.POST.get("role", "")
    try:
        who = person(request.POST.get("person", ""))
        commands.name_for_role(incident, actor=request.user, role=wanted, person=who)
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error)
    return done(request, incident.get_absolute_url(), message=_("Saved"))


@require_POST
def cadence(request: SignedIn, pk: int) -> HttpResponse:
    incident = incident_for(request, pk)
    try:
        commands.set_cadence(incident, actor=request.user, minutes=whole_number(request.POST.get("minutes", "")))
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error)
    return done(request, incident.get_absolute_url(), message=_("Saved"))


@require_POST
def note(request: SignedIn, pk: int) -> HttpResponse:
    """Write something down for the record."""
    incident = incident_for(request, pk)
    try:
        commands.note_down(incident, actor=request.user, text=request.POST.get("text", ""))
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error, note=request.POST.get("text", ""))
    return done(request, f"{incident.get_absolute_url()}#story", message=_("Written down."))


def attach(request: SignedIn, pk: int) -> HttpResponse:
    """Tickets to take in: those that look alike, came in since or were searched for; several at once on POST."""
    incident = incident_for(request, pk)
    if request.method != "POST" and not incident.is_active:
        return decided(request, incident)
    error: DomainError | None = None
    numbers = [whole_number(text) or 0 for text in request.POST.getlist("ticket")]
    if request.method == "POST":
        try:
            together = commands.attach(incident, actor=request.user, tickets=chosen(request.user, numbers))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _attached(together), extra_tags=_way_back(incident, together))
            return done(request, incident.get_absolute_url())
    wanted = request.GET.get("q", "")[:WIDEST_SEARCH]
    context = {
        "incident": incident,
        "q": wanted,
        "found": found_by(incident, request.user, wanted),
        "since": came_in_since(incident, request.user),
        "alike": alike(incident, request.user) if incident.is_active else [],
        "ticked": set(numbers) | {whole_number(request.GET.get("ticket", "")) or 0},
        "errors": told(error),
    }
    return render(request, "major/attach.html", context, status=status_of(error))


def _attached(together: Together) -> str:
    count = len(together.done)
    said = ngettext("%(n)s ticket is attached.", "%(n)s tickets are attached.", count) % {"n": count}
    return " ".join([said, *(words for _ticket, words in together.refused)])


def _way_back(incident: MajorIncident, together: Together) -> str:
    """The address that takes out again what was just attached."""
    keys = urlencode([("ticket", ticket.key) for ticket in together.done])
    return f"{reverse('major_detach', args=[incident.pk])}?{keys}"


@require_POST
def detach(request: SignedIn, pk: int) -> HttpResponse:
    """Take tickets out again, all or none: one named by the form, or those the address of an undo names."""
    incident = incident_for(request, pk)
    keys = request.POST.getlist("ticket") or request.GET.getlist("ticket")
    tickets = sorted((ticket_by_key(request.user, key) for key in keys[:MOST_AT_ONCE]), key=lambda ticket: ticket.pk)
    if not tickets:
        raise NotVisible()
    try:
        with unit_of_work():
            for ticket in tickets:
                commands.detach(incident, actor=request.user, ticket=ticket)
    except DomainError as error:
        return draw(request, incident_for(request, pk), error=error)
    count = len(tickets)
    said = ngettext("%(n)s ticket is on its own again.", "%(n)s tickets are on their own again.", count) % {"n": count}
    return done(request, incident.get_absolute_url(), message=said)


def update(request: SignedIn, pk: int) -> HttpResponse:
    """Write a public update, look at it as it will go out, and send it."""
    incident = incident_for(request, pk)
    if request.method != "POST" and not incident.is_active:
        return decided(request, incident)
    if not steers_major(request.user, incident):
        raise NotAllowed()
    text, text_id = request.POST.get("text", ""), request.POST.get("text_id", "")
    step = request.POST.get("step", "")
    error: DomainError | None = None
    try:
        if step == "send":
            key = request.POST.get("dedupe_key", "")
            sent = commands.send_update(incident, actor=request.user, text=text, text_id=text_id, dedupe_key=key)
            return done(request, incident.get_absolute_url(), message=_sent(sent.recipients))
        if step == "preview":
            checked_update(text, text_id)
    except DomainError as refused:
        error = refused
    return _compose(request, incident, is_preview=step == "preview" and error is None, error=error)


def _compose(
    request: SignedIn, incident: MajorIncident, *, is_preview: bool, error: DomainError | None
) -> HttpResponse:
    recipients = recipients_of(incident)
    context = {
        "incident": incident,
        "typed": request.POST,
        "is_preview": is_preview,
        "people": len(recipients),
        "languages": by_language(recipients),
        "last": incident.updates.order_by("-number").first(),
        "errors": told(error),
    }
    return render(request, "major/update.html", context, status=status_of(error))


def _sent(count: int) -> str:
    return ngettext("The update goes to %(n)s person.", "The update goes to %(n)s people.", count) % {"n": count}


def stand_down(request: SignedIn, pk: int) -> HttpResponse:
    """End it with a last update, looked at before it goes, and resolve the tickets that are ticked; afterwards what is
    still open of them.
    """
    incident = incident_for(request, pk)
    tickets = _still_open(request, incident)
    if request.method != "POST" and not incident.is_active and not tickets:
        return decided(request, incident)
    if not ends_major(request.user, incident):
        raise NotAllowed()
    step = request.POST.get("step", "")
    error: DomainError | None = None
    together: Together | None = None
    if request.method == "POST" and step != "edit":
        try:
            if step == "preview":
                _checked_end(request)
            else:
                together = _end(request, incident)
        except DomainError as refused:
            error = refused
        else:
            if together is not None and not together.refused:
                return done(request, incident.get_absolute_url(), message=_ended(incident, together))
            tickets = _still_open(request, incident)
    ticked = set(request.POST.getlist("ticket")) if request.POST else {str(ticket.pk) for ticket in tickets}
    recipients = recipients_of(incident) if incident.is_active else []
    context: dict[str, Any] = {
        "incident": incident,
        "typed": request.POST or {"resolution": incident.resolution},
        "is_preview": step == "preview" and error is None and incident.is_active,
        "rows": [{"ticket": ticket, "is_ticked": str(ticket.pk) in ticked} for ticket in tickets],
        "together": together,
        "people": len(recipients),
        "languages": by_language(recipients),
        "errors": told(error),
    }
    return render(request, "major/stand_down.html", context, status=status_of(error))


def _still_open(request: SignedIn, incident: MajorIncident) -> list[Ticket]:
    """Its tickets that can be resolved with it, or after it."""
    if not incident.declared_at:
        return []
    return [ticket for ticket in visible_tickets(incident, request.user) if ticket.is_live]


def _checked_end(request: SignedIn) -> dict[str, Any]:
    """What was typed, clean. Raises Invalid with everything that keeps it from being done."""
    typed = request.POST
    return checked_end(
        typed.get("text", ""),
        typed.get("text_id", ""),
        typed.get("resolution", ""),
        resolves=bool(typed.getlist("ticket")),
        ends=typed.get("step") != "resolve",
    )


def _end(request: SignedIn, incident: MajorIncident) -> Together:
    """Stand down where that is still to be done, then resolve what is ticked.

    Raises:
        Invalid: a text is missing.  Conflict: somebody else stood it down meanwhile.
    """
    words = _checked_end(request)
    if request.POST.get("step") == "stand_down":
        commands.stand_down(incident, actor=request.user, **words)
    numbers = [whole_number(text) or 0 for text in request.POST.getlist("ticket")]
    tickets = chosen(request.user, numbers)
    return commands.resolve_together(incident, actor=request.user, tickets=tickets, resolution=words["resolution"])


def _ended(incident: MajorIncident, together: Together) -> str:
    said = _("%(key)s is stood down.") % {"key": incident.key}
    count = len(together.done)
    if not count:
        return said
    return f"{said} " + ngettext("%(n)s ticket is resolved.", "%(n)s tickets are resolved.", count) % {"n": count}
