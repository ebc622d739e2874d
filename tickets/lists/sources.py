"""Every list by its address, so that the page and what is done to all tickets on it mean the same tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from tickets.lists.asked import Asked, asked
from tickets.lists.board import Board
from tickets.lists.filters import in_tab, narrowed
from tickets.lists.named import named_list
from tickets.lists.stored import stored
from tickets.models import SavedView, Ticket
from tickets.querysets import TicketQuerySet

OPENED = Q(verb="open")


@dataclass(frozen=True, slots=True)
class Source:
    """One list for one person.

    Attributes:
        tickets: those of it that this person sees from the inside.
        usual: its own sort, group and columns.
        entered: which events say that a ticket came into it.
        problem: why a saved view shows nothing.
    """

    path: str
    title: str
    tickets: TicketQuerySet
    usual: Mapping[str, Any] = field(default_factory=dict)
    team: Team | None = None
    view: SavedView | None = None
    entered: Q = OPENED
    is_my_work: bool = False
    has_ended: bool = False
    problem: str = ""


def my_work(user: User) -> Source:
    """Live tickets this person owns and has not put aside."""
    tickets = Ticket.objects.visible_to(user).live().assigned_to(user).not_snoozed(user, timezone.now())
    entered = Q(changes__assignee__1=user.pk)
    return Source(reverse("desk_home"), _("My work"), tickets, entered=entered, is_my_work=True)


def team_queue(user: User, slug: str) -> Source:
    """The live tickets of one team.

    Raises:
        NotVisible: there is no such team, or this person does not see its queue.
    """
    team = next((team for team in user.hats.visible_teams if team.slug == slug), None)
    if team is None:
        raise NotVisible()
    tickets = Ticket.objects.staffed_by(user).live().of_team(team.pk)
    path, entered = reverse("desk_queue", args=[slug]), Q(changes__team__1=team.pk)
    return Source(path, team.label, tickets, team=team, entered=entered)


def list_or_view(user: User, name: str, board: Board) -> Source:
    """A list that every agent has, by its name, or a saved view, by its number.

    Raises:
        NotVisible: there is none, or not for this person.
    """
    one = named_list(name, user)
    path = reverse("desk_view", args=[name])
    if one is not None:
        return Source(path, str(one.label), one.tickets(user), entered=one.entered)
    view = SavedView.objects.visible_to(user).select_related("team", "owner").filter(pk=whole_number(name) or 0).first()
    if view is None:
        raise NotVisible()
    read = stored(view, user, board.now)
    return Source(
        path, view.name, read.tickets, usual=read.usual, view=view, has_ended=view.has_ended, problem=read.problem
    )


def list_at(user: User, address: str, board: Board) -> tuple[Asked, TicketQuerySet]:
    """The tickets a list's address means for this person now: all pages of it, with its filters and tab.

    Raises:
        Invalid: no list has such an address.  NotVisible: not for this person.
    """
    source = source_at(user, address, board)
    wants = asked(QueryDict(urlsplit(address).query), source.usual)
    return wants, in_tab(narrowed(source.tickets, wants, user), wants.tab, user)


def source_at(user: User, address: str, board: Board) -> Source:
    """The list that has this address.

    Raises:
        Invalid: no list has it.  NotVisible: it is not for this person.
    """
    if not user.hats.is_agent:
        raise NotVisible()
    try:
        match = resolve(urlsplit(address).path)
    except (Resolver404, Http404, ValueError):
        match = None
    if match is not None and match.url_name == "desk_home":
        return my_work(user)
    if match is not None and match.url_name == "desk_queue":
        return team_queue(user, match.kwargs["slug"])
    if match is not None and match.url_name == "desk_view":
        return list_or_view(user, match.kwargs["name"], board)
    raise Invalid(_("There is no such list any more. Go back to it and select again."))
