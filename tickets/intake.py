"""The questions a category asks, and whether an answer fits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import Category, IntakeField
from core.errors import Invalid
from core.steady import kept

ANSWER_LENGTH = 2_000
Kind = IntakeField.Kind


def checked_answers(category: Category | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the answers the category asks for, each in its own type; drop what nobody asked.

    Raises:
        Invalid: on `intake.<key>` for each missing or unfitting answer.
    """
    if category is None:
        return {}
    kept: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field in fields_of(category.pk):
        try:
            value = checked_answer(field, answers.get(field.key))
        except ValueError as error:
            errors[f"intake.{field.key}"] = [str(error)]
            continue
        if value is not None:
            kept[field.key] = value
    if errors:
        raise Invalid(_("Some answers are missing."), fields=errors)
    return kept


@kept
def fields_of(category_id: int) -> list[IntakeField]:
    """What the category asks, in order."""
    return list(IntakeField.objects.filter(category_id=category_id))


def checked_answer(field: IntakeField, value: Any) -> Any:
    """One answer in its type: text, number, ISO date, yes or no; None where nothing was given.

    Raises:
        ValueError: with the words to show beside the field.
    """
    text = "" if value is None else str(value).replace("\x00", "").strip()
    if not text:
        if field.required and field.kind != Kind.BOOLEAN:
            raise ValueError(_("Please answer this."))
        return None
    if len(text) > ANSWER_LENGTH:
        raise ValueError(_("This answer is too long; %(most)s characters fit.") % {"most": ANSWER_LENGTH})
    return _typed(field, text)


def _typed(field: IntakeField, text: str) -> Any:
    if field.kind == Kind.CHOICE and text not in field.choices:
        raise ValueError(_("Choose one of the list."))
    if field.kind == Kind.BOOLEAN:
        return text.lower() in {"1", "true", "on", "yes", "ya"}
    if field.kind == Kind.NUMBER:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(_("Write a number, for example 12."))
        return number
    if field.kind == Kind.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(_("Write a date like 2026-11-21.")) from None
    return text


def question(field: IntakeField) -> str:
    """The question in the reader's language."""
    return field.label_id if (get_language() or "").startswith("id") and field.label_id else field.label


def answers(category_id: int | None, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Questions and answers for showing; an answer whose question is gone keeps its key."""
    labels = {field.key: question(field) for field in fields_of(category_id)} if category_id else {}
    return [(labels.get(key, key), _shown(value)) for key, value in given.items()]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
