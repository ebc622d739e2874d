"""Where in a JSON text some of its parts stand, so that a mistake in a long file can be pointed at. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

# possessive: what was read is never tried again, so a text of a megabyte needs no stack for its letters
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.S)


@dataclass(slots=True)
class _Open:
    """An object or list that is being read: its path, None where nothing in it is asked for, and the key or number of
    the part that comes next.
    """

    path: str | None
    is_list: bool
    part: str | int = 0
    wants_key: bool = True


def lines_at(text: str, paths: Iterable[str]) -> dict[str, int]:
    """The line, from 1, on which these parts of a JSON text begin, and the parts around them: {"": 1, "rules": 2,
    "rules.0.name": 3}. What is not there is left out. One pass, and no more memory than the paths asked for.

    Args:
        text: JSON that `json.loads` accepts.
    """
    wanted = {""}.union(*map(_around, paths))
    found: dict[str, int] = {}
    stack: list[_Open] = []
    line, seen = 1, 0
    for piece in TOKEN.finditer(text):
        start = piece.start()
        line += text.count("\n", seen, start)
        seen = start
        _take(piece[0], line, stack, wanted, found)
        if len(found) == len(wanted):
            break
    return found


def line_at(lines: dict[str, int], path: str) -> int:
    """The line of a path, or of the nearest part around it that is there."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _around(path: str) -> set[str]:
    parts = path.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)}


def _take(piece: str, line: int, stack: list[_Open], wanted: set[str], found: dict[str, int]) -> None:
    top = stack[-1] if stack else None
    if piece in "}]":
        stack.pop()
    elif piece == ",":
        assert top is not None
        top.part, top.wants_key = (int(top.part) + 1, False) if top.is_list else ("", True)
    elif piece == ":":
        return
    elif top is not None and not top.is_list and top.wants_key:
        top.part, top.wants_key = str(json.loads(piece)) if top.path is not None else "", False
    else:
        path = _path(top, wanted)
        if path is not None:
            found.setdefault(path, line)
        if piece in "{[":
            stack.append(_Open(path, is_list=piece == "["))


def _path(top: _Open | None, wanted: set[str]) -> str | None:
    """Where the part that comes next stands; None where nobody asks."""
    if top is None:
        return ""
    if top.path is None:
        return None
    path = f"{top.path}.{top.part}" if top.path else str(top.part)
    return path if path in wanted else None
