"""The rule editor: one page of plain form fields that reads and writes a whole wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.commands.rules import RuleWording
from escalation.forms.rule_actions import ActionRows
from escalation.forms.rule_basics import RuleBasics, basics_as_typed
from escalation.models import Rule, RuleVersion
from tickets.condition_forms.moving import Press
from tickets.condition_forms.rows import ConditionRows

# shown in the first editor of a new rule: something to change is easier than an empty page
NEW_RULE: dict[str, Any] = {"when": {"on": ["opened"]}, "if": {"all": []}, "then": [], "order": 100}
# parts of a path of `escalation.rules.definition` -> the field of the page
FIELDS = {
    "when": "on",
    "when.on": "on",
    "when.every": "every",
    "when.calendar": "calendar",
    "when.reaches": "reach_what",
    "when.reaches.what": "reach_what",
    "when.reaches.minutes": "reach_amount",
    "from": "since",
    "told.en": "told_en",
    "told.id": "told_id",
    "told": "told_en",
    "stop": "stops",
}


class RuleForm:
    """Everything on the editor's page, to be used like a form.

    Args:
        data: what was posted. Without it the page shows `version`, or the beginnings of a rule.
        rule: the rule that is edited.
    """

    def __init__(self, data: Any = None, *, rule: Rule | None = None, version: RuleVersion | None = None) -> None:
        self._data, self._rule, self._stored = data, rule, version.definition if version else None
        self._drawn_from: Any = None
        stored: Mapping[str, Any] = self._stored or NEW_RULE
        typed = basics_as_typed(stored) if data is None else {}
        if version is not None:
            typed |= {"name": version.name, "name_id": version.name_id}
        typed["owner"] = rule.owner_id if rule else None
        self.basics = RuleBasics(data, initial=typed, rule=rule, use_required_attribute=False)
        self.conditions = ConditionRows(data, "if", stored.get("if"))
        self.actions = ActionRows(data, stored["then"])
        self.focus = ""

    def is_valid(self) -> bool:
        """Whether `wording()` can be had. Errors stand at the fields and rows they belong to."""
        if self._data is None:
            return False
        return all([self.basics.is_valid(), self.conditions.is_valid(), self.actions.is_valid()])

    def definition(self) -> dict[str, Any]:
        """The wording as it is stored. Only for a valid form."""
        return {**self.basics.tree(), "if": self.conditions.tree(), "then": self.actions.trees()}

    def wording(self) -> RuleWording:
        """What to store. Only for a valid form."""
        typed = self.basics.cleaned_data
        return RuleWording(typed["name"], self.definition(), typed["name_id"], typed["owner"], typed["note"])

    def place(self, path: str, message: str) -> None:
        """Put an error where it was typed; `path` is one of `escalation.rules.definition`."""
        first, _dot, rest = path.partition(".")
        if first == "if":
            self.conditions.place(rest, message)
        elif first == "then":
            self.actions.place(rest.split(".") if rest else [], message)
        else:
            name = FIELDS.get(path, path)
            self.basics.add_error(name if name in self.basics.fields else None, message)

    def redrawn(self, press: Press | None = None) -> RuleForm:
        """The page again as it was typed, unchecked, after a button was pressed."""
        again = RuleForm(rule=self._rule)
        again._drawn_from = self._data
        again.basics = self.basics.redrawn(self._rule)
        again.conditions = self.conditions.redrawn(press if press and press.list == "if" else None)
        again.actions = self.actions.redrawn(press if press and press.list == "then" else None)
        again.focus = again.conditions.focus or again.actions.focus
        return again

    def so_far(self) -> dict[str, Any] | None:
        """The wording as the page shows it, to be put in words; None while something is missing."""
        if self._drawn_from is None:
            return self.definition() if self.is_valid() else self._stored
        checked = RuleForm(self._drawn_from, rule=self._rule)
        checked.conditions = self.conditions.checked()
        checked.actions = self.actions.checked(self._drawn_from)
        return checked.definition() if checked.is_valid() else None

    @property
    def errors(self) -> dict[str, list[str]]:
        """What there is to fix: id without "id_" ("" for the whole) -> messages, in the order of the page."""
        found: dict[str, list[str]] = {}
        for part in (self.basics.errors_by_id, self.conditions.errors, self.actions.errors):
            for place, messages in part.items():
                found.setdefault(place, []).extend(messages)
        return found
