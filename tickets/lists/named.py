"""The lists every agent has: what is theirs, their teams', nobody's, waiting, due soon, watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.lists.board import SOON, Board, scope_of
from tickets.models import Ticket, Watcher
from tickets.querysets import TicketQuerySet

MOVED_OR_OPENED = Q(verb="open") | Q(changes__has_key="team")


@dataclass(frozen=True, slots=True)
class NamedList:
    """One of them.

    Attributes:
        narrow: (tickets seen as staff, user) -> those of the list.
        count: (board, user) -> how many, without asking again.
        is_for: whether this person has such a list.
        entered: which events say that a ticket came into it.
    """

    slug: str
    label: Any
    icon: str
    narrow: Callable[[TicketQuerySet, User], TicketQuerySet]
    count: Callable[[Board, User], int]
    is_for: Callable[[User], bool] = lambda _user: True
    entered: Q = MOVED_OR_OPENED

    def tickets(self, user: User) -> TicketQuerySet:
        """The live tickets of the list that this person sees from the inside."""
        return self.narrow(Ticket.objects.staffed_by(user).live(), user)


def named_list(slug: str, user: User) -> NamedList | None:
    """The list of this name; None where there is none for this person."""
    return next((one for one in NAMED if one.slug == slug and one.is_for(user)), None)


def my_tier_teams(user: User) -> list[int]:
    """All teams on the tiers this person works on."""
    tiers = {team.tier_id for team in user.hats.my_teams}
    return [team.pk for team in user.hats.visible_teams if team.tier_id in tiers]


def _ids(user: User) -> list[int]:
    return [team.pk for team in scope_of(user)]


def _my_teams(user: User) -> list[int]:
    return [team.pk for team in user.hats.my_teams]


def _in_scope(user: User) -> Q:
    return Q(team_id__in=_ids(user))


def _soon(tickets: TicketQuerySet, user: User) -> TicketQuerySet:
    now = timezone.now()
    return tickets.filter(_in_scope(user), next_due_at__gte=now, next_due_at__lt=now + SOON)


def _watched(tickets: TicketQuerySet, user: User) -> TicketQuerySet:
    return tickets.filter(Exists(Watcher.objects.filter(ticket_id=OuterRef("pk"), user_id=user.pk)))


NAMED = (
    NamedList(
        "my-teams",
        _("My teams"),
        "users-round",
        lambda tickets, user: tickets.filter(team_id__in=_my_teams(user)),
        lambda board, user: board.open_in(_my_teams(user)),
        lambda user: bool(user.hats.my_teams),
    ),
    NamedList(
        "my-tier",
        _("My tier"),
        "layers",
        lambda tickets, user: tickets.filter(team_id__in=my_tier_teams(user)),
        lambda board, user: board.open_in(my_tier_teams(user)),
        lambda user: bool(user.hats.my_teams),
    ),
    NamedList(
        "unassigned",
        _("Unassigned"),
        "circle-dashed",
        # a ticket that no team has is everybody's to place
        lambda tickets, user: tickets.filter(_in_scope(user) | Q(team_id__isnull=True), assignee_id__isnull=True),
        lambda board, _user: board.unassigned,
        entered=Q(verb__in=("open", "release", "transfer")),
    ),
    NamedList(
        "waiting",
        _("Waiting"),
        "hourglass",
        lambda tickets, user: tickets.filter(_in_scope(user), status="pending"),
        lambda board, _user: board.waiting,
        entered=Q(changes__status__1="pending"),
    ),
    NamedList(
        "soon-late",
        _("Soon late"),
        "timer",
        _soon,
        lambda board, _user: board.soon,
    ),
    NamedList("watched", _("Watched"), "eye", _watched, lambda board, _user: board.watched, entered=Q(verb="watch")),
)
