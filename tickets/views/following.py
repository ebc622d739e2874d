"""Followers of a ticket: the panel, following it oneself, adding and removing colleagues."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, Invalid, NotVisible
from tickets import commands, policies
from tickets.models import Ticket
from tickets.views.panels import Panel
from tickets.views.quick import after_dialog, stepped
from tickets.views.workspace import at_desk, dialog

ADD = "desk/_add_follower.html"


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Who follows; one query."""
    watchers = list(ticket.watchers.select_related("user").order_by("user__name"))
    return {"watchers": watchers, "is_mine": any(row.user_id == request.user.pk for row in watchers)}


FOLLOWERS = Panel("followers", _lazy("Followers"), "desk/_followers_panel.html", _panel)


@require_POST
def desk_follow(request: SignedIn, key: str) -> HttpResponse:
    """Follow it oneself, with the way back."""
    ticket = at_desk(request, key)
    commands.watch(ticket, actor=request.user, follower=request.user)
    said = _("You follow %(key)s now.") % {"key": ticket.key}
    return stepped(request, ticket, said, undo_url=reverse("unfollow", args=[ticket.key]))


@require_POST
def desk_unfollow(request: SignedIn, key: str) -> HttpResponse:
    """Stop following, with the way back."""
    ticket = at_desk(request, key)
    commands.unwatch(ticket, actor=request.user, follower=request.user)
    said = _("You no longer follow %(key)s.") % {"key": ticket.key}
    may_again = policies.sees_by_team(request.user, ticket)
    return stepped(request, ticket, said, undo_url=reverse("follow", args=[ticket.key]) if may_again else "")


def desk_add_follower(request: SignedIn, key: str) -> HttpResponse:
    """Add a colleague who sees the ticket anyway: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, ADD, people=_may_follow(ticket))
    try:
        person = User.objects.filter(pk=whole_number(request.POST.get("follower", "")) or 0).first()
        if person is None:
            raise Invalid.field("follower", _("Choose a colleague."))
        commands.add_follower(ticket, actor=request.user, follower=person)
    except DomainError as error:
        return dialog(request, ticket, ADD, error=error, people=_may_follow(ticket))
    said = _("%(name)s follows %(key)s now.") % {"name": person.name, "key": ticket.key}
    undo_url = reverse("remove_follower", args=[ticket.key, person.pk])
    return after_dialog(request, ticket.get_absolute_url(), said, undo_url=undo_url)


@require_POST
def desk_remove_follower(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Remove a follower; those who follow as staff can be brought back."""
    ticket = at_desk(request, key)
    watcher = ticket.watchers.select_related("user").filter(user_id=pk).first()
    if watcher is None:
        raise NotVisible()
    person = watcher.user
    commands.unwatch(ticket, actor=request.user, follower=person)
    said = _("%(name)s no longer follows %(key)s.") % {"name": person.name, "key": ticket.key}
    again = reverse("bring_back_follower", args=[ticket.key, pk]) if policies.sees_by_team(person, ticket) else ""
    return stepped(request, ticket, said, undo_url=again)


@require_POST
def desk_bring_back_follower(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Take the removal back."""
    ticket = at_desk(request, key)
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotVisible()
    commands.add_follower(ticket, actor=request.user, follower=person)
    return stepped(request, ticket, _("%(name)s follows %(key)s now.") % {"name": person.name, "key": ticket.key})


def _may_follow(ticket: Ticket) -> list[User]:
    """Colleagues who see the ticket by their team and do not follow yet."""
    people = User.objects.filter(is_active=True, is_automation=False, memberships__isnull=False).distinct()
    if ticket.team and ticket.team.is_restricted:
        people = people.filter(memberships__team=ticket.team)
    return list(people.exclude(watching__ticket=ticket).order_by("name"))
