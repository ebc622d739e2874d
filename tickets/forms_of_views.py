"""The form of a saved view: its name, who sees it, which tickets, which columns in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.steady import steady
from tickets.commands.saved_views import may_write
from tickets.condition_forms import ConditionRows, Press
from tickets.models import SavedView
from tickets.models.views import NAME_LENGTH
from tickets.paging import GROUPS, SORTS, SORTS_OF_ALL
from tickets.rows import COLUMNS, DEFAULT_COLUMNS

CONDITIONS = "conditions"
SORT_LABELS: dict[str, Any] = {
    "due": gettext_lazy("Time left"),
    "priority": gettext_lazy("Priority"),
    "updated": gettext_lazy("Last updated"),
    "opened": gettext_lazy("Newest first"),
    "status": gettext_lazy("Status"),
    "requester": gettext_lazy("Requester"),
    "owner": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "service": gettext_lazy("Service"),
    "subject": gettext_lazy("Subject"),
}
NO_GROUP = "none"


def sort_choices() -> list[tuple[str, Any]]:
    """What a list can be sorted by."""
    return [(name, SORT_LABELS[name]) for name in SORTS]


def group_choices() -> list[tuple[str, Any]]:
    """What its headings can be."""
    return [*((name, SORT_LABELS[name]) for name in GROUPS), (NO_GROUP, _("No headings"))]


def columns_in_order(chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Every column to choose from: those that are shown first, in their order."""
    rest = [name for name in COLUMNS if name not in chosen]
    return [
        {"name": name, "label": COLUMNS[name].label, "is_shown": name in chosen}
        for name in (*chosen, *rest)
        if name in COLUMNS
    ]


class ViewBasics(forms.Form):
    """Everything but the condition and the columns."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Give the view a name.")},
    )
    who = forms.ChoiceField(label=gettext_lazy("Who sees it"))
    sort = forms.ChoiceField(label=gettext_lazy("Sorted by"))
    group = forms.ChoiceField(label=gettext_lazy("Headings"))
    has_ended = forms.BooleanField(label=gettext_lazy("Also tickets that have ended"), required=False)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["sort"].choices, fields["group"].choices = sort_choices(), group_choices()
        fields["who"].choices = reach_choices(user)

    def clean(self) -> dict[str, Any]:
        """What has ended can be many: such a view walks along an index."""
        typed = super().clean() or {}
        if typed.get("has_ended") and typed.get("sort") not in SORTS_OF_ALL:
            self.add_error("sort", _("A view with ended tickets is sorted by when they were last updated or opened."))
        return typed


def reach_choices(user: User) -> list[tuple[str, Any]]:
    """Whom this person may make views for."""
    teams = [team for team in user.hats.visible_teams if may_write(user, SavedView.Scope.TEAM, team.pk)]
    choices: list[tuple[str, Any]] = [("private", SavedView.Scope.PRIVATE.label)]
    choices += [(f"team-{team.pk}", team.label) for team in teams]
    if may_write(user, SavedView.Scope.EVERYBODY, None):
        choices.append(("everybody", SavedView.Scope.EVERYBODY.label))
    return choices


class ViewForm:
    """The whole page, to be used like a form.

    Args:
        data: what was posted; without it the page shows `view`.
    """

    def __init__(self, data: Any = None, *, user: User, view: SavedView) -> None:
        self._data, self._user, self.view = data, user, view
        self.basics = ViewBasics(data, initial=_initial(view), user=user)
        with steady():
            self.conditions = ConditionRows(data, CONDITIONS, view.condition or None)
        chosen = data.getlist("col") if data is not None else view.columns
        self.columns = [name for name in chosen if name in COLUMNS] or list(DEFAULT_COLUMNS)

    def is_valid(self) -> bool:
        """Whether `made()` can be had. Errors stand at their fields."""
        if self._data is None:
            return False
        return all([self.basics.is_valid(), self.conditions.is_valid()])

    def made(self) -> SavedView:
        """The view as it was chosen, not saved. Only for a valid form."""
        typed = self.basics.cleaned_data
        scope, _sep, team = typed["who"].partition("-")
        self.view.name, self.view.scope = typed["name"], scope
        self.view.team_id = int(team) if team else None
        self.view.condition = self.conditions.tree()
        self.view.sort, self.view.has_ended = typed["sort"], typed["has_ended"]
        self.view.group = "" if typed["group"] == NO_GROUP else typed["group"]
        self.view.columns = self.columns
        return self.view

    def redrawn(self, press: Press | None = None, column: str = "") -> Self:
        """The page again as it was typed, unchecked, after a button was pressed.

        Args:
            press: a button of a condition's row.
            column: "up:team" or "down:team", the button of a column.
        """
        again = type(self)(user=self._user, view=self.view)
        typed = {name: self.basics[name].value() for name in self.basics.fields}
        again.basics = ViewBasics(initial=typed, user=self._user)
        again.conditions = self.conditions.redrawn(press)
        again.columns = moved_column(self.columns, column)
        return again

    @property
    def errors(self) -> Mapping[str, list[str]]:
        """What there is to fix: field -> messages."""
        found = {name: [str(text) for text in texts] for name, texts in self.basics.errors.items()}
        return {**found, **self.conditions.errors}

    @property
    def column_rows(self) -> list[dict[str, Any]]:
        """Every column with whether it is shown."""
        return columns_in_order(self.columns)


def moved_column(columns: list[str], press: str) -> list[str]:
    """The columns with one moved up or down by a place."""
    where, _sep, name = press.partition(":")
    if name not in columns:
        return columns
    at = columns.index(name)
    rest = [one for one in columns if one != name]
    rest.insert(max(0, at - 1 if where == "up" else at + 1), name)
    return rest


def _initial(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "who": f"team-{view.team_id}" if view.team_id else view.scope,
        "sort": view.sort,
        "group": view.group or NO_GROUP,
        "has_ended": view.has_ended,
    }
