from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.roster import DutyForm, SwapForm
from accounts.models import Swap
from accounts.requests import SignedIn
from accounts.roster_policies import in_team, sees_roster
from accounts.roster_swaps import ANSWERS, ask_swap, duty_of
from accounts.roster_week import Week
from accounts.roster_words import span_words
from accounts.views.roster import desk_only, desk_team
from core.errors import Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done


def swap_new(request: SignedIn, slug: str) -> HttpResponse:
    """Ask a colleague to take the duty the address names."""
    team = desk_team(request.user, slug)
    if not in_team(request.user, team):
        raise NotAllowed()
    named = DutyForm(request.GET)
    if not named.is_valid():
        raise NotVisible()
    kind, start, end = (named.cleaned_data[name] for name in ("kind", "start", "end"))
    form = SwapForm(request.POST or None, team=team, asker=request.user)
    if request.method == "POST" and form.is_valid():
        wanted = {**form.cleaned_data, "kind": kind, "start": start, "end": end}
        try:
            swap = ask_swap(team, actor=request.user, **wanted)
        except Invalid as error:
            form.add_error("colleague" if "colleague" in error.fields else None, error.in_full)
        else:
            return done(request, _week_url(swap), message=_("%(name)s is asked.") % {"name": swap.colleague.name})
    context = {
        "team": team,
        "form": form,
        "kind": kind,
        "when": span_words(start, end),
        "is_gone": not form.is_bound and duty_of(team, request.user, kind, start, end) is None,
        "back_url": reverse("roster_week", args=[team.slug]),
    }
    return render(request, "roster/swap.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
def swap_answer(request: SignedIn, pk: int, answer: str) -> HttpResponse:
    """Agree, approve, decline or withdraw."""
    desk_only(request.user)
    swap = Swap.objects.select_related("team", "colleague").filter(pk=pk).first()
    if swap is None or not sees_roster(request.user, swap.team) or answer not in ANSWERS:
        raise NotVisible()
    held = ANSWERS[answer](swap, actor=request.user)
    return done(request, _week_url(held), message=held.get_state_display())


def _week_url(swap: Swap) -> str:
    return f"{reverse('roster_week', args=[swap.team.slug])}?week={Week.of(swap.start).name}#swaps"
