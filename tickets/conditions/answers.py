"""Questions about intake answers in SQL, where they are keys of one JSON column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, Exact

from tickets.conditions.fields import Field
from tickets.conditions.letters import lower


def has_answer(field: Field, wanted: Any) -> Q:
    """The answer is this value."""
    # Containment compares one key by JSON's own equality, and no key can be mistaken for a lookup.
    return Q(intake__contains={field.key: wanted})


def has_any_answer(field: Field, wanted: Sequence[Any]) -> Q:
    """The answer is one of these values."""
    found = Q()
    for one in wanted:
        found |= has_answer(field, one)
    return found


def has_no_answer(field: Field, wanted: object = None) -> Q:
    """The question was not asked, or left blank."""
    return ~Q(intake__has_key=field.key) | has_answer(field, None) | has_answer(field, "")


def contained(field: Field, wanted: str) -> Q:
    """The answer is a text that holds this one, in any case."""
    # Not Django's KeyTransform: it takes a key such as "2" for a place in a list. And only a text answer can contain
    # a text, while the text form of a number would.
    path = F("intake"), Value(field.key)
    answer = Func(*path, function="jsonb_extract_path", output_field=TextField())
    kind = Func(answer, function="jsonb_typeof", output_field=TextField())
    text = Func(*path, function="jsonb_extract_path_text", output_field=TextField())
    return Q(Exact(kind, "string")) & Q(Contains(Lower(text), lower(wanted)))
