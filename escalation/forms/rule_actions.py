"""What a rule or a macro does, as rows: each kind of action brings its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from escalation.rules.definition import MOST_ACTIONS
from tickets.automation import Action, ActionForm, actions
from tickets.condition_forms.moving import Press, moved, next_key

PREFIX = "then"


@dataclass(slots=True)
class TypedAction:
    """A row as it stands in the page; `values` of the form's fields, None until its kind is known to be new."""

    key: int
    do: str = ""
    values: Mapping[str, Any] | None = None


class KindForm(forms.Form):
    """Which action a row is."""

    do = forms.ChoiceField()

    def __init__(self, *args: Any, known: Mapping[str, Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        kinds = [(name, str(action.label)) for name, action in known.items()]
        do: Any = self.fields["do"]
        do.label = _("What is done")
        do.choices = [("", _("Choose what is done")), *kinds]
        do.error_messages["required"] = _("Choose what is done, or remove this action.")
        do.widget.attrs["class"] = "form-select"


class ActionRow:
    """One action of the page: its kind and the form with its settings."""

    def __init__(self, row: TypedAction, known: Mapping[str, Action], data: Any = None) -> None:
        self.key, self.row_name = row.key, f"{PREFIX}-{row.key}"
        self.action: Action | None = known.get(row.do)
        self.kind = KindForm(data, known=known, prefix=self.row_name, initial={"do": row.do})
        self.form: ActionForm | None = None
        self.errors_of_row: list[str] = []
        if self.action is not None:
            initial = None if row.values is None else dict(row.values)
            self.form = self.action.form(
                data, prefix=self.row_name, initial=initial, use_required_attribute=False, label_suffix=""
            )

    @property
    def icon(self) -> str:
        return self.action.icon if self.action else "zap"

    @property
    def words(self) -> str:
        """What it does, for the buttons that move and remove it."""
        return str(self.action.label) if self.action else _("empty action")

    def is_valid(self) -> bool:
        return all([self.kind.is_valid(), self.form is None or self.form.is_valid()])

    def tree(self) -> dict[str, Any]:
        """The action as it is stored. Only for a valid row."""
        assert self.action is not None and self.form is not None
        return {"do": self.action.name, **self.form.tree()}

    def place(self, name: str, message: str) -> None:
        """Put an error at a setting, else at the row."""
        if self.form is not None and name in self.form.fields:
            self.form.add_error(name, message)
        elif name == "do":
            self.kind.add_error("do", message)
        else:
            self.errors_of_row.append(message)

    @property
    def errors(self) -> dict[str, list[str]]:
        """id without "id_" -> messages."""
        found: dict[str, list[str]] = {f"{self.row_name}-do": list(self.errors_of_row)} if self.errors_of_row else {}
        for form in filter(None, (self.kind, self.form)):
            for name, messages in (form.errors if form.is_bound else {}).items():
                found.setdefault(_place(form, name), []).extend(map(str, messages))
        return found


class ActionRows:
    """All actions of the page, to be used like a form.

    Args:
        data: what was posted.
        initial: stored actions, for a page that was not posted.
        known: what there is to choose from: what rules can do, or what people can do by a macro.
    """

    def __init__(
        self,
        data: Any = None,
        initial: Sequence[Mapping[str, Any]] = (),
        known: Callable[[], Mapping[str, Action]] = actions,
    ) -> None:
        self.focus = ""
        self.errors_of_all: list[str] = []
        self._data, self._known = data, known
        self._typed = _sent(data, known()) if data is not None else _stored(initial, known())
        self.rows = [ActionRow(row, known(), data) for row in self._typed]

    def is_valid(self) -> bool:
        """Whether `trees()` can be had."""
        if not self.rows and not self.errors_of_all:
            self.errors_of_all.append(_("Give 1 to %(most)s actions.") % {"most": MOST_ACTIONS})
        return self._data is not None and bool(self.rows) and all(row.is_valid() for row in self.rows)

    def trees(self) -> list[dict[str, Any]]:
        """The actions as they are stored. Only for valid rows."""
        return [row.tree() for row in self.rows]

    def place(self, path: Sequence[str], message: str) -> None:
        """Put an error where it was typed: ["0", "team"] is a setting of the first action."""
        if path and path[0].isdigit() and int(path[0]) < len(self.rows):
            self.rows[int(path[0])].place(path[1] if len(path) > 1 else "", message)
        else:
            self.errors_of_all.append(message)

    def redrawn(self, press: Press | None = None) -> ActionRows:
        """The rows again as they were typed, unchecked, after a button was pressed."""
        again = ActionRows(known=self._known)
        again._typed = list(self._typed)
        if press is not None and press.verb == "add":
            again._typed.append(TypedAction(next_key(row.key for row in self._typed)))
            again.focus = f"id_{PREFIX}-{again._typed[-1].key}-do"
        elif press is not None and any(row.key == press.key for row in self._typed):
            again.focus = moved(again._typed, press, PREFIX)
        again.rows = [ActionRow(row, self._known()) for row in again._typed]
        for row in again.rows:
            if again.focus == row.kind["do"].auto_id:
                row.kind.fields["do"].widget.attrs["autofocus"] = True
        return again

    def checked(self, data: Any) -> ActionRows:
        """The same rows with what was sent of them, to ask for `trees()`."""
        same = ActionRows(known=self._known)
        same._data, same._typed = data, self._typed
        same.rows = [ActionRow(row, self._known(), data) for row in self._typed]
        return same

    @property
    def errors(self) -> dict[str, list[str]]:
        """What there is to fix: id without "id_" -> messages; those of the whole stand at the button that adds."""
        found: dict[str, list[str]] = {f"{PREFIX}-add": list(self.errors_of_all)} if self.errors_of_all else {}
        for row in self.rows:
            found.update(row.errors)
        return found

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_ACTIONS


def _sent(data: Any, known: Mapping[str, Action]) -> list[TypedAction]:
    keys = [int(text) for text in data.getlist(f"{PREFIX}-item") if text.isascii() and text.isdigit() and len(text) < 5]
    return [_sent_row(data, key, known) for key in dict.fromkeys(keys[: MOST_ACTIONS + 1])]


def _sent_row(data: Any, key: int, known: Mapping[str, Action]) -> TypedAction:
    name = f"{PREFIX}-{key}"
    do = data.get(f"{name}-do", "")
    action = known.get(do)
    # another kind was chosen: its settings begin afresh
    if action is None or data.get(f"{name}-drawn", do) != do:
        return TypedAction(key, do)
    drawn = action.form(prefix=name)
    values = {
        field: made.widget.value_from_datadict(data, {}, drawn.add_prefix(field))
        for field, made in drawn.fields.items()
    }
    return TypedAction(key, do, values)


def _stored(steps: Sequence[Mapping[str, Any]], known: Mapping[str, Action]) -> list[TypedAction]:
    found = []
    for key, step in enumerate(steps, start=1):
        action = known.get(step["do"])
        params = {name: value for name, value in step.items() if name != "do"}
        found.append(TypedAction(key, step["do"], action.form.typed(params) if action else None))
    return found


def _place(form: forms.BaseForm, name: str) -> str:
    if name not in form.fields:
        return form.add_prefix("do")
    is_boxes = isinstance(form.fields[name].widget, forms.CheckboxSelectMultiple | forms.RadioSelect)
    return form.add_prefix(name) + ("_0" if is_boxes else "")
