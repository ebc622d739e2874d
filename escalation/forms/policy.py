"""The policy editor: one page of plain form fields that reads and writes a whole wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from escalation.clock import SINGLE
from escalation.commands.promises import Wording
from escalation.forms.policy_rows import SpanField, StepRows, step_as_typed
from escalation.models import BusinessCalendar, Clock, SlaPolicy
from escalation.policy_definition import PolicyDefinition, PolicyError, parse
from escalation.policy_words import (
    PRIORITIES,
    conditions_in_words,
    metric_in_words,
    tier_in_words,
    tiers_by_level,
)
from escalation.rules.naming import names_for
from tickets.choices import PendingReason, Priority
from tickets.condition_forms.moving import Press
from tickets.condition_forms.rows import ConditionRows
from tickets.conditions import in_words, validate

NAME_CHARACTERS = 120
NOTE_CHARACTERS = 200
CONDITIONS = "conditions"
EVERY_TICKET: dict[str, Any] = {"all": []}
# shown in the first editor of a new policy: something to change is easier than an empty table
NEW_POLICY: dict[str, Any] = {
    "targets": {
        "response": {"1": 15, "2": 30, "3": 120, "4": 240},
        "resolution": {"1": 240, "2": 480, "3": 1440, "4": 2700},
    },
    "steps": [
        {"metric": "resolution", "percent": 75, "actions": [{"do": "notify", "who": ["owner"]}]},
        {"metric": "resolution", "percent": 100, "actions": [{"do": "call", "who": ["lead"]}]},
    ],
}


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row of a table of working times."""

    label: str
    cells: list[forms.BoundField]


