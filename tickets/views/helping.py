"""Helpers of a ticket: the panel, asking, joining, being done, taking back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.models import Team, Tier, User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import DomainError, Invalid, NotVisible
from core.htmx import done
from tickets import commands
from tickets.helping import help_on
from tickets.models import Helper, Ticket
from tickets.models.helping import own_row
from tickets.views.panels import Panel
from tickets.views.workspace import at_desk, dialog, page_after, version_of

INVITE, DONE, MINUTES = "desk/_invite.html", "desk/_help_done.html", "desk/_help_minutes.html"


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    return {"help": help_on(ticket, request.user)}


HELPERS = Panel("helpers", _lazy("Helpers"), "desk/_helpers_panel.html", _panel)


def desk_invite(request: SignedIn, key: str) -> HttpResponse:
    """Ask for help: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, INVITE, **_choices(ticket, request.user))
    try:
        row = commands.invite(
            ticket,
            actor=request.user,
            asked=request.POST.get("asked", ""),
            **_whom(request.POST.get("whom", "")),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, INVITE, error=error, **_choices(ticket, request.user))
    return done(request, ticket.get_absolute_url(), message=_("%(name)s is asked to help.") % {"name": row.label})


@require_POST
def desk_join(request: SignedIn, key: str) -> HttpResponse:
    ticket = at_desk(request, key)
    commands.join(ticket, actor=request.user)
    return done(request, ticket.get_absolute_url(), message=_("You help on %(key)s now.") % {"key": ticket.key})


def desk_help_done(request: SignedIn, key: str) -> HttpResponse:
    """Stop helping: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    context: dict[str, Any] = {"own": own_row(ticket.helpers.all(), request.user)}
    if request.method != "POST":
        return dialog(request, ticket, DONE, **context)
    try:
        commands.help_done(ticket, actor=request.user, minutes=_minutes(request), note=request.POST.get("note", ""))
    except DomainError as error:
        return dialog(request, ticket, DONE, error=error, **context)
    return done(request, page_after(request, ticket), message=_("Thank you. The owner is told."))


def desk_minutes(request: SignedIn, key: str) -> HttpResponse:
    """Say how long one has helped, or correct it: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    context: dict[str, Any] = {"own": own_row(ticket.helpers.all(), request.user, is_open=False)}
    if request.method != "POST":
        return dialog(request, ticket, MINUTES, **context)
    try:
        commands.log_help(ticket, actor=request.user, minutes=_minutes(request))
    except DomainError as error:
        return dialog(request, ticket, MINUTES, error=error, **context)
    return done(request, ticket.get_absolute_url(), message=_("Saved."))


@require_POST
def desk_uninvite(request: SignedIn, key: str, pk: int) -> HttpResponse:
    ticket = at_desk(request, key)
    row = Helper.objects.filter(ticket=ticket, pk=pk).first()
    if row is None:
        raise NotVisible()
    commands.uninvite(ticket, actor=request.user, helper=row)
    return done(request, page_after(request, ticket), message=_("The invitation is taken back."))


def _minutes(request: SignedIn) -> int:
    minutes = whole_number(request.POST.get("minutes", "").strip())
    if minutes is None:
        raise Invalid.field("minutes", _("Give whole minutes, at most a week."))
    return minutes


def _whom(value: str) -> dict[str, Any]:
    """ "person-7", "team-3" or "tier-2" as the row it names.

    Raises:
        Invalid: on `whom`, when there is none.
    """
    kind, _dash, number = value.partition("-")
    models: dict[str, Any] = {"person": User, "team": Team, "tier": Tier}
    model = models.get(kind)
    found = model.objects.filter(pk=whole_number(number) or 0).first() if model else None
    if found is None:
        raise Invalid.field("whom", _("Choose whom to ask."))
    return {kind: found}


def _choices(ticket: Ticket, user: User) -> dict[str, Any]:
    """Everybody who works on tickets by team, and the teams and tiers themselves, without those asked already."""
    taken = {(row.person_id, row.team_id, row.tier_id) for row in ticket.helpers.open()}
    agents = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
    nobody = {user.pk, ticket.assignee_id, ticket.requester_id}
    return {
        "people": [one for one in agents if one.pk not in nobody and (one.pk, None, None) not in taken],
        "teams": [
            team
            for team in Team.objects.select_related("tier")
            if team.pk != ticket.team_id and (None, team.pk, None) not in taken
        ],
        "tiers": [tier for tier in Tier.objects.all() if (None, None, tier.pk) not in taken],
    }
