"""The numbers beside every queue and list, for one person, in one statement over the index of live tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Team, User
from notifications.models import OutboxMessage
from tickets.choices import Status
from tickets.models import SavedView, Ticket, TicketEvent, Watcher

SOON = timedelta(hours=1)
COUNTED = ("all", "unassigned", "mine", "waiting", "late", "hour", "today", "paused")
VIEWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Board:
    """What every desk page says in its sidebar.

    Attributes:
        now: the database's clock; newest: the cursor of the history at that instant.
        teams: team id (None: no team yet) -> counts by the names of COUNTED, of live tickets.
        views: id, name, scope and team of each saved view.
    """

    now: datetime
    unread: int = 0
    newest: int = 0
    watched: int = 0
    teams: dict[int | None, dict[str, int]] = field(default_factory=dict)
    views: list[dict[str, Any]] = field(default_factory=list)

    def of(self, team_ids: list[int | None]) -> dict[str, int]:
        """The counts of several teams together; "later" is what is due and in none of the others."""
        rows = [self.teams[pk] for pk in team_ids if pk in self.teams]
        found = {name: sum(row[name] for row in rows) for name in COUNTED}
        found["later"] = found["all"] - sum(found[name] for name in ("late", "hour", "today", "paused"))
        return found


def board_of(user: User, *, at: datetime | None = None) -> Board:
    """Count for this person what the door lets through.

    Args:
        at: the instant that decides what is late; the database's clock by default.
    """
    now: Any = Value(at, DateTimeField()) if at else Func(function="clock_timestamp", output_field=DateTimeField())
    row = User.objects.filter(pk=user.pk).values_list(
        now,
        _one(OutboxMessage.objects.filter(recipient_id=user.pk, channel="in_app", read_at__isnull=True), Count("pk")),
        Subquery(TicketEvent.objects.order_by("-pk").values("pk")[:1]),
        _one(_watched(user), Count("pk")),
        ArraySubquery(_by_team(user, at)),
        ArraySubquery(_views(user)),
    )[0]
    teams = {counts.pop("team"): counts for counts in row[4]}
    return Board(row[0], row[1] or 0, row[2] or 0, row[3] or 0, teams, row[5])


def board(request: HttpRequest) -> Board:
    """The board of this page, counted once."""
    known: Board | None = getattr(request, "desk_board", None)
    if known is None:
        user: Any = request.user
        known = board_of(user)
        request.desk_board = known  # type: ignore[attr-defined]
    return known


def _one(rows: Any, aggregate: Any) -> Any:
    """One number over all rows, as part of another statement."""
    return Coalesce(Subquery(rows.order_by().values(_all=Value(1)).annotate(n=aggregate).values("n")), 0)


def _watched(user: User) -> Any:
    followed = Watcher.objects.filter(ticket_id=OuterRef("pk"), user_id=user.pk)
    # by number first: somebody follows a handful, whatever the table holds
    mine = Watcher.objects.filter(user_id=user.pk).values("ticket_id")
    return Ticket.objects.staffed_by(user).live().filter(Exists(followed), pk__in=mine)


def _by_team(user: User, at: datetime | None) -> Any:
    """Live tickets by team. Only teams whose queue this person sees: who is a guest on one ticket counts none."""
    live = Ticket.objects.live()
    if not user.hats.is_overseer:
        seen = [team.pk for team in user.hats.visible_teams]
        live = live.filter(Q(team_id__in=seen) | Q(team_id__isnull=True))
    now = at or timezone.now()
    hour, midnight = now + SOON, end_of_day(now)
    n = Count("pk")
    counted = (
        live.order_by()
        .values("team_id")
        .annotate(
            n_all=n,
            n_unassigned=Count("pk", filter=Q(assignee_id__isnull=True)),
            n_mine=Count("pk", filter=Q(assignee_id=user.pk)),
            n_waiting=Count("pk", filter=Q(status=Status.PENDING)),
            n_late=Count("pk", filter=Q(next_due_at__lt=now)),
            n_hour=Count("pk", filter=Q(next_due_at__gte=now, next_due_at__lt=hour)),
            n_today=Count("pk", filter=Q(next_due_at__gte=hour, next_due_at__lt=midnight)),
            n_paused=Count("pk", filter=Q(next_due_at__isnull=True)),
        )
    )
    return counted.values(row=JSONObject(team=F("team_id"), **{name: F(f"n_{name}") for name in COUNTED}))


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