class PolicyBasics(forms.Form):
    """Names, calendar, owner, pauses and the cells of the tables.

    A cell is called what `policy_definition` calls it: "targets.response.1", "ola.2.1", "vendor.1".
    """

    name = forms.CharField(label=_("Name"), max_length=NAME_CHARACTERS)
    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=NAME_CHARACTERS, required=False)
    calendar = forms.ModelChoiceField(label=_("Calendar"), queryset=BusinessCalendar.objects.none(), empty_label=None)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("policy", "Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Is told when the policy cannot be used."),
    )
    pauses = forms.MultipleChoiceField(
        label=_("The clocks stop while the ticket is"),
        choices=PendingReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=_("What changed, and why"), max_length=NOTE_CHARACTERS, required=False)

    def __init__(self, *args: Any, policy: SlaPolicy | None, levels: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = tiers_by_level()
        self.levels = sorted({*self.tiers, *levels})
        owners: Any = self.fields["owner"]
        owners.queryset = _owners(policy)
        calendars: Any = self.fields["calendar"]
        calendars.queryset = BusinessCalendar.objects.filter(current__isnull=False)
        for label, prefix in self._rows():
            for priority in PRIORITIES:
                cell = SpanField(label=f"{label}, {Priority(priority).label}")
                self.fields[f"{prefix}.{priority}"] = cell

    def target_rows(self) -> list[CellRow]:
        """The promises to the requester, to draw."""
        return [row for prefix, row in self._drawn() if prefix.startswith("targets.")]

    def inner_rows(self) -> list[CellRow]:
        """The promises between tiers and of the vendor, to draw."""
        return [row for prefix, row in self._drawn() if not prefix.startswith("targets.")]

    def tree(self) -> dict[str, Any]:
        """The wording but for its conditions and milestones. Only for a valid form."""
        typed = self.cleaned_data
        return {
            "targets": {metric: self._row(f"targets.{metric}") for metric in SINGLE},
            "ola": {str(level): row for level in self.levels if (row := self._row(f"ola.{level}"))},
            "vendor": self._row("vendor"),
            "pauses": typed["pauses"],
        }

    def _rows(self) -> Iterator[tuple[str, str]]:
        for metric in SINGLE:
            yield metric_in_words(metric), f"targets.{metric}"
        for level in self.levels:
            yield tier_in_words(level, self.tiers), f"ola.{level}"
        yield metric_in_words(Clock.Metric.VENDOR), "vendor"

    def _drawn(self) -> Iterator[tuple[str, CellRow]]:
        for label, prefix in self._rows():
            yield prefix, CellRow(label, [self[f"{prefix}.{priority}"] for priority in PRIORITIES])

    def _row(self, prefix: str) -> dict[str, int]:
        found = {str(priority): self.cleaned_data[f"{prefix}.{priority}"] for priority in PRIORITIES}
        return {priority: minutes for priority, minutes in found.items() if minutes is not None}


class PolicyForm:
    """Everything on the editor's page, to be used like a form.

    `data` is what was posted. Without it the page shows `definition` (JSON as stored), or a first proposal.
    Raises PolicyError for a `definition` that `parse` refuses.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        policy: SlaPolicy | None = None,
        definition: Mapping[str, Any] | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> None:
        self._data, self._policy = data, policy
        stored = parse(definition or NEW_POLICY)
        typed: dict[str, Any] = _as_typed(stored) | {"calendar": calendar}
        if policy is not None:
            typed |= {"name": policy.name, "name_id": policy.name_id, "owner": policy.owner_id}
        self._levels = tuple(stored.ola)
        self._draw(typed, [step_as_typed(step) for step in stored.steps], data)
        # the default policy is for every ticket that no other fits
        is_default = policy is not None and policy.is_default
        self.conditions = None if is_default else ConditionRows(data, CONDITIONS, stored.conditions)
        self._tree: dict[str, Any] = {}

    def _draw(
        self, typed: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], data: Mapping[str, Any] | None = None
    ) -> None:
        self.basics = PolicyBasics(data, initial=dict(typed), policy=self._policy, levels=self._levels)
        self.steps = StepRows(data, prefix="steps", initial=None if data is not None else list(steps))

    def is_valid(self) -> bool:
        """Whether `wording()` can be had. Errors stand at the fields, cells and rows they belong to."""
        asked = self.conditions is None or self.conditions.is_valid()
        if self._data is None or not all([self.basics.is_valid(), asked, self.steps.is_valid()]):
            return False
        conditions = self.conditions.tree() if self.conditions else EVERY_TICKET
        self._tree = {
            "conditions": conditions,
            **self.basics.tree(),
            "steps": [form.tree() for form in self.steps.kept()],
        }
        try:
            parse(self._tree)
        except PolicyError as error:
            self.place(error.field, error.message)
            return False
        return True

    def wording(self) -> Wording:
        """What to store. Only for a valid form."""
        typed = self.basics.cleaned_data
        return Wording(
            name=typed["name"],
            name_id=typed["name_id"],
            owner=typed["owner"],
            calendar=typed["calendar"],
            definition=self._tree,
            note=typed["note"],
        )

    def place(self, field: str, message: str) -> None:
        """Put an error where it was typed; `field` is a path of `policy_definition`."""
        match field.split("."):
            case ["steps", index, *path]:
                row = self.steps.kept()[int(index)]
                row.add_error(row.field_of(path), message)
            case ["conditions", *path] if self.conditions is not None:
                self.conditions.place(".".join(path), message)
            case ["steps"]:
                self.steps.non_form_errors().append(message)
            case _:
                first = f"{field}.response.1" if field == "targets" else field
                self.basics.add_error(first if first in self.basics.fields else None, message)

    @property
    def errors(self) -> dict[str, list[str]]:
        """What there is to fix: name of the field in the page ("" for the whole) -> messages."""
        found: dict[str, list[str]] = {}
        for form in (self.basics, *self.steps.standing()):
            for field, messages in form.errors.items():
                place = form.add_prefix(field) if field in form.fields else ""
                found.setdefault(place, []).extend(str(message) for message in messages)
        for place, texts in (self.conditions.errors if self.conditions else {}).items():
            found.setdefault(place, []).extend(texts)
        if self.steps.is_bound and self.steps.non_form_errors():
            found.setdefault("", []).extend(str(message) for message in self.steps.non_form_errors())
        return found

    @property
    def words(self) -> str:
        """The conditions as a sentence; "" while they cannot be read."""
        if self.conditions is None:
            return conditions_in_words(EVERY_TICKET)
        rows = self.conditions.checked()
        if not rows.is_valid():
            return ""
        condition = validate(rows.tree())
        return in_words(condition, names_for([condition]))

    def redrawn(self, press: Press | None = None) -> Self:
        """The page again as it was typed, unchecked, with fresh empty rows and without those to be removed.

        Args:
            press: the button of a condition's row that was pressed.
        """
        typed = {field: self.basics[field].value() for field in self.basics.fields}
        drawn = type(self)(policy=self._policy)
        drawn._levels = self._levels
        drawn._draw(typed, self.steps.typed())
        drawn.conditions = self.conditions.redrawn(press) if self.conditions else None
        return drawn


def _as_typed(stored: PolicyDefinition) -> dict[str, Any]:
    """A wording as the initial values of the page."""
    tables: list[tuple[str, Mapping[int, int]]] = [(f"targets.{name}", row) for name, row in stored.targets.items()]
    tables += [(f"ola.{level}", row) for level, row in stored.ola.items()]
    tables.append(("vendor", stored.vendor))
    cells = {f"{prefix}.{priority}": minutes for prefix, row in tables for priority, minutes in row.items()}
    return {"pauses": sorted(stored.pauses), **cells}


def _owners(policy: SlaPolicy | None) -> Any:
    """Those who may own a policy: whoever works at the desk, and the present owner whatever became of them."""
    at_desk = Q(is_manager=True) | Q(is_superuser=True) | Q(memberships__isnull=False)
    now = Q(pk=policy.owner_id) if policy and policy.owner_id else Q()
    wanted = Q(at_desk, is_active=True) | now if now else Q(at_desk, is_active=True)
    return User.objects.filter(pk__in=User.objects.filter(wanted).values("pk")).order_by("name")
