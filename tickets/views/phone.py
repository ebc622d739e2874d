"""A ticket an agent writes down for somebody on the telephone."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedIn
from core.errors import Invalid
from core.htmx import done
from tickets import commands
from tickets.choices import Channel
from tickets.models import Ticket
from tickets.views.desk import agents_only
from tickets.views.reporting import form_context, report_from

CALLERS = 8
SHORTEST_LOOKUP = 2


def desk_new(request: SignedIn) -> HttpResponse:
    """The form on GET; on POST the ticket, opened for the caller."""
    agents_only(request)
    if request.method != "POST":
        return render(request, "desk/new_ticket.html", form_context(request, request.GET, {}))
    typed = request.POST
    try:
        caller = User.objects.filter(email=typed.get("requester", "").strip().lower(), is_active=True).first()
        if caller is None:
            raise Invalid.field("requester", _("Choose the caller from the list, or type their email address."))
        ticket = commands.open(
            report_from(typed),
            actor=request.user,
            requester=caller,
            channel=Channel.PHONE,
            submission_key=typed.get("submission_key", "")[:255] or None,
        )
    except Invalid as error:
        context = form_context(request, typed, error.fields or {"": [error.message]})
        return render(request, "desk/new_ticket.html", context, status=422)
    return done(request, ticket.get_absolute_url(), message=_("%(key)s is open.") % {"key": ticket.key})


def callers(request: SignedIn) -> HttpResponse:
    """Fragment: people who fit what is typed, with how many tickets each has open."""
    agents_only(request)
    wanted = request.GET.get("requester", "").strip()
    found: list[tuple[User, int]] = []
    if len(wanted) >= SHORTEST_LOOKUP:
        fits = Q(name__icontains=wanted) | Q(email__icontains=wanted) | Q(phone__icontains=wanted)
        fits |= Q(assets__tag__iexact=wanted)
        people = User.objects.filter(fits, is_active=True, is_automation=False).select_related("site").distinct()
        visible = Ticket.objects.visible_to(request.user).live()
        found = [(person, visible.filter(requester=person).count()) for person in people.order_by("name")[:CALLERS]]
    return render(request, "desk/_callers.html", {"people": found})
