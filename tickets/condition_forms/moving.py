"""Buttons that add, move and remove the rows of an editor. Each posts the whole page, so nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

REDRAW = "rows"
PRESS = re.compile(r"rows:(?P<list>[a-z_]{1,20}):(?P<verb>add|group|up|down|remove)(?::(?P<key>\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a row: the list it belongs to, what it does, and the row's key (0 for the whole list)."""

    list: str
    verb: str
    key: int = 0


def is_redraw(action: str) -> bool:
    """Whether a posted `action` only changes the page."""
    return action == REDRAW or action.startswith(f"{REDRAW}:")


def press_of(action: str) -> Press | None:
    """The row button that was pressed: "rows:if:up:3". None for a plain redraw."""
    found = PRESS.fullmatch(action)
    return Press(found["list"], found["verb"], int(found["key"] or 0)) if found else None


def next_key(taken: Iterable[int]) -> int:
    """A key no row has."""
    return max(taken, default=0) + 1


def moved(rows: list[Any], press: Press, prefix: str) -> str:
    """Move or remove the row with the button's key; the id of the control that gets the focus then."""
    at = next(index for index, row in enumerate(rows) if row.key == press.key)
    row = rows.pop(at)
    if press.verb == "remove":
        beside = rows[min(at, len(rows) - 1)] if rows else None
        return f"id_{prefix}-{beside.key}-remove" if beside else f"id_{prefix}-add"
    to = at - 1 if press.verb == "up" else at + 1
    rows.insert(max(0, to), row)
    return f"id_{prefix}-{row.key}-{press.verb}"
