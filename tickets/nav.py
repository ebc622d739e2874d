"""What every page's navigation needs; read only when a template asks for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Team, User
from tickets.lists.board import Board, board, board_of
from tickets.lists.named import NAMED

SCOPE_ICONS = {"private": "bookmark", "team": "users-round", "everybody": "globe"}
NO_COUNTS = (0, 0)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, lazily."""
    return {"nav": SimpleLazyObject(lambda: _nav(request))}


def _nav(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    if not user.is_authenticated:
        return {}
    if not user.hats.is_agent:
        return {"is_agent": False}
    counted = board(request)
    return {
        "is_agent": True,
        "queues": _queues(user, counted),
        "lists": _lists(user, counted, request.path),
        "views": _views(counted, request.path),
        "my_count": counted.mine,
        "unread": counted.unread,
        "role_line": _role_line(user),
        "may_oversee": user.hats.is_overseer,
    }


def queues(user: User, now: datetime) -> list[dict[str, Any]]:
    """The queues this person may see, with open and late counts from one query over live tickets."""
    return _queues(user, board_of(user, at=now))


def _queues(user: User, counted: Board) -> list[dict[str, Any]]:
    return [_queue(team, counted.teams.get(team.pk, NO_COUNTS)) for team in user.hats.visible_teams]


def _queue(team: Team, row: tuple[int, int]) -> dict[str, Any]:
    return {
        "slug": team.slug,
        "url": f"/desk/q/{team.slug}/",
        "label": team.label,
        "tier": team.tier,
        "open_count": row[0],
        "late_count": row[1],
    }


def _lists(user: User, counted: Board, path: str) -> list[dict[str, Any]]:
    return [
        {
            "slug": one.slug,
            "url": f"/desk/v/{one.slug}/",
            "label": one.label,
            "icon": one.icon,
            "count": one.count(counted, user),
            "is_current": path == f"/desk/v/{one.slug}/",
        }
        for one in NAMED
        if one.is_for(user)
    ]


def _views(counted: Board, path: str) -> list[dict[str, Any]]:
    return [
        {
            "pk": view["pk"],
            "url": f"/desk/v/{view['pk']}/",
            "label": view["name"],
            "icon": SCOPE_ICONS[view["scope"]],
            "is_current": path == f"/desk/v/{view['pk']}/",
        }
        for view in counted.views
    ]


def _role_line(user: User) -> str:
    mine = user.hats.my_teams
    if mine:
        return _("%(team)s, tier %(tier)s") % {"team": mine[0].label, "tier": mine[0].tier.numeral}
    return _("Incident manager") if user.is_manager else _("Operator")
