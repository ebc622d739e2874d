"""Rules pasted or uploaded as JSON, checked as far as their shape goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from escalation.rules.places import line_at, lines_at
from tickets.texts import is_storable

MOST_BYTES = 1_000_000
MOST_RULES = 500
MOST_PROBLEMS = 20
KEY_LENGTH = 80
# {"rules": [{"definition": {"then": [{"strategy": {"steps": [{"weights": {"1": 8}}]}}]}}]} is the deepest there is
MOST_LEVELS = 12
KEYS = {"name", "name_id", "definition"}
Problem = tuple[str, str]  # where, and what is wrong there in words


class RuleImport(forms.Form):
    """A text or a file; `rules` after `is_valid`."""

    text = forms.CharField(
        label=gettext_lazy("Rules as JSON"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy("As an export has them. Each rule becomes a draft; nothing is turned on."),
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        self.rules: list[dict[str, Any]] = []
        self._text = ""
        upload = typed.get("file")
        is_large = upload.size > MOST_BYTES if upload else len(typed.get("text", "")) > MOST_BYTES
        place = "file" if upload else "text"
        if is_large:
            self.add_error(place, _("This is larger than 1 MB."))
            return typed
        try:
            text = upload.read().decode("utf-8-sig") if upload else typed.get("text", "")
        except UnicodeDecodeError:
            self.add_error("file", _("This file is no text in UTF-8."))
            return typed
        if "\x00" in text or not text.strip():
            self.add_error("text", _("Paste the rules, or choose a file."))
            return typed
        self._read(text, place)
        return typed

    def refuse(self, error: Invalid) -> None:
        """Show what a command refused, with the lines it stands on."""
        fields = (error.fields or {"": [error.message]}).items()
        self._point_at(None, [(path, message) for path, texts in fields for message in texts])

    def _read(self, text: str, place: str) -> None:
        try:
            tree = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            where = {"line": error.lineno, "column": error.colno, "error": error.msg}
            self.add_error(place, _("Line %(line)s, column %(column)s: %(error)s") % where)
            return
        except (RecursionError, ValueError):
            self.add_error(place, _("This is not JSON that can be read."))
            return
        self._text = text
        self._point_at(
            place, list(islice(_odd(tree, "", 1), MOST_PROBLEMS)) or list(islice(_shape(tree), MOST_PROBLEMS))
        )
        if not self.errors:
            self.rules = tree["rules"]

    def _point_at(self, field: str | None, problems: list[Problem]) -> None:
        lines = lines_at(self._text, [path for path, _message in problems]) if problems else {}
        for path, message in problems:
            where = {"line": line_at(lines, path), "path": path, "error": message}
            self.add_error(field, _("Line %(line)s (%(path)s): %(error)s") % where if path else message)


@dataclass(frozen=True, slots=True)
class _Odd:
    """Stands for an object whose keys cannot be used: which one, and why not."""

    key: str
    message: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Odd:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if len(key) > KEY_LENGTH:
            return _Odd("", _("A key here is longer than %(most)s characters.") % {"most": KEY_LENGTH})
        if not is_storable(key):
            return _Odd("", _("This text holds characters that no ticket can hold."))
        if key in found:
            return _Odd(key, _("This key is here twice."))
        found[key] = value
    return found


def _no_number(name: str) -> float:
    """NaN and Infinity, which Python reads and JSON (RFC 8259, section 6) does not know."""
    raise ValueError(name)


def _odd(part: Any, path: str, level: int) -> Iterator[Problem]:
    """What no rule holds, wherever it stands: unusable keys and texts, more levels than a rule has."""
    if isinstance(part, _Odd):
        yield f"{path}.{part.key}".strip("."), part.message
    elif isinstance(part, str):
        if not is_storable(part):
            yield path, _("This text holds characters that no ticket can hold.")
    elif isinstance(part, dict | list):
        if level > MOST_LEVELS:
            yield path, _("This is nested deeper than any rule.")
            return
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            # numbers and the like need no path, and there may be half a million of them
            if isinstance(value, str | dict | list | _Odd):
                yield from _odd(value, f"{path}.{key}".lstrip("."), level + 1)


def _shape(tree: Any) -> Iterator[Problem]:
    """What is wrong with the shape."""
    rules = tree.get("rules") if isinstance(tree, dict) else None
    if not isinstance(rules, list) or not 0 < len(rules) <= MOST_RULES:
        yield "", _("Expected {“rules”: […]} with 1 to %(most)s rules.") % {"most": MOST_RULES}
        return
    for index, one in enumerate(rules):
        yield from _shape_of(one, f"rules.{index}")


def _shape_of(one: Any, place: str) -> Iterator[Problem]:
    if not isinstance(one, dict):
        yield place, _("Expected a rule.")
        return
    unknown = [key for key in one if key not in KEYS]
    if unknown:
        yield from ((f"{place}.{key}", _("This key means nothing here.")) for key in unknown)
    elif not isinstance(one.get("name"), str):
        yield f"{place}.name", _("Give the rule a name.")
    elif not isinstance(one.get("name_id", ""), str):
        yield f"{place}.name_id", _("Expected a text.")
    elif not isinstance(one.get("definition"), dict):
        yield f"{place}.definition", _("This is not a rule.")
