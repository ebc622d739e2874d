"""Taking the next ticket."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.htmx import done, local_path
from escalation import commands
from escalation.assignment.next_ticket import not_free
from tickets.reasons import text_of
from tickets.undo import undoable
from tickets.views.desk import agents_only


@require_POST
def take_next(request: SignedIn) -> HttpResponse:
    """Make the best free ticket the reader's, say why it is that one, and offer the way back."""
    agents_only(request)
    taken = commands.take_next(actor=request.user)
    if taken is None:
        messages.info(request, _nothing(request.user))
        return done(request, local_path(request.POST.get("back", ""), reverse("desk_home")))
    step = undoable(taken.ticket, request.user)
    undo = reverse("undo", args=[taken.ticket.key, step.pk]) if step else ""
    words = {"key": taken.ticket.key, "reason": text_of(taken.reason)}
    messages.success(request, _("%(key)s is yours now. %(reason)s.") % words, extra_tags=undo)
    return done(request, taken.ticket.get_absolute_url())


def _nothing(user: User) -> str:
    """That nothing is free, and what there is beside."""
    if not user.hats.my_teams:
        return _("You work in no team, so there is no next ticket for you.")
    beside = not_free(user)
    parts = [_("Nothing is free in your teams.")]
    if owned := beside["owned"]:
        parts.append(
            ngettext("%(count)d ticket has an owner.", "%(count)d tickets have an owner.", owned) % {"count": owned}
        )
    if waiting := beside["waiting"]:
        parts.append(ngettext("%(count)d waits.", "%(count)d wait.", waiting) % {"count": waiting})
    return " ".join(parts)
