"""Calendars and policies to read: all, one, one version of it; and what changes without a draft."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.errors import Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from escalation.commands import keeping, promises
from escalation.commands.wording import Version
from escalation.described import (
    Kept,
    calendar_cards,
    open_clocks,
    policy_cards,
    recounts_of,
    version_in_words,
)
from escalation.models import BusinessCalendar, SlaPolicy
from escalation.policies import keeps_promises, reads_promises

CALENDAR, POLICY = "calendar", "policy"
LIST_URL = "promises"
MOVES: dict[str, Callable[..., None]] = {
    "up": keeping.move_up,
    "down": keeping.move_down,
    "on": keeping.turn_on,
    "off": keeping.turn_off,
}


def reader(request: SignedIn) -> None:
    """Let everybody at the desk pass.

    Raises:
        NotVisible: the desk does not exist for anybody else.
    """
    if not reads_promises(request.user):
        raise NotVisible()


def keeper(request: SignedIn) -> None:
    """Let those pass who may change promises.

    Raises:
        NotVisible, NotAllowed: the others.
    """
    reader(request)
    if not keeps_promises(request.user):
        raise NotAllowed()


def kept(kind: str, pk: int) -> Kept:
    """A calendar or a policy.

    Raises:
        NotVisible: there is none.
    """
    rows = BusinessCalendar.objects if kind == CALENDAR else SlaPolicy.objects.select_related("owner")
    found = rows.select_related("current").filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found  # type: ignore[no-any-return]


def kept_by(request: SignedIn, kind: str, pk: int) -> Kept:
    """A calendar or a policy to change. What is not there is not there, whoever asks.

    Raises:
        NotVisible, NotAllowed: there is none, or they may not change it.
    """
    reader(request)
    found = kept(kind, pk)
    keeper(request)
    return found


def promise_list(request: SignedIn) -> HttpResponse:
    """Policies in the order they are asked, then calendars with who uses them."""
    reader(request)
    policies = policy_cards()
    context = {"policies": policies, "calendars": calendar_cards(policies), "may_edit": keeps_promises(request.user)}
    return render(request, "promises/list.html", context)


def overview(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """One calendar or policy: what is in force, its versions, what was looked at."""
    reader(request)
    return _overview(request, kept(kind, pk), kind)


def version(request: SignedIn, pk: int, number: int, kind: str) -> HttpResponse:
    """One version in words."""
    reader(request)
    owner = kept(kind, pk)
    found = _version(owner, number)
    context = {
        "owner": owner,
        "kind": kind,
        "version": found,
        "words": version_in_words(found),
        "may_edit": keeps_promises(request.user),
        "recounts": found.recounts.defer("flips").select_related("asked_by"),
        "is_old": owner.current is not None and found.number < owner.current.number,
        "back_url": reverse(kind, args=[pk]),
    }
    return render(request, "promises/version.html", context)


@require_POST
def restore(request: SignedIn, pk: int, number: int, kind: str) -> HttpResponse:
    """Draft an older version again."""
    recount = promises.restore(_version(kept_by(request, kind, pk), number), actor=request.user)
    return done(request, reverse("recount", args=[recount.pk]))


@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Ask a policy earlier or later, turn it on or off."""
    keeper(request)
    act = MOVES.get(request.POST.get("to", ""))
    if act is None:
        raise Invalid(_("Choose what is done."))
    policy = kept(POLICY, pk)
    act(policy, actor=request.user)
    return done(request, reverse(LIST_URL) + f"#policy-{pk}", message=_("Done. It counts from the next decision on."))


def delete(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Ask once, then delete what nothing depends on; say what does otherwise."""
    owner = kept_by(request, kind, pk)
    context = {"owner": owner, "kind": kind, "back_url": reverse(kind, args=[pk])}
    if request.method != "POST":
        return render(request, "promises/delete.html", context)
    try:
        _delete(owner, request.user)
    except Invalid as error:
        return render(request, "promises/delete.html", {**context, "refused": error.message}, status=UNPROCESSABLE)
    return done(request, reverse(LIST_URL), message=_("%(name)s is deleted.") % {"name": owner})


def _delete(owner: Kept, actor: User) -> None:
    if isinstance(owner, BusinessCalendar):
        keeping.delete_calendar(owner, actor=actor)
    else:
        keeping.delete_policy(owner, actor=actor)


def _overview(request: SignedIn, owner: Kept, kind: str) -> HttpResponse:
    versions = owner.versions.select_related("author")
    context = {
        "owner": owner,
        "kind": kind,
        "words": version_in_words(owner.current),
        "versions": versions,
        "recounts": recounts_of(owner),
        "clocks": open_clocks(owner),
        "may_edit": keeps_promises(request.user),
    }
    return render(request, "promises/overview.html", context)


def _version(owner: Kept, number: int) -> Version:
    found = owner.versions.select_related("author").filter(number=number).first()
    if found is None:
        raise NotVisible()
    return found  # type: ignore[no-any-return]
