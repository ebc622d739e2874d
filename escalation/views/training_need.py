"""One training need with what shows it: only the tickets its reader may see."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import TrainingNeed
from accounts.requests import SignedIn
from accounts.training_decisions import dismiss_need, meet_need, plan_need, reopen_need
from accounts.training_policies import decides_need, needs_seen, sessions_seen
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now
from escalation.models import Handover
from tickets.models import Ticket

SHOWN_TICKETS = 50


def training_need(request: SignedIn, pk: int) -> HttpResponse:
    """What is to be learnt, why, and what is done about it."""
    return _page(request, _need(request, pk))


def _page(request: SignedIn, need: TrainingNeed, *, note: str = "", error: str = "") -> HttpResponse:
    """The page of a need; with an error, what was typed is shown again."""
    packets = Handover.objects.filter(pk__in=need.evidence.get("handovers", ()))
    tickets = Ticket.objects.visible_to(request.user).filter(handovers__in=packets).distinct().order_by("-pk")
    since, until = (need.evidence.get(name) for name in ("since", "until"))
    context = {
        "need": need,
        "period": (date.fromisoformat(since), date.fromisoformat(until)) if since and until else (),
        "tickets": tickets[:SHOWN_TICKETS],
        "may_decide": need.is_open and decides_need(request.user, need),
        "may_reopen": need.state == TrainingNeed.State.DISMISSED and decides_need(request.user, need),
        "note": note,
        "error": error,
        "sessions": sessions_seen(request.user).filter(end__gt=database_now()),
    }
    return render(request, "training/need.html", context, status=UNPROCESSABLE if error else 200)


@require_POST
def need_decide(request: SignedIn, pk: int, answer: str) -> HttpResponse:
    """Plan it for a session, say it is met, dismiss it with a reason, or open it again."""
    need, note = _need(request, pk), request.POST.get("note", "")
    try:
        _decide(request, need, answer, note)
    except Invalid as error:
        return _page(request, need, note=note, error=error.in_full)
    return done(request, reverse("training_need", args=[need.pk]), message=_("Saved"))


def _decide(request: SignedIn, need: TrainingNeed, answer: str, note: str) -> None:
    if answer == "plan":
        wanted = whole_number(request.POST.get("session", "")) or 0
        session = sessions_seen(request.user).filter(pk=wanted).first()
        if session is None:
            raise Invalid.field("session", _("Choose one of the list."))
        plan_need(need, session, actor=request.user)
    elif answer == "meet":
        meet_need(need, actor=request.user, note=note)
    elif answer == "dismiss":
        dismiss_need(need, actor=request.user, why=note)
    elif answer == "reopen":
        reopen_need(need, actor=request.user)
    else:
        raise NotVisible()


def _need(request: SignedIn, pk: int) -> TrainingNeed:
    related = ("person", "team", "session", "skill", "decided_by")
    need = needs_seen(request.user).select_related(*related).filter(pk=pk).first()
    if need is None:
        raise NotVisible()
    return need
