"""What every page's navigation needs; read only when a template asks for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.time import database_now
from notifications.models import OutboxMessage
from tickets.models import Ticket


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, lazily."""
    return {"nav": SimpleLazyObject(lambda: _nav(request.user))}


def _nav(user: Any) -> dict[str, Any]:
    if not user.is_authenticated:
        return {}
    if not user.hats.is_agent:
        return {"is_agent": False}
    now = database_now()
    return {
        "is_agent": True,
        "queues": queues(user, now),
        "my_count": Ticket.objects.live().assigned_to(user).not_snoozed(user, now).count(),
        "unread": OutboxMessage.objects.filter(recipient=user, channel="in_app", read_at__isnull=True).count(),
        "role_line": _role_line(user),
        "may_oversee": user.hats.is_overseer,
    }


def queues(user: User, now: datetime) -> list[dict[str, Any]]:
    """The queues this person may see, with open and late counts from one query over live tickets."""
    teams = user.hats.visible_teams
    live = Ticket.objects.live().filter(team_id__in=[team.pk for team in teams])
    rows = live.values("team_id").annotate(open=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=now)))
    found = {row["team_id"]: row for row in rows}
    return [_queue(team, dict(found.get(team.pk, {}))) for team in teams]


def _queue(team: Team, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": team.slug,
        "label": team.label,
        "tier": team.tier,
        "open_count": row.get("open", 0),
        "late_count": row.get("late", 0),
    }


def _role_line(user: User) -> str:
    mine = user.hats.my_teams
    if mine:
        return _("%(team)s, tier %(tier)s") % {"team": mine[0].label, "tier": mine[0].tier.numeral}
    return _("Incident manager") if user.is_manager else _("Operator")
