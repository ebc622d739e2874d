"""What a version would change, and putting it in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import Conflict, NotVisible
from core.htmx import done
from escalation.commands import promises
from escalation.described import compared_with, owner_of, what_changes
from escalation.flips import flips_for, impact_in_words
from escalation.models import CalendarVersion, Recount
from escalation.policies import keeps_promises
from escalation.recount import cancel
from escalation.views.promises import CALENDAR, POLICY, keeper, reader

RELATED = (
    "asked_by",
    "calendar_version__calendar__current",
    "calendar_version__author",
    "policy_version__policy__current__calendar",
    "policy_version__calendar",
    "policy_version__author",
)


def recount(request: SignedIn, pk: int) -> HttpResponse:
    """What was counted so far, what the version changes, and what can be done about it."""
    reader(request)
    return _draw(request, _recount(pk))


def progress(request: SignedIn, pk: int) -> HttpResponse:
    """Fragment: how far it is; once it has ended the whole page is fetched."""
    reader(request)
    found = _recount(pk)
    response = render(request, "promises/_progress.html", {"recount": found})
    if found.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def put_in_force(request: SignedIn, pk: int) -> HttpResponse:
    """Put the version in force that was looked at."""
    keeper(request)
    looked = _recount(pk)
    if looked.state != Recount.State.DONE:
        return done(request, reverse("recount", args=[pk]))
    try:
        applied = promises.apply(looked.version, actor=request.user)
    except Conflict as error:
        return _draw(request, looked, conflict=error.message, status=error.status)
    return done(request, reverse("recount", args=[applied.pk]))


@require_POST
def look_again(request: SignedIn, pk: int) -> HttpResponse:
    """Count the same version as tickets stand now."""
    keeper(request)
    fresh = promises.look_again(_recount(pk).version, actor=request.user)
    return done(request, reverse("recount", args=[fresh.pk]))


@require_POST
def stop(request: SignedIn, pk: int) -> HttpResponse:
    """Stop looking."""
    keeper(request)
    cancel(_recount(pk))
    return done(request, reverse("recount", args=[pk]))


def _recount(pk: int) -> Recount:
    found = Recount.objects.select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def _draw(request: SignedIn, found: Recount, *, status: int = 200, conflict: str = "") -> HttpResponse:
    version = found.version
    owner = owner_of(version)
    kind = CALENDAR if isinstance(version, CalendarVersion) else POLICY
    before = compared_with(version)
    is_overtaken = owner.current is not None and owner.current.number > version.number
    context: dict[str, Any] = {
        "recount": found,
        "version": version,
        "owner": owner,
        "owner_url": reverse(kind, args=[owner.pk]),
        "edit_url": f"{reverse(f'{kind}_edit', args=[owner.pk])}?version={version.number}",
        "before": before,
        "differences": what_changes(before, version),
        "words": impact_in_words(found),
        "flips": flips_for(request.user, found) if found.is_finished else None,
        "may_edit": keeps_promises(request.user),
        "is_preview": found.kind == Recount.Kind.PREVIEW,
        "is_in_force": owner.current_id == version.pk,
        "is_overtaken": is_overtaken,
        "conflict": conflict,
        "applied": version.recounts.filter(kind=Recount.Kind.APPLY).defer("flips").first(),
    }
    return render(request, "promises/recount.html", context, status=status)
