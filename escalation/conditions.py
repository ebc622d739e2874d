"""Condition trees as rules and policies store them, compiled once."""

from __future__ import annotations

import json
from functools import lru_cache

from tickets.conditions import Condition, validate


@lru_cache(maxsize=512)
def compiled(tree: str) -> Condition:
    """A condition from its JSON text; kept, since the same few are asked for on every ticket.

    Raises:
        ConditionError: the tree is not valid.
    """
    return validate(json.loads(tree))
