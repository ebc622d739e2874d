"""The ladder editor: one page of plain form fields that reads and writes a whole wording."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from escalation.forms.calendar_rows import Rows
from escalation.forms.policy_rows import SpanField
from escalation.ladder_definition import (
    ANYBODY,
    DOWN,
    FIELDS,
    ITEM_CHARACTERS,
    LEADS,
    MOST_ITEMS,
    MOST_RUNGS,
    NAME_CHARACTERS,
    UP,
    Ladder,
    LadderStep,
)
from escalation.targets import FIELD_NAMES

EMPTY_STEPS = 2
MOST_STEPS = 30
NOTE_CHARACTERS = 200
CHECKLIST_CHARACTERS = 2 * MOST_ITEMS * (ITEM_CHARACTERS + 3)
SEPARATOR = " | "


class RungForm(forms.Form):
    """One tier: where it stands and what it is called."""

    tier = forms.IntegerField(required=False, widget=forms.HiddenInput())
    place = forms.IntegerField(label=gettext_lazy("Order"), min_value=1, max_value=99)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_CHARACTERS)
    name_id = forms.CharField(label=gettext_lazy("Name in Indonesian"), max_length=NAME_CHARACTERS, required=False)


class StepForm(forms.Form):
    """One step: from where to where, who takes it, what goes along, and how soon it is accepted."""

    start = forms.TypedChoiceField(label=gettext_lazy("From"), coerce=int)
    end = forms.TypedChoiceField(label=gettext_lazy("To"), coerce=int)
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), choices=[(UP, gettext_lazy("up")), (DOWN, gettext_lazy("down"))], initial=UP
    )
    senders = forms.ChoiceField(
        label=gettext_lazy("Who may"),
        choices=[(ANYBODY, gettext_lazy("everybody in the team")), (LEADS, gettext_lazy("team leads"))],
        initial=ANYBODY,
    )
    teams = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which teams"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every team of that tier."),
    )
    fields_needed = forms.MultipleChoiceField(
        label=gettext_lazy("The handover must hold"),
        choices=[(name, FIELD_NAMES[name]) for name in FIELDS[2:]],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Symptom and what is asked always go along."),
    )
    checklist = forms.CharField(
        label=gettext_lazy("Checklist"),
        max_length=CHECKLIST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One line each: English | Indonesian."),
    )
    accept_minutes = SpanField(label=gettext_lazy("Remind the team after"))
    lead_minutes = SpanField(label=gettext_lazy("Tell its lead after"))

    def __init__(self, *args: Any, tiers: list[tuple[int, str]], teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = [("", _("Choose a tier"))]
        ends: list[Any] = [self.fields["start"], self.fields["end"]]
        for field in ends:
            field.choices = [*empty, *tiers]
        chosen: Any = self.fields["teams"]
        chosen.choices = teams

    def tree(self) -> dict[str, Any]:
        """This step as the definition has it. Only for a valid form."""
        typed = self.cleaned_data
        lines = [line.partition("|") for line in typed["checklist"].splitlines() if line.strip()]
        return {
            "from": typed["start"],
            "to": typed["end"],
            "direction": typed["direction"],
            "senders": typed["senders"],
            "teams": typed["teams"],
            "fields": typed["fields_needed"],
            "checklist": [{"en": english.strip(), "id": other.strip()} for english, _bar, other in lines],
            "accept_minutes": typed["accept_minutes"],
            "lead_minutes": typed["lead_minutes"],
        }


def _rows(form: type[forms.Form], most: int, empty: int) -> type[Any]:
    # one row beyond the limit comes through, so that the definition can refuse it in words
    room = most + 1 + empty
    return forms.formset_factory(form, formset=Rows, extra=empty, can_delete=True, max_num=room, absolute_max=room)


RungRows = _rows(RungForm, MOST_RUNGS, 1)
StepRows = _rows(StepForm, MOST_STEPS, EMPTY_STEPS)


class LadderBasics(forms.Form):
    """What holds for the whole ladder."""

    skips = forms.BooleanField(label=gettext_lazy("A handover may skip tiers"), required=False)
    note = forms.CharField(label=gettext_lazy("What changed, and why"), max_length=NOTE_CHARACTERS, required=False)


class LadderForm:
    """Everything on the editor's page, to be used like a form.

    Args:
        data: what was posted; without it the page shows `ladder`.
    """

    def __init__(self, ladder: Ladder, data: Mapping[str, Any] | None = None) -> None:
        tiers = [(rung.tier_id, rung.label) for rung in ladder.rungs]
        teams = [(team.pk, team.label) for team in Team.objects.all()]
        fresh = data is None
        self.basics = LadderBasics(data, initial={"skips": ladder.skips})
        self.rungs = RungRows(data, prefix="rungs", initial=_rungs_as_typed(ladder) if fresh else None)
        self.steps = StepRows(
            data,
            prefix="steps",
            initial=[_as_typed(step) for step in ladder.steps] if fresh else None,
            form_kwargs={"tiers": tiers, "teams": teams},
        )
        self.refused: dict[str, list[str]] = {}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Everything that keeps the page from being saved, for the summary above it."""
        found = dict(self.refused)
        rows = [*self.rungs.kept(), *self.steps.kept()] if self.basics.is_bound else []
        for form in (self.basics, *rows):
            for name, texts in form.errors.items():
                found[form[name].auto_id if name in form.fields else ""] = list(texts)
        for rows_of in (self.rungs, self.steps):
            if texts := rows_of.non_form_errors():
                found[rows_of.prefix] = list(texts)
        return found

    def is_valid(self) -> bool:
        """Whether `tree()` can be had."""
        forms_there = [self.basics, *self.rungs.kept(), *self.steps.kept()]
        sound = not self.rungs.non_form_errors() and not self.steps.non_form_errors()
        self._check_places()
        valid = [form.is_valid() for form in forms_there]  # every form, so that every error stands in its place
        return all(valid) and sound

    def _check_places(self) -> None:
        places = [form["place"].value() for form in self.rungs.kept()]
        for form in self.rungs.kept():
            if form.is_valid() and places.count(form["place"].value()) > 1:
                form.add_error("place", _("Two tiers stand at the same place."))

    def tree(self) -> dict[str, Any]:
        """The wording. A new tier gets the steps from and to its neighbours that it lacks. Only for a valid form."""
        rows = sorted(self.rungs.kept(), key=lambda form: form.cleaned_data["place"])
        rungs = []
        for number, form in enumerate(rows, start=1):
            typed = form.cleaned_data
            rungs.append({"tier": typed["tier"] or -number, "name": typed["name"], "name_id": typed["name_id"]})
        order = [rung["tier"] for rung in rungs]
        # a tier that was taken off takes its steps along
        steps = [tree for tree in (form.tree() for form in self.steps.kept()) if {tree["from"], tree["to"]} <= {*order}]
        for low, high in pairwise(order):
            if low < 0 or high < 0:
                steps += [{"from": low, "to": high, "direction": UP}, {"from": high, "to": low, "direction": DOWN}]
        return {"rungs": rungs, "steps": steps, "skips": self.basics.cleaned_data["skips"]}

    @property
    def note(self) -> str:
        return str(self.basics.cleaned_data["note"])


def _rungs_as_typed(ladder: Ladder) -> list[dict[str, Any]]:
    return [
        {"tier": rung.tier_id, "place": place, "name": rung.name, "name_id": rung.name_id}
        for place, rung in enumerate(ladder.rungs, start=1)
    ]


def _as_typed(step: LadderStep) -> dict[str, Any]:
    return {
        "start": step.start,
        "end": step.end,
        "direction": step.direction,
        "senders": step.senders,
        "teams": list(step.teams),
        "fields_needed": list(step.fields),
        "checklist": "\n".join(f"{item.en}{SEPARATOR}{item.id}" if item.id else item.en for item in step.checklist),
        "accept_minutes": step.accept_minutes,
        "lead_minutes": step.lead_minutes,
    }
