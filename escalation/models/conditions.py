from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from tickets.conditions import ConditionError, validate


def every_ticket() -> dict[str, Any]:
    """The condition that holds for every ticket; the default of rules and policies."""
    return {"all": []}


def check_conditions(tree: Any) -> None:
    """Refuse a condition tree that cannot be read, on its field.

    Raises:
        ValidationError: naming the place that is wrong.
    """
    try:
        validate(tree)
    except ConditionError as error:
        raise ValidationError({"conditions": str(error)}) from error
