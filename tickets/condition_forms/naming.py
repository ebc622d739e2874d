"""Names for what only the database knows: teams, services, people. Inside `core.steady` each kind is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Department, Site, Team, Tier, User
from catalogue.models import Category, IntakeField, Service
from core.steady import kept
from tickets.conditions import Condition, Group, Leaf, in_words

# condition fields whose values name something -> its kind
FIELD_KINDS = {
    "team": "team",
    "tier": "tier",
    "service": "service",
    "category": "category",
    "requester_department": "requester_department",
    "requester_site": "requester_site",
    "assignee": "person",
    "previous_team": "team",
    "previous_tier": "tier",
    "previous_category": "category",
}
# kind -> everything of it as (key, object)
ROWS: dict[str, Callable[[], Iterable[tuple[Any, Any]]]] = {
    "team": lambda: ((row.slug, row) for row in Team.objects.select_related("tier").order_by("tier__level", "name")),
    "tier": lambda: ((row.level, row) for row in Tier.objects.order_by("level")),
    "service": lambda: ((row.slug, row) for row in Service.objects.order_by("name")),
    "category": lambda: ((row.slug, row) for row in Category.objects.order_by("name")),
    "requester_department": lambda: ((row.name, row) for row in Department.objects.order_by("name")),
    "requester_site": lambda: ((row.name, row) for row in Site.objects.order_by("name")),
    "person": lambda: ((row.pk, row) for row in _staff()),
}


def found(kind: str, key: Any) -> Any:
    """The object of a kind that a condition names; None when it is gone."""
    return _rows(kind).get(key)


def name_of(kind: str, key: Any) -> str:
    """Its name in the reader's language; the key itself when it is gone."""
    row = found(kind, key)
    return str(key) if row is None else label_of(row)


def choices_of(kind: str) -> list[tuple[Any, str]]:
    """Everything of a kind to choose from, as (key, name in the reader's language)."""
    return [(key, label_of(row)) for key, row in _rows(kind).items() if getattr(row, "is_active", True)]


def names_for(conditions: Iterable[Condition]) -> dict[str, dict[Any, str]]:
    """Names for the values of these conditions, as `tickets.conditions.in_words` takes them."""
    fields = {leaf.field.name for condition in conditions for leaf in condition.leaves()}
    return {
        name: {key: label_of(row) for key, row in _rows(kind).items()}
        for name in fields
        if (kind := FIELD_KINDS.get(name))
    }


def question_in_words(leaf: Leaf) -> str:
    """One question by itself, with the names of what it names."""
    alone = Condition(Group("all", (leaf,)))
    return in_words(alone, names_for([alone]))


@kept
def intake_questions() -> dict[str, IntakeField]:
    """What categories ask, by key; where several ask under one key the first in line speaks for it."""
    return {row.key: row for row in IntakeField.objects.order_by("-pk")}


@kept
def _rows(kind: str) -> dict[Any, Any]:
    return dict(ROWS[kind]())


def _staff() -> Iterable[User]:
    """Who works at the desk or did, by name."""
    at_desk = Q(memberships__isnull=False) | Q(is_manager=True)
    wanted = User.objects.filter(at_desk, is_automation=False)
    return User.objects.filter(pk__in=wanted.values("pk")).order_by("name")


def label_of(row: Any) -> str:
    """The name of one of them in the reader's language."""
    return str(getattr(row, "label", None) or row)
