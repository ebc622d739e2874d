"""Where in a JSON text each part stands, so that a mistake in a long file can be pointed at. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.S)


@dataclass(slots=True)
class _Open:
    """An object or list that is being read: its path and the key or number of the part that comes next."""

    path: str
    is_list: bool
    part: str = "0"
    wants_key: bool = True


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, on which each part of a JSON text begins: {"": 1, "rules.0.name": 3}.

    Args:
        text: JSON that `json.loads` accepts.
    """
    found: dict[str, int] = {}
    stack: list[_Open] = []
    line, seen = 1, 0
    for piece in TOKEN.finditer(text):
        line += text.count("\n", seen, piece.start())
        seen = piece.start()
        _take(piece[0], line, stack, found)
    return found


def line_at(lines: dict[str, int], path: str) -> int:
    """The line of a path, or of the nearest part around it that is there."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _take(piece: str, line: int, stack: list[_Open], found: dict[str, int]) -> None:
    top = stack[-1] if stack else None
    if piece in "}]":
        stack.pop()
    elif piece == ",":
        assert top is not None
        top.part, top.wants_key = (str(int(top.part) + 1), False) if top.is_list else ("", True)
    elif piece == ":":
        return
    elif top is not None and not top.is_list and top.wants_key:
        top.part, top.wants_key = str(json.loads(piece)), False
    else:
        path = _path(top)
        found.setdefault(path, line)
        if piece in "{[":
            stack.append(_Open(path, is_list=piece == "["))


def _path(top: Any) -> str:
    if top is None:
        return ""
    return f"{top.path}.{top.part}" if top.path else str(top.part)
