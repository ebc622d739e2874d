"""A condition as rows of a form: fields, operators and values, in one level of groups. Works without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.steady import steady
from tickets.condition_forms.moving import Press, moved, next_key
from tickets.condition_forms.row import ConditionRow, TypedRow, texts_of
from tickets.conditions import ConditionError, validate
from tickets.conditions.tree import LEAVES_AT_MOST

ITEM = re.compile(r"(?:g(?P<group>\d{1,4})|(?:(?P<inside>\d{1,4})\.)?(?P<row>\d{1,4}))")
ALL, ANY = "all", "any"


@dataclass(slots=True)
class TypedGroup:
    """A group as it stands in the page."""

    key: int
    word: str
    rows: list[TypedRow] = field(default_factory=list)


@dataclass(slots=True)
class TypedConditions:
    """The whole condition as it stands in the page."""

    word: str = ALL
    items: list[TypedRow | TypedGroup] = field(default_factory=list)

    def lists(self) -> Iterator[list[Any]]:
        """Every list of rows: the outer one, and that of each group."""
        yield self.items
        yield from (item.rows for item in self.items if isinstance(item, TypedGroup))

    def keys(self) -> list[int]:
        """The keys that are taken; groups and rows share them."""
        return [item.key for rows in self.lists() for item in rows]


@dataclass(slots=True)
class ConditionGroup:
    """A group to draw: `word` joins its rows."""

    key: int
    word: str
    rows: list[ConditionRow]
    row_name: str
    is_group: bool = True

    @property
    def words(self) -> str:
        """For the buttons that move and remove it."""
        return _("this group")


class ConditionRows:
    """The rows of one condition, to be used like a form.

    Args:
        data: what was posted (a QueryDict).
        prefix: begins every name, so that a page can hold several conditions.
        initial_tree: a stored condition, for a page that was not posted.
    """

    def __init__(self, data: Any = None, prefix: str = "if", initial_tree: Mapping[str, Any] | None = None) -> None:
        self.prefix, self.focus = prefix, ""
        self.errors_of_all: list[str] = []
        self._is_sent = data is not None
        self._typed = _sent(data, prefix) if data is not None else _stored(initial_tree)
        self.items: list[ConditionRow | ConditionGroup] = []
        self._draw(self._is_sent)

    def is_valid(self) -> bool:
        """Whether `tree()` can be had. Errors stand at their rows."""
        if not self._is_sent or not all(row.is_valid() for row in self.rows()):
            return False
        try:
            validate(self.tree())
        except ConditionError as error:
            self.place(error.path, error.message)
            return False
        return True

    def tree(self) -> dict[str, Any]:
        """The condition as it is stored. Only for valid rows."""
        found = [
            {item.word: [row.tree() for row in item.rows]} if isinstance(item, ConditionGroup) else item.tree()
            for item in self.items
        ]
        return {self.word: found} if found else {ALL: []}

    def place(self, path: str, message: str) -> None:
        """Put an error at its row. `path` is one of `tickets.conditions` ("all.2.any.0.value") or a field's name."""
        row, part = self._at(path)
        if row is None:
            self.errors_of_all.append(message)
        else:
            row.add_error(part if part in row.fields else "field", message)

    def redrawn(self, press: Press | None = None) -> ConditionRows:
        """The rows again as they were typed, unchecked, after a button was pressed."""
        again = ConditionRows(prefix=self.prefix)
        again._typed, again._is_sent = self._typed, False
        again.focus = _pressed(again._typed, press, self.prefix) if press else ""
        again._draw(False)
        for row in again.rows():
            for name in row.fields:
                if again.focus == row[name].auto_id:
                    row.fields[name].widget.attrs["autofocus"] = True
        return again

    def checked(self) -> ConditionRows:
        """The same rows as if they had been sent, to ask for `tree()`."""
        same = ConditionRows(prefix=self.prefix)
        same._typed, same._is_sent = self._typed, True
        same._draw(True)
        return same

    def rows(self) -> Iterator[ConditionRow]:
        """Every row, in reading order."""
        for item in self.items:
            if isinstance(item, ConditionGroup):
                yield from item.rows
            else:
                yield item

    @property
    def errors(self) -> dict[str, list[str]]:
        """What there is to fix: id without "id_" -> messages; those of the whole stand at the button that adds."""
        found: dict[str, list[str]] = {f"{self.prefix}-add": list(self.errors_of_all)} if self.errors_of_all else {}
        for row in self.rows():
            for name, messages in (row.errors if row.is_bound else {}).items():
                place = row.add_prefix(name) + ("_0" if name == "value" and row.is_boxes else "")
                found.setdefault(place, []).extend(map(str, messages))
        return found

    @property
    def other_word(self) -> str:
        """How a new group joins its rows: a group inside "all" is an "any"."""
        return ANY if self.word == ALL else ALL

    @property
    def is_full(self) -> bool:
        """Whether there is room for no further row."""
        return sum(1 for _row in self.rows()) >= LEAVES_AT_MOST

    def _at(self, path: str) -> tuple[ConditionRow | None, str]:
        items: Any = self.items
        found: Any = None
        parts = [part for part in path.split(".") if part not in (ALL, ANY)]
        while parts and parts[0].isdigit() and items is not None and int(parts[0]) < len(items):
            found = items[int(parts.pop(0))]
            items = found.rows if isinstance(found, ConditionGroup) else None
        if isinstance(found, ConditionRow):
            return found, parts[0] if parts else "field"
        named = next((row for row in self.rows() if row.asked is not None and row.asked.name == path), None)
        return named, "value"

    def _draw(self, is_checked: bool) -> None:
        self.word = self._typed.word
        # what there is to choose from is read once, however many rows there are
        with steady():
            self.items = [self._item(item, is_checked) for item in self._typed.items]

    def _item(self, item: TypedRow | TypedGroup, is_checked: bool) -> ConditionRow | ConditionGroup:
        if isinstance(item, TypedRow):
            return self._row(item, is_checked)
        rows = [self._row(row, is_checked) for row in item.rows]
        return ConditionGroup(item.key, item.word, rows, f"{self.prefix}-{item.key}")

    def _row(self, row: TypedRow, is_checked: bool) -> ConditionRow:
        return ConditionRow(row, prefix=self.prefix, is_checked=is_checked)


