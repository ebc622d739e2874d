"""The review that follows a major incident: to read, to write, and to finish."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, DomainError, Invalid, NotVisible
from core.htmx import done
from escalation import commands
from escalation.commands.major_review import MOST_ACTIONS, SECTIONS, Action
from escalation.major_draft import impact_of
from escalation.major_timeline import story_of
from escalation.models import MajorIncident, MajorReview
from escalation.policies import finishes_review, steers_major
from escalation.views.major import agents, incident_for, status_of, told
from tickets.texts import plain

EMPTY_ROWS = 2


def review(request: SignedIn, pk: int) -> HttpResponse:
    """The newest version, or the one asked for; on POST a new version."""
    incident = _reviewed(request, pk)
    if request.method != "POST":
        return _draw(request, incident)
    try:
        commands.save_review(
            incident,
            actor=request.user,
            sections={name: request.POST.get(name, "") for name in SECTIONS},
            actions=_actions(request),
            number=whole_number(request.POST.get("number", "")) or 0,
        )
    except DomainError as error:
        # read again: somebody may have saved, or finished it, meanwhile
        return _draw(request, incident_for(request, pk), error=error)
    return done(request, reverse("major_review", args=[pk]), message=_("A new version is saved."))


@require_POST
def finish(request: SignedIn, pk: int) -> HttpResponse:
    """Call the review done."""
    incident = _reviewed(request, pk)
    try:
        number = whole_number(request.POST.get("number", "")) or 0
        commands.finish_review(incident, actor=request.user, number=number)
    except DomainError as error:
        return _draw(request, incident_for(request, pk), error=error)
    return done(request, reverse("major_review", args=[pk]), message=_("The review is finished."))


def _reviewed(request: SignedIn, pk: int) -> MajorIncident:
    incident = incident_for(request, pk)
    if not incident.has_review:
        raise NotVisible()
    return incident


def _draw(request: SignedIn, incident: MajorIncident, *, error: DomainError | None = None) -> HttpResponse:
    versions = list(incident.reviews.select_related("saved_by"))
    newest = versions[0] if versions else MajorReview(incident=incident, number=0, saved_by=request.user)
    wanted = whole_number(request.GET.get("version", ""))
    shown = next((version for version in versions if version.number == wanted), newest)
    may_edit = incident.state == MajorIncident.State.STOOD_DOWN and steers_major(request.user, incident)
    typed = request.POST if error and "happened" in request.POST else None
    seen = whole_number(request.POST.get("number", "")) if typed is not None else newest.number
    # the number moves on only together with the texts it stands for: whoever sends again has had them before their eyes
    theirs = newest if isinstance(error, Conflict) and seen != newest.number else None
    context = {
        "incident": incident,
        "review": shown,
        "newest": newest,
        "number": newest.number if theirs else seen or 0,
        "theirs": theirs,
        "their_actions": _rows(newest, editable=False) if theirs else [],
        "versions": versions,
        "is_old": shown.number != newest.number,
        "sections": _sections(shown, typed if may_edit else None, theirs),
        "unsaved": [] if may_edit or typed is None else _sections(shown, typed),
        "actions": _rows(shown, editable=may_edit) if typed is None or not may_edit else _typed_rows(request),
        "impact": impact_of(incident, request.user),
        "story": story_of(incident, request.user),
        "updates": incident.updates.select_related("sent_by"),
        "people": agents() if may_edit else [],
        "may_edit": may_edit and shown.number == newest.number,
        "may_finish": finishes_review(request.user) and incident.state == MajorIncident.State.STOOD_DOWN,
        "errors": told(error),
    }
    return render(request, "major/review.html", context, status=status_of(error))


def _sections(shown: MajorReview, typed: Any, theirs: MajorReview | None = None) -> list[dict[str, Any]]:
    """Each section with the text to show, and where it differs what somebody else saved meanwhile as `theirs`."""
    rows: list[dict[str, Any]] = []
    for name in SECTIONS:
        text = typed.get(name, "") if typed is not None else getattr(shown, name)
        other = getattr(theirs, name) if theirs is not None else ""
        differs = theirs is not None and plain(text).strip() != other
        label = MajorReview._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        rows.append({"name": name, "label": label, "text": text, "theirs": other, "differs": differs})
    return rows


def _rows(shown: MajorReview, *, editable: bool) -> list[dict[str, Any]]:
    """The actions as rows, with the owners' names; empty ones to write into at the end."""
    owners = User.objects.in_bulk({row["owner"] for row in shown.actions if row["owner"]})
    rows: list[dict[str, Any]] = [
        {"what": row["what"], "owner": row["owner"], "due": row["due"] or "", "name": owners.get(row["owner"])}
        for row in shown.actions
    ]
    if editable:
        rows += [{"what": "", "owner": None, "due": ""}] * min(EMPTY_ROWS, MOST_ACTIONS - len(rows))
    return rows


def _typed_rows(request: SignedIn) -> list[dict[str, Any]]:
    rows = _typed_actions(request)
    return [{"what": what, "owner": whole_number(owner), "due": due} for what, owner, due in rows]


def _typed_actions(request: SignedIn) -> list[tuple[str, str, str]]:
    columns = (request.POST.getlist(name) for name in ("action_what", "action_owner", "action_due"))
    return list(zip(*columns, strict=False))


def _actions(request: SignedIn) -> list[Action]:
    """The rows that hold something.

    Raises:
        Invalid: on `actions`, when a date is none.
    """
    return [
        Action(what=what, owner=whole_number(owner), due=_day(due))
        for what, owner, due in _typed_actions(request)
        if what.strip() or owner or due
    ]


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise Invalid.field("actions", _("Write the date like 2026-12-01."))
    return day
