"""The form of a macro: its name, who uses it, on which tickets it is offered, what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.steady import steady
from escalation.forms.rule_actions import ActionRows
from escalation.models import Macro
from escalation.policies import writes_macros
from tickets.automation import actions_by_hand
from tickets.condition_forms import ConditionRows, Press
from tickets.models import SavedView
from tickets.models.views import NAME_LENGTH

IF, THEN = "if", "then"


class MacroBasics(forms.Form):
    """Everything but the condition and the steps."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Give the macro a name.")},
    )
    who = forms.ChoiceField(label=gettext_lazy("Who uses it"))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        who: Any = self.fields["who"]
        who.choices = reach_choices(user)


def reach_choices(user: User) -> list[tuple[str, Any]]:
    """For whom this person may write macros."""
    scope = SavedView.Scope
    choices: list[tuple[str, Any]] = [(scope.PRIVATE.value, scope.PRIVATE.label)]
    teams = user.hats.visible_teams
    choices += [(f"team-{team.pk}", team.label) for team in teams if writes_macros(user, scope.TEAM, team.pk)]
    if writes_macros(user, scope.EVERYBODY, None):
        choices.append((scope.EVERYBODY.value, scope.EVERYBODY.label))
    return choices


class MacroForm:
    """The whole page, to be used like a form.

    Args:
        data: what was posted; without it the page shows `macro`.
    """

    def __init__(self, data: Any = None, *, user: User, macro: Macro) -> None:
        self._data, self._user, self.macro = data, user, macro
        self.basics = MacroBasics(data, initial=_initial(macro), user=user, use_required_attribute=False)
        with steady():
            self.conditions = ConditionRows(data, IF, macro.only_if or None)
            self.actions = ActionRows(data, macro.steps, actions_by_hand)

    def is_valid(self) -> bool:
        """Whether `made()` can be had. Errors stand at their fields and rows."""
        if self._data is None:
            return False
        return all([self.basics.is_valid(), self.conditions.is_valid(), self.actions.is_valid()])

    def made(self) -> Macro:
        """The macro as it was written, not saved. Only for a valid form."""
        typed = self.basics.cleaned_data
        scope, _sep, team = typed["who"].partition("-")
        self.macro.name, self.macro.scope = typed["name"], scope
        self.macro.team_id = int(team) if team else None
        self.macro.only_if, self.macro.steps = self.conditions.tree(), self.actions.trees()
        return self.macro

    def place(self, path: str, message: str) -> None:
        """Put an error where it was typed: "name", "then.0.team", "if.all.1.value"."""
        first, _dot, rest = path.partition(".")
        if first == IF:
            self.conditions.place(rest, message)
        elif first == THEN:
            self.actions.place(rest.split(".") if rest else [], message)
        else:
            self.basics.add_error(first if first in self.basics.fields else None, message)

    def redrawn(self, press: Press | None = None) -> Self:
        """The page again as it was typed, unchecked, after a button was pressed."""
        again = type(self)(user=self._user, macro=self.macro)
        typed = {name: self.basics[name].value() for name in self.basics.fields}
        again.basics = MacroBasics(initial=typed, user=self._user, use_required_attribute=False)
        with steady():
            again.conditions = self.conditions.redrawn(press if press and press.list == IF else None)
            again.actions = self.actions.redrawn(press if press and press.list == THEN else None)
        return again

    @property
    def errors(self) -> Mapping[str, list[str]]:
        """What there is to fix: id without "id_" ("" for the whole) -> messages."""
        found = {
            "" if name == "__all__" else name: [str(text) for text in texts]
            for name, texts in self.basics.errors.items()
        }
        return {**found, **self.conditions.errors, **self.actions.errors}


def _initial(macro: Macro) -> dict[str, Any]:
    return {"name": macro.name, "who": f"team-{macro.team_id}" if macro.team_id else macro.scope}