def _sent(data: Any, prefix: str) -> TypedConditions:
    found = TypedConditions(_word(data.get(f"{prefix}-word")))
    groups: dict[int, TypedGroup] = {}
    for text in texts_of(data, f"{prefix}-item")[: 2 * LEAVES_AT_MOST]:
        item = ITEM.fullmatch(text)
        if item is None:
            continue
        if item["group"]:
            key = int(item["group"])
            groups[key] = TypedGroup(key, _word(data.get(f"{prefix}-{key}-word")))
            found.items.append(groups[key])
        else:
            row = TypedRow.sent(data, prefix, int(item["row"]))
            inside = groups.get(int(item["inside"])) if item["inside"] else None
            (inside.rows if inside else found.items).append(row)  # type: ignore[arg-type]
    found.items = [item for item in found.items if isinstance(item, TypedRow) or item.rows]
    return found


def _stored(tree: Mapping[str, Any] | None) -> TypedConditions:
    """Rows for a stored condition; of one that makes no sense any more what can be shown."""
    word, parts = _group(tree or {ALL: []})
    found, key = TypedConditions(word), 0
    for part in parts:
        key += 1
        if "field" in part:
            found.items.append(TypedRow.stored(part, key))
            continue
        inner, leaves = _group(part)
        group = TypedGroup(key, inner)
        for leaf in leaves:
            key += 1
            group.rows.append(TypedRow.stored(leaf, key))
        found.items.append(group)
    return found


def _group(tree: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    word, parts = next(iter(tree.items()), (ALL, []))
    return _word(word), [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _word(text: Any) -> str:
    return ANY if text == ANY else ALL


def _pressed(typed: TypedConditions, press: Press, prefix: str) -> str:
    """Do what a button says; the id of the control that gets the focus."""
    key = next_key(typed.keys())
    if press.verb == "add":
        rows = next((item.rows for item in typed.items if isinstance(item, TypedGroup) and item.key == press.key), None)
        (typed.items if rows is None else rows).append(TypedRow(key))  # type: ignore[union-attr]
        return f"id_{prefix}-{key}-field"
    if press.verb == "group":
        typed.items.append(TypedGroup(key, ALL if typed.word == ANY else ANY, [TypedRow(key + 1)]))
        return f"id_{prefix}-{key + 1}-field"
    for rows in typed.lists():
        if any(item.key == press.key for item in rows):
            focus = moved(rows, press, prefix)
            typed.items = [item for item in typed.items if isinstance(item, TypedRow) or item.rows]
            return focus
    return ""
