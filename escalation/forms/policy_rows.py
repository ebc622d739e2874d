"""The parts of the policy editor: cells that hold working time, and the milestones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.forms.calendar_rows import Rows
from escalation.models import Clock
from escalation.policy_definition import CALLABLE, MOST_STEPS, PEOPLE, RUNGS, StepAction, StepRule
from escalation.policy_words import WHO, span_in_words
from tickets.condition_forms.spans import minutes_from_text
from tickets.conditions import ConditionError, validate

EMPTY_STEPS = 2
JSON_CHARACTERS = 20_000
PERCENT, BEFORE, AFTER = "percent", "before", "after"


class SpanField(forms.CharField):
    """A length of working time; cleans to whole minutes, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=30, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return minutes_from_text(text)
        except ValueError as error:
            raise forms.ValidationError(_("Write a time such as 30m, 4h or 1h 30m.")) from error

    def prepare_value(self, value: Any) -> Any:
        return span_in_words(value) if isinstance(value, int) else value


class ConditionField(forms.CharField):
    """A condition as JSON text; cleans to the checked tree, None for nothing."""

    widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=JSON_CHARACTERS, **kwargs)

    def clean(self, value: Any) -> dict[str, Any] | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return validate(json.loads(text)).to_tree()
        except ConditionError as error:
            raise forms.ValidationError(str(error)) from error
        except RecursionError as error:
            raise forms.ValidationError(_("This is nested too deeply.")) from error
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON: %(error)s") % {"error": error}) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)


def _people(label: Any, names: tuple[str, ...]) -> forms.MultipleChoiceField:
    choices = [(name, WHO[name]) for name in names]
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class StepForm(forms.Form):
    """One milestone."""

    metric = forms.ChoiceField(
        label=gettext_lazy("Clock"), choices=Clock.Metric.choices, initial=Clock.Metric.RESOLUTION.value
    )
    amount = forms.CharField(label=gettext_lazy("How much"), max_length=30)
    at = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (PERCENT, gettext_lazy("percent of the time used")),
            (BEFORE, gettext_lazy("before it runs out")),
            (AFTER, gettext_lazy("after it has run out")),
        ],
        initial=PERCENT,
    )
    notify = _people(gettext_lazy("Notify"), PEOPLE)
    call = _people(gettext_lazy("Call: notify and write a mail"), CALLABLE)
    reassign = forms.ChoiceField(
        label=gettext_lazy("Reassign"),
        choices=[
            ("", gettext_lazy("leave it where it is")),
            ("lead", gettext_lazy("to the team lead")),
            ("queue", gettext_lazy("back into the queue")),
        ],
        required=False,
    )
    summon = forms.ChoiceField(
        label=gettext_lazy("Call until somebody answers"),
        choices=[("", gettext_lazy("nobody")), *((name, WHO[name]) for name in RUNGS)],
        required=False,
    )
    raise_tier = forms.BooleanField(label=gettext_lazy("Pass it to the next tier"), required=False)
    urls = forms.CharField(
        label=gettext_lazy("Tell another system"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
        help_text=gettext_lazy("A web address; several stand on lines of their own."),
    )
    only_if = ConditionField(
        label=gettext_lazy("Only if"),
        required=False,
        help_text=gettext_lazy("A condition as JSON. Leave it empty to do this for every ticket."),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        amount = typed.get("amount")
        if amount:
            try:
                is_share = typed.get("at") == PERCENT
                typed["amount"] = int(amount.rstrip("% ")) if is_share else minutes_from_text(amount)
            except ValueError:
                self.add_error("amount", _("Write a share such as 75, or a time such as 30m or 1h."))
        return typed

    def tree(self) -> dict[str, Any]:
        """This milestone as the definition has it. Only for a valid form."""
        typed = self.cleaned_data
        tree: dict[str, Any] = {"metric": typed["metric"], "actions": [action for _field, action in self._actions()]}
        if typed["at"] == PERCENT:
            tree["percent"] = typed["amount"]
        else:
            tree["minutes"] = -typed["amount"] if typed["at"] == BEFORE else typed["amount"]
        if typed["only_if"]:
            tree["only_if"] = typed["only_if"]
        return tree

    def field_of(self, path: list[str]) -> str | None:
        """The field that a path below the milestone speaks of: "percent", "actions.0.url". None for the whole."""
        match path:
            case ["metric" | "only_if" as name]:
                return name
            case ["percent" | "minutes"]:
                return "amount"
            case ["actions", index, *_rest]:
                return self._actions()[int(index)][0]
        return None

    def _actions(self) -> list[tuple[str, dict[str, Any]]]:
        """What is done, each with the field it was chosen in."""
        typed = self.cleaned_data
        found: list[tuple[str, dict[str, Any]]] = [
            (do, {"do": do, "who": typed[do]}) for do in ("notify", "call") if typed[do]
        ]
        if typed["reassign"]:
            found.append(("reassign", {"do": "reassign", "to": typed["reassign"]}))
        if typed["summon"]:
            found.append(("summon", {"do": "summon", "to": typed["summon"]}))
        if typed["raise_tier"]:
            found.append(("raise_tier", {"do": "raise_tier"}))
        return found + [("urls", {"do": "webhook", "url": url}) for url in typed["urls"].split()]


class StepFormSet(Rows):
    """The milestones, and some empty ones to fill in."""

    def typed(self) -> list[dict[str, Any]]:
        """What stands in the rows as it was typed, valid or not."""
        rows = [form for form in self.standing() if form.has_changed() or not self.is_bound]
        return [
            {name: form[name].value() for name in form.fields if name != DELETION_FIELD_NAME}
            for form in rows
            if form["amount"].value() or form.has_changed()
        ]


StepRows: type[Any] = forms.formset_factory(
    StepForm,
    formset=StepFormSet,
    extra=EMPTY_STEPS,
    can_delete=True,
    # one more than allowed comes through, so that the definition can refuse it in words
    max_num=MOST_STEPS + 1 + EMPTY_STEPS,
    absolute_max=MOST_STEPS + 1 + EMPTY_STEPS,
)


def step_as_typed(step: StepRule) -> dict[str, Any]:
    """A stored milestone as the initial values of its row."""
    if step.minutes is None:
        at, amount = PERCENT, str(step.percent)
    else:
        at = BEFORE if step.minutes < 0 else AFTER
        amount = span_in_words(abs(step.minutes)) if step.minutes else "0"
    return {
        "metric": step.metric,
        "at": at,
        "amount": amount,
        "notify": _who(step.actions, "notify"),
        "call": _who(step.actions, "call"),
        "reassign": next((action.to for action in step.actions if action.do == "reassign"), ""),
        "summon": next((action.to for action in step.actions if action.do == "summon"), ""),
        "raise_tier": any(action.do == "raise_tier" for action in step.actions),
        "urls": "\n".join(action.url for action in step.actions if action.do == "webhook"),
        "only_if": _text(step.only_if),
    }


def _who(actions: tuple[StepAction, ...], do: str) -> list[str]:
    return list(dict.fromkeys(name for action in actions if action.do == do for name in action.who))


def _text(tree: Mapping[str, Any] | None) -> str:
    return json.dumps(tree, ensure_ascii=False) if tree else ""
