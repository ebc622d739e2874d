"""Setting a ticket waiting: for what, until when."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid
from core.htmx import done
from tickets import commands
from tickets.choices import PendingReason
from tickets.models import Ticket
from tickets.typed import stashed
from tickets.views.workspace import at_desk, dialog, version_of

FORM_MOMENT = "%Y-%m-%dT%H:%M"


def desk_waiting(request: SignedIn, key: str) -> HttpResponse:
    """Set waiting, or change what it waits for: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    reasons = PendingReason.choices
    if request.method != "POST":
        typed = stashed(request) or _as_it_stands(ticket)
        return dialog(request, ticket, "desk/_waiting.html", typed=typed, reasons=reasons)
    try:
        commands.pend(
            ticket,
            actor=request.user,
            reason=request.POST.get("reason", ""),
            until=moment(request.POST.get("until", ""), "until"),
            note=request.POST.get("note", ""),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, "desk/_waiting.html", error=error, reasons=reasons)
    return done(request, ticket.get_absolute_url(), message=_("%(key)s is waiting.") % {"key": ticket.key})


def moment(text: str, field: str) -> datetime | None:
    """What a date and time field sent, read in the reader's own time zone; None where it was left empty.

    Raises:
        Invalid: on `field`, when it is no date and time.
    """
    if not text.strip():
        return None
    try:
        parsed = parse_datetime(text.strip())
        if parsed is not None:
            return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
    except (ValueError, OverflowError):
        pass
    raise Invalid.field(field, _("Write the date and the time, for example 2026-11-24 09:00."))


def _as_it_stands(ticket: Ticket) -> dict[str, str]:
    until = ticket.pending_until
    return {
        "reason": ticket.pending_reason,
        "until": timezone.localtime(until).strftime(FORM_MOMENT) if until else "",
    }
