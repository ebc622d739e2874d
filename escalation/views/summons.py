"""Calling somebody with more say, and answering the call."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError
from core.htmx import done
from core.time import database_now
from escalation import commands
from escalation.chain import called
from escalation.models import Summons
from tickets.views.workspace import at_desk, dialog, version_of


def summon(request: SignedIn, key: str) -> HttpResponse:
    """Call somebody with more say: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    now = database_now()
    rungs = [(rung.value, rung.label, called(ticket, rung, now)) for rung in Summons.Rung]
    context: dict[str, Any] = {
        "rungs": rungs,
        "being_called": Summons.objects.filter(ticket=ticket, state="open").first(),
    }
    if request.method != "POST":
        return dialog(request, ticket, "desk/_summon.html", **context)
    try:
        commands.summon(
            ticket,
            actor=request.user,
            rung=request.POST.get("rung", ""),
            reason=request.POST.get("reason", ""),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, "desk/_summon.html", error=error, **context)
    return done(request, ticket.get_absolute_url(), message=_("They are called by mail and in the product."))


@require_POST
def acknowledge(request: SignedIn, key: str) -> HttpResponse:
    """Answer the call."""
    ticket = at_desk(request, key)
    commands.acknowledge(ticket, actor=request.user, answer=request.POST.get("answer", ""))
    return done(request, ticket.get_absolute_url(), message=_("The call is answered; nobody else is called."))
