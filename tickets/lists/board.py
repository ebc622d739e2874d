"""The numbers beside every queue and list, for one person, in one statement over the index of live tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateTimeField, F, Func, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Team, User
from core.steady import remembered
from notifications.models import OutboxMessage
from tickets.choices import Status
from tickets.models import SavedView, Ticket, TicketEvent, Watcher

SOON = timedelta(hours=1)
# what the tabs and the headings of one team's queue count
COUNTED = ("all", "unassigned", "mine", "waiting", "late", "hour", "today", "paused")
VIEWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Board:
    """What every desk page says in its sidebar.

    Attributes:
        now: the database's clock; newest: the cursor of the history at that instant.
        teams: team id (None: no team yet) -> (open, late) live tickets.
        mine, unassigned, waiting, soon, watched: what stands in the lists every agent has.
        queue: counts of the queue that the page shows, by the names of COUNTED.
        views: id, name, scope and team of each saved view.
    """

    now: datetime
    unread: int = 0
    newest: int = 0
    watched: int = 0
    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    soon: int = 0
    teams: dict[int | None, tuple[int, int]] = field(default_factory=dict)
    queue: dict[str, int] = field(default_factory=dict)
    views: list[dict[str, Any]] = field(default_factory=list)

    def open_in(self, team_ids: Iterable[int]) -> int:
        """Live tickets of several teams together."""
        return sum(self.teams[pk][0] for pk in team_ids if pk in self.teams)


def board_of(user: User, *, team_id: int | None = None, at: datetime | None = None) -> Board:
    """Count for this person what the door lets through. Every number is read from an index of live tickets alone.

    Args:
        team_id: the queue that is counted in detail, one this person sees.
        at: the instant that decides what is late; the database's clock by default.
    """
    clock: Any = Value(at, DateTimeField()) if at else Func(function="clock_timestamp", output_field=DateTimeField())
    now, live = at or timezone.now(), _seen(user)
    scope, queues = _scope(user), _queues(user)
    row: Any = User.objects.filter(pk=user.pk).values_list(
        clock,
        _one(OutboxMessage.objects.filter(recipient_id=user.pk, channel="in_app", read_at__isnull=True)),
        Coalesce(Subquery(TicketEvent.objects.order_by("-pk").values("pk")[:1]), 0),
        _one(_watched(user)),
        _one(live.filter(assignee_id=user.pk).not_snoozed(user, now)),
        # a ticket that no team has is everybody's to place; asked apart, so that both walk along the index
        _one(live.filter(scope, assignee_id__isnull=True))
        + _one(Ticket.objects.live().filter(team_id__isnull=True, assignee_id__isnull=True)),
        _one(live.filter(scope, status=Status.PENDING)),
        _one(live.filter(scope, next_due_at__gte=now, next_due_at__lt=now + SOON)),
        ArraySubquery(_by_team(queues)),
        # apart, as it reads the few that are due before now alone
        ArraySubquery(_by_team(queues.filter(next_due_at__lt=now))),
        ArraySubquery(_queue(queues, user, team_id, now)),
        ArraySubquery(_views(user)),
    )[0]
    queue = dict(row[10][0]) if row[10] else dict.fromkeys(COUNTED, 0)
    queue["later"] = queue["all"] - sum(queue[name] for name in ("late", "hour", "today", "paused"))
    late = {one["team"]: one["n"] for one in row[9]}
    teams = {one["team"]: (one["n"], late.get(one["team"], 0)) for one in row[8]}
    names = ("now", "unread", "newest", "watched", "mine", "unassigned", "waiting", "soon")
    return Board(**dict(zip(names, row[:8], strict=True)), teams=teams, queue=queue, views=row[11])


def board(request: HttpRequest, team_id: int | None = None) -> Board:
    """The board of this page, counted once."""
    known: Board | None = getattr(request, "desk_board", None)
    if known is None:
        user: Any = request.user
        begun = timezone.now()
        # the reader's midnight decides what is due today, and the teams they see now what is counted at all
        seen = ".".join(str(team.pk) for team in user.hats.visible_teams)
        key = f"board:{user.pk}:{seen}:{team_id or 0}:{end_of_day(begun):%Y%m%d%H%z}"
        counted, at = remembered(key, lambda: (board_of(user, team_id=team_id), begun))
        known = replace(counted, now=counted.now + (begun - at))
        request.desk_board = known  # type: ignore[attr-defined]
    return known


def _seen(user: User) -> Any:
    """Live tickets of the teams whose queues this person sees: who is a guest on one ticket counts none."""
    live = Ticket.objects.live().order_by()
    if user.hats.is_overseer:
        return live
    seen = [team.pk for team in user.hats.visible_teams]
    return live.filter(Q(team_id__in=seen) | Q(team_id__isnull=True))


def _one(rows: Any) -> Any:
    """One number over all rows, as part of another statement."""
    return Coalesce(Subquery(rows.order_by().values(_all=Value(1)).annotate(n=Count("*")).values("n")), 0)


def _watched(user: User) -> Any:
    # by number: somebody follows a handful, whatever the table holds
    mine = Watcher.objects.filter(user_id=user.pk).values("ticket_id")
    return Ticket.objects.staffed_by(user).live().filter(pk__in=mine)


def _scope(user: User) -> Q:
    """The teams of this person's own lists; all of them for an overseer who has none."""
    teams = scope_of(user)
    if user.hats.is_overseer and len(teams) == len(user.hats.teams):
        return Q(team_id__isnull=False)
    return Q(team_id__in=[team.pk for team in teams])


def _queues(user: User) -> Any:
    """Live tickets in the queues this person sees."""
    live = Ticket.objects.live().order_by()
    if user.hats.is_overseer:
        return live.filter(team_id__isnull=False)
    return live.filter(team_id__in=[team.pk for team in user.hats.visible_teams])


def _by_team(live: Any) -> Any:
    return live.values("team_id").annotate(n=Count("*")).values(row=JSONObject(team=F("team_id"), n=F("n")))


def _queue(live: Any, user: User, team_id: int | None, now: datetime) -> Any:
    """One row of counts for one team; none where the page shows no queue."""
    hour, midnight, n = now + SOON, end_of_day(now), Count("*")
    counted = live.filter(Q(team_id=team_id) if team_id else Q(pk__in=())).values("team_id")
    counted = counted.annotate(
        n_all=n,
        n_unassigned=Count("pk", filter=Q(assignee_id__isnull=True)),
        n_mine=Count("pk", filter=Q(assignee_id=user.pk)),
        n_waiting=Count("pk", filter=Q(status=Status.PENDING)),
        n_late=Count("pk", filter=Q(next_due_at__lt=now)),
        n_hour=Count("pk", filter=Q(next_due_at__gte=now, next_due_at__lt=hour)),
        n_today=Count("pk", filter=Q(next_due_at__gte=hour, next_due_at__lt=midnight)),
        n_paused=Count("pk", filter=Q(next_due_at__isnull=True)),
    )
    return counted.values(row=JSONObject(**{name: F(f"n_{name}") for name in COUNTED}))


def _views(user: User) -> Any:
    rows = SavedView.objects.visible_to(user).order_by("name", "pk")[:VIEWS_SHOWN]
    return rows.values(row=JSONObject(pk="pk", name="name", scope="scope", team="team_id", owner="owner_id"))


def end_of_day(now: datetime) -> datetime:
    """Midnight where the reader is."""
    here = now.astimezone(timezone.get_current_timezone())
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def scope_of(user: User) -> list[Team]:
    """The teams a person's own lists look at: theirs; all they see where they have none."""
    return user.hats.my_teams or user.hats.visible_teams
