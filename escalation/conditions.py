"""Condition trees as rules and policies store them, compiled once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tickets.conditions import Condition, validate


@lru_cache(maxsize=512)
def compiled(tree: str) -> Condition:
    """A condition from its JSON text; kept, since the same few are asked for on every ticket.

    Raises:
        ConditionError: the tree is not valid.
    """
    return validate(json.loads(tree))


def first_no(condition: Condition, facts: Mapping[str, Any]) -> int:
    """The number, in reading order, of the question that was answered with no and so decided; 0 when none was."""
    failed = condition.explain(facts)
    return next((number for number, leaf in enumerate(condition.leaves()) if leaf is failed), 0)
