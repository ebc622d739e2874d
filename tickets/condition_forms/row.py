"""One row of a condition: what is asked, how, and for which value."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.condition_forms.naming import intake_questions
from tickets.condition_forms.values import question_label, typed_value, value_field
from tickets.conditions import FIELDS, Field, field_named
from tickets.conditions.fields import BARE_OPERATORS

OPERATORS: dict[str, Any] = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "in": gettext_lazy("is any of"),
    "not_in": gettext_lazy("is none of"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "less_than": gettext_lazy("is less than"),
    "contains": gettext_lazy("contains"),
    "contains_any": gettext_lazy("mentions any of"),
    "matches": gettext_lazy("matches the pattern"),
    "has_any": gettext_lazy("has any of"),
    "has_all": gettext_lazy("has all of"),
    "has_none": gettext_lazy("has none of"),
    "is_empty": gettext_lazy("is empty"),
    "is_set": gettext_lazy("is set"),
}
ICONS = {
    "priority": "signal",
    "impact": "signal",
    "urgency": "signal",
    "tier": "layers",
    "team": "users-round",
    "assignee": "user-round",
    "service": "server",
    "category": "folder",
    "subject": "message-square",
    "text": "message-square",
    "tags": "tag",
    "status": "circle-dot",
}
TIME_ICON, PERSON_ICON, OTHER_ICON = "timer", "circle-user", "list-filter"


def texts_of(data: Any, name: str) -> list[str]:
    """Every text that was sent under a name, of a QueryDict or of a plain mapping of texts and lists."""
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    found = data.get(name, [])
    return found if isinstance(found, list) else [found]


@dataclass(slots=True)
class TypedRow:
    """A row as it stands in the page. `drawn_for` is the field its value was drawn for."""

    key: int
    field: str = ""
    op: str = ""
    values: list[str] = default(default_factory=list)
    drawn_for: str = ""

    @classmethod
    def sent(cls, data: Any, prefix: str, key: int) -> TypedRow:
        """What a browser sent of a row."""
        name = f"{prefix}-{key}"
        asked, op = (data.get(f"{name}-{part}", "") for part in ("field", "op"))
        return cls(key, asked, op, texts_of(data, f"{name}-value"), data.get(f"{name}-drawn", ""))

    @classmethod
    def stored(cls, leaf: Any, key: int) -> TypedRow:
        """A row for a stored question; what cannot be read is shown as it is."""
        name, op = str(leaf.get("field", "")), str(leaf.get("op", ""))
        known = field_named(name)
        values = typed_value(known, op, leaf.get("value")) if known else []
        return cls(key, name, op, values, name)


class ConditionRow(forms.Form):
    """One question. `is_checked` is False for a page that is only drawn again; `words` name it for its buttons."""

    def __init__(self, row: TypedRow, *, prefix: str, is_checked: bool) -> None:
        self.key, self.row_name = row.key, f"{prefix}-{row.key}"
        self.asked = field_named(row.field) if row.field else None
        if row.drawn_for != row.field:
            row.values = []
        if self.asked is not None and row.op not in self.asked.operators:
            row.op, row.values = self.asked.operators[0], row.values if not row.op else []
        row.drawn_for = row.field
        self.words = _words(self.asked)
        self.typed = row
        made = _fields(self.asked, row)
        values = {"field": [row.field], "op": [row.op], "value": row.values}
        sent = _Sent({f"{self.row_name}-{name}": texts for name, texts in values.items()})
        data: Any = sent if is_checked else None
        super().__init__(data, initial=_initial(made, row), prefix=self.row_name, use_required_attribute=False)
        self.fields.update(made)
        for one in self.fields.values():
            _dress(one)

    @property
    def icon(self) -> str:
        """What kind of thing it asks about."""
        if self.asked is None:
            return OTHER_ICON
        if str(self.asked.type) == "age":
            return TIME_ICON
        if self.asked.name.startswith("requester"):
            return PERSON_ICON
        return ICONS.get(self.asked.name, OTHER_ICON)

    @property
    def place(self) -> str:
        """Its key, as text."""
        return str(self.key)

    @property
    def takes_value(self) -> bool:
        return "value" in self.fields

    @property
    def is_boxes(self) -> bool:
        """Whether the value is a group of tick boxes, which needs a legend."""
        return "value" in self.fields and isinstance(self.fields["value"].widget, forms.CheckboxSelectMultiple)

    def tree(self) -> dict[str, Any]:
        """The question as it is stored. Only for a valid row."""
        typed = self.cleaned_data
        leaf = {"field": typed["field"], "op": typed["op"]}
        return leaf if typed["op"] in BARE_OPERATORS else {**leaf, "value": typed["value"]}


class _Sent(dict[str, list[str]]):
    """Texts by name, the way widgets read them."""

    def get(self, name: str, default: Any = None) -> Any:
        texts = dict.get(self, name)
        return texts[-1] if texts else default

    def getlist(self, name: str) -> list[str]:
        return dict.get(self, name, [])


def _fields(asked: Field | None, row: TypedRow) -> dict[str, forms.Field]:
    unknown = [] if asked or not row.field else [(row.field, row.field)]
    message = {"required": _("Choose what is asked, or remove this condition.")}
    made: dict[str, forms.Field] = {
        "field": forms.ChoiceField(
            label=_("What is asked"),
            choices=[("", _("Choose what to ask")), *fields_to_choose(row.field), *unknown],
            error_messages=message,
        )
    }
    if asked is None:
        return made
    ops = [(op, OPERATORS.get(op, op.replace("_", " "))) for op in asked.operators]
    made["op"] = forms.ChoiceField(label=_("Comparison"), choices=ops)
    value = value_field(asked, row.op, row.values)
    if value is not None:
        made["value"] = value
    return made


def _words(asked: Field | None) -> str:
    if asked is None:
        return _("empty condition")
    question = intake_questions().get(asked.key)
    return question_label(question) if question else str(asked.label)


def fields_to_choose(present: str = "") -> list[tuple[str, Any]]:
    """Every field by group, then the questions that categories ask; `present` is there in any case."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, one in FIELDS.items():
        groups.setdefault(str(getattr(one, "group", "")), []).append((name, str(one.label)))
    questions = {f"intake.{key}": question_label(row) for key, row in intake_questions().items()}
    if present.startswith("intake."):
        questions.setdefault(present, present.partition(".")[2])
    if questions:
        groups.setdefault(_("Intake answers"), []).extend(questions.items())
    flat = groups.pop("", [])
    return [*flat, *((group, names) for group, names in groups.items())]


def _initial(made: dict[str, forms.Field], row: TypedRow) -> dict[str, Any]:
    takes_many = isinstance(made.get("value"), forms.TypedMultipleChoiceField)
    value: Any = row.values if takes_many else next(iter(row.values), "")
    return {"field": row.field, "op": row.op, "value": value}


def _dress(made: forms.Field) -> None:
    widget: Any = made.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        widget.attrs["class"] = "form-check-input"
        return
    widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.NumberInput):
        widget.attrs["class"] = "form-control num"
