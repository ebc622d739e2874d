"""Names for what rules name: what conditions name, and policies and calendars besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.steady import kept
from escalation.models import BusinessCalendar, SlaPolicy
from tickets.condition_forms import naming
from tickets.condition_forms.naming import intake_questions, label_of, names_for, question_in_words

__all__ = ["choices_of", "found", "intake_questions", "name_of", "names_for", "question_in_words"]

# kind, as `escalation.rules.references` names it -> everything of it as (key, object)
ROWS: dict[str, Callable[[], Iterable[tuple[Any, Any]]]] = {
    "policy": lambda: ((row.pk, row) for row in SlaPolicy.objects.order_by("position", "pk")),
    "calendar": lambda: ((row.pk, row) for row in BusinessCalendar.objects.all()),
}


def found(kind: str, key: Any) -> Any:
    """The object of a kind that a rule names; None when it is gone."""
    return _rows(kind).get(key) if kind in ROWS else naming.found(kind, key)


def name_of(kind: str, key: Any) -> str:
    """Its name in the reader's language; the key itself when it is gone."""
    row = found(kind, key)
    return str(key) if row is None else label_of(row)


def choices_of(kind: str) -> list[tuple[Any, str]]:
    """Everything of a kind to choose from, as (key, name in the reader's language)."""
    if kind not in ROWS:
        return naming.choices_of(kind)
    return [(key, label_of(row)) for key, row in _rows(kind).items() if getattr(row, "is_active", True)]


@kept
def _rows(kind: str) -> dict[Any, Any]:
    return dict(ROWS[kind]())
