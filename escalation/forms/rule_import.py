"""Rules pasted or uploaded as JSON, checked as far as their shape goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from escalation.rules.places import line_at, lines_of

MOST_BYTES = 1_000_000
MOST_RULES = 500
KEYS = {"name", "name_id", "definition"}


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
        self._lines: dict[str, int] = {}
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
        for path, texts in (error.fields or {"": [error.message]}).items():
            for message in texts:
                self.add_error(None, self._at(path, message))

    def _read(self, text: str, place: str) -> None:
        try:
            tree = json.loads(text)
            unstorable = list(_unstorable(tree, ""))
        except json.JSONDecodeError as error:
            where = {"line": error.lineno, "column": error.colno, "error": error.msg}
            self.add_error(place, _("Line %(line)s, column %(column)s: %(error)s") % where)
            return
        except (RecursionError, ValueError):
            self.add_error(place, _("This is not JSON that can be read."))
            return
        self._lines = lines_of(text)
        for path, message in unstorable or _shape(tree):
            self.add_error(place, self._at(path, message))
        if not self.errors:
            self.rules = tree["rules"]

    def _at(self, path: str, message: str) -> str:
        where = {"line": line_at(self._lines, path), "path": path, "error": message}
        return _("Line %(line)s (%(path)s): %(error)s") % where if path else message


def _unstorable(part: Any, path: str) -> Iterator[tuple[str, str]]:
    """Texts with characters that no column holds: NUL, and halves of a pair."""
    if isinstance(part, str) and any(one == "\0" or "\ud800" <= one <= "\udfff" for one in part):
        yield path, _("This text holds characters that no ticket can hold.")
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        place = f"{path}.{key}".lstrip(".")
        if isinstance(key, str):
            yield from _unstorable(key, path)
        yield from _unstorable(value, place)


def _shape(tree: Any) -> list[tuple[str, str]]:
    """What is wrong with the shape: (path, words)."""
    rules = tree.get("rules") if isinstance(tree, dict) else None
    if not isinstance(rules, list) or not 0 < len(rules) <= MOST_RULES:
        return [("", _("Expected {“rules”: […]} with 1 to %(most)s rules.") % {"most": MOST_RULES})]
    return [problem for index, one in enumerate(rules) for problem in _shape_of(one, f"rules.{index}")]


def _shape_of(one: Any, place: str) -> list[tuple[str, str]]:
    if not isinstance(one, dict):
        return [(place, _("Expected a rule."))]
    unknown = [(f"{place}.{key}", _("This key means nothing here.")) for key in one if key not in KEYS]
    if unknown:
        return unknown
    if not isinstance(one.get("name"), str) or not isinstance(one.get("name_id", ""), str):
        return [(f"{place}.name", _("Give the rule a name."))]
    if not isinstance(one.get("definition"), dict):
        return [(f"{place}.definition", _("This is not a rule."))]
    return []
