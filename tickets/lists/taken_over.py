"""A list's own tickets and its filters as a stored condition, so that a view can take them over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import User
from tickets.choices import Status
from tickets.lists.asked import ME, NOBODY, Asked
from tickets.lists.board import scope_of
from tickets.lists.named import my_tier_teams
from tickets.lists.sources import Source

Leaf = dict[str, Any]


def condition_of(source: Source, asked: Asked, user: User) -> dict[str, Any]:
    """What is on the list now, as a tree of `tickets.conditions`. Watching is no fact of a ticket and stays behind."""
    if source.view is not None:
        base = source.view.condition
        parts = [base] if next(iter(base), "all") == "any" else list(base.get("all", []))
    else:
        parts = list(_of_list(source, user))
    return {"all": [*parts, *_of_tab(asked.tab, user), *_of_filters(asked, user)]}


def _of_list(source: Source, user: User) -> Iterator[Leaf]:
    if source.is_my_work:
        yield _is("assignee", user.pk)
    elif source.team is not None:
        yield _is("team", source.team.slug)
    slugs = {team.pk: team.slug for team in user.hats.visible_teams}
    mine = [team.slug for team in scope_of(user)]
    match source.path.strip("/").split("/")[-1]:
        case "my-teams":
            yield _in("team", mine)
        case "my-tier":
            yield _in("team", [slugs[pk] for pk in my_tier_teams(user)])
        case "unassigned":
            yield _in("team", mine)
            yield {"field": "assignee", "op": "is_empty"}
        case "waiting":
            yield _in("team", mine)
            yield _is("status", Status.PENDING.value)
        case "soon-late":
            yield _in("team", mine)
            yield {"field": "minutes_to_due", "op": "at_least", "value": 0}
            yield {"field": "minutes_to_due", "op": "less_than", "value": 60}


def _of_tab(tab: str, user: User) -> Iterator[Leaf]:
    match tab:
        case "unassigned":
            yield {"field": "assignee", "op": "is_empty"}
        case "mine":
            yield _is("assignee", user.pk)
        case "waiting":
            yield _is("status", Status.PENDING.value)


def _of_filters(asked: Asked, user: User) -> Iterator[Any]:
    if asked.priorities:
        yield {"any": [_is("priority", level) for level in asked.priorities]}
    if asked.statuses:
        yield {"any": list(_statuses(asked.statuses))}
    if asked.owner == NOBODY:
        yield {"field": "assignee", "op": "is_empty"}
    elif asked.owner:
        yield _is("assignee", user.pk if asked.owner == ME else int(asked.owner))
    if asked.service:
        yield _is("service", asked.service)
    if asked.tag:
        yield {"field": "tags", "op": "has_any", "value": [asked.tag]}
    if asked.text:
        yield {"field": "subject", "op": "contains", "value": asked.text}


def _statuses(statuses: tuple[str, ...]) -> Iterator[Leaf]:
    for value in statuses:
        status, _sep, reason = value.partition("-")
        yield _is("waiting_reason", reason) if reason else _is("status", status)


def _is(field: str, value: Any) -> Leaf:
    return {"field": field, "op": "is", "value": value}


def _in(field: str, values: list[str]) -> Leaf:
    return {"field": field, "op": "in", "value": values}
