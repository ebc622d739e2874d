"""Macros on a ticket: what each would do here, running one, taking it back."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, Invalid, NotVisible
from core.htmx import done, tell
from core.time import database_now
from escalation.commands.macro_runs import of_run, run_macro, undo_macro
from escalation.macros.offers import offers
from escalation.models import Macro, MacroRun
from tickets.composing import delay_of
from tickets.entries import RUN_MACRO
from tickets.history_undo import can_be_taken_back
from tickets.models import Departure, Ticket
from tickets.views.quick import after_dialog
from tickets.views.workspace import at_desk, dialog, page_after, redrawn, version_of

MENU = "macros/_menu.html"
SEARCHED_FROM = 9


def ticket_macros(request: SignedIn, key: str) -> HttpResponse:
    """The macros for this ticket, each with what it would do: a dialog, or a page. POST runs the chosen one."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return _menu(request, ticket)
    # "12:3" is the third version of macro 12
    chosen, _sep, seen = request.POST.get("macro", "").partition(":")
    macro = Macro.objects.visible_to(request.user).filter(pk=whole_number(chosen) or 0).first()
    if macro is None:
        said = _("This macro is not there any more.") if chosen else _("Choose a macro.")
        return _menu(request, ticket, Invalid(said))
    try:
        run = run_macro(
            ticket,
            macro,
            actor=request.user,
            seen=whole_number(seen),
            version=version_of(request),
            dedupe_key=request.POST.get("dedupe_key", ""),
            delay=delay_of(request),
        )
    except DomainError as error:
        return _menu(request, ticket, error)
    undo_url = reverse("macro_undo", args=[ticket.key, run.pk]) if _can_undo(run) else ""
    return after_dialog(
        request, page_after(request, ticket), _("“%(name)s” is done.") % {"name": run.name}, undo_url=undo_url
    )


@require_POST
def macro_undo(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take back what a macro did; what cannot be taken back is said."""
    ticket = at_desk(request, key)
    run = MacroRun.objects.select_related("ticket").filter(pk=pk, ticket=ticket).first()
    if run is None:
        raise NotVisible()
    stays = undo_macro(run, actor=request.user).in_words
    said = " ".join(filter(None, [_("Taken back."), stays]))
    if not request.htmx or not run.ticket.staffed_by(request.user):
        return done(request, page_after(request, ticket), message=said)
    bar: dict[str, Any] = {"undo": {"text": said, "url": ""}} if stays else {"undone": True}
    return tell(redrawn(request, at_desk(request, key)), announce=said, ticket_changed=True, **bar)


def _menu(request: SignedIn, ticket: Ticket, error: DomainError | None = None) -> HttpResponse:
    found = offers(ticket, request.user, database_now())
    context = {"offers": found, "is_searched": len(found) >= SEARCHED_FROM, "dedupe_key": secrets.token_urlsafe(12)}
    return dialog(request, ticket, MENU, error=error, **context)


def _can_undo(run: MacroRun) -> bool:
    """Whether anything of it could be taken back."""
    if Departure.objects.of(run.actor_id, run.ticket_id).filter(dedupe_key__startswith=run.key).exists():
        return True
    return any(can_be_taken_back(event) for event in of_run(run).exclude(verb=RUN_MACRO))
