"""Putting a ticket aside for oneself, and taking it back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import DomainError, Invalid
from core.htmx import done, local_path
from core.spoken_time import weekday_and_time
from core.time import database_now
from tickets import commands
from tickets.models import Snooze
from tickets.views.quick import after_dialog
from tickets.views.workspace import at_desk, dialog

SNOOZE = "desk/_snooze.html"
MORNING = time(8)
WHEN = {"hour": _lazy("In an hour"), "tomorrow": _lazy("Tomorrow"), "monday": _lazy("Next Monday")}


def desk_snooze(request: SignedIn, key: str) -> HttpResponse:
    """Put it aside: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    now = database_now()
    choices = [{"value": value, "label": label, "at": moment(value, now)} for value, label in WHEN.items()]
    own = Snooze.objects.asleep(request.user).filter(ticket=ticket).first()
    context: dict[str, Any] = {"choices": choices, "own": own}
    if request.method != "POST":
        return dialog(request, ticket, SNOOZE, **context)
    try:
        until = _until(request.POST.get("when", ""), request.POST.get("until", ""), now)
        row = commands.snooze(ticket, actor=request.user, until=until, note=request.POST.get("note", ""))
    except DomainError as error:
        return dialog(request, ticket, SNOOZE, error=error, **context)
    said = _("%(key)s comes back %(when)s.") % {"key": ticket.key, "when": weekday_and_time(row.until)}
    return after_dialog(request, reverse("desk_home"), said, undo_url=reverse("unsnooze", args=[ticket.key]))


@require_POST
def desk_unsnooze(request: SignedIn, key: str) -> HttpResponse:
    """Take it back at once, or say that it was seen to be back."""
    ticket = at_desk(request, key)
    commands.unsnooze(ticket, actor=request.user)
    said = _("%(key)s is in your list.") % {"key": ticket.key}
    return done(request, local_path(request.POST.get("back", ""), reverse("desk_home")), message=said)


def moment(choice: str, now: datetime) -> datetime:
    """The instant a choice means, by the clock where the reader is.

    Args:
        choice: a key of WHEN.
    """
    if choice == "hour":
        return now + timedelta(hours=1)
    here = timezone.localtime(now)
    days = 1 if choice == "tomorrow" else 7 - here.weekday()
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=days), MORNING))


def _until(choice: str, typed: str, now: datetime) -> datetime:
    if choice in WHEN:
        return moment(choice, now)
    try:
        parsed = parse_datetime(typed)
    except ValueError:
        parsed = None
    if parsed is None:
        raise Invalid.field("until", _("Choose when it comes back."))
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
