"""What a field is in SQL where its column alone does not say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, ExtractHour, ExtractIsoWeekDay, NullIf
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, IsNull, LessThanOrEqual

from tickets.conditions.facts import local_zone
from tickets.conditions.fields import Field

LOOKUPS: dict[str, Any] = {
    "exact": Exact,
    "in": In,
    "gte": GreaterThanOrEqual,
    "lte": LessThanOrEqual,
    "isnull": IsNull,
}


def _was(name: str) -> Combinable:
    return KeyTextTransform(name, "was")


def _number_was(name: str) -> Combinable:
    return Cast(_was(name), BigIntegerField())


EXPRESSIONS: dict[str, Callable[[], Combinable]] = {
    "waiting_reason": lambda: NullIf(F("pending_reason"), Value("")),
    # no service is no critical service
    "service_critical": lambda: Coalesce(F("service__is_critical"), Value(False)),
    "late": lambda: ExpressionWrapper(Q(breached_at__isnull=False), BooleanField()),
    "opened_weekday": lambda: ExtractIsoWeekDay("opened_at", tzinfo=local_zone()),
    "opened_hour": lambda: ExtractHour("opened_at", tzinfo=local_zone()),
    "previous_status": lambda: _was("status"),
    "previous_priority": lambda: _number_was("priority"),
    "previous_team": lambda: _was("team"),
    "previous_tier": lambda: _number_was("tier"),
    "previous_assignee": lambda: _number_was("assignee"),
    "previous_category": lambda: _was("category"),
}


def compared(field: Field, lookup: str, wanted: Any) -> Q:
    """The field compared by one of LOOKUPS, be it a column (and so an index) or an expression."""
    expression = EXPRESSIONS.get(field.name)
    if expression is None:
        return Q(**{f"{field.columns[0]}__{lookup}": wanted})
    return Q(LOOKUPS[lookup](expression(), wanted))
