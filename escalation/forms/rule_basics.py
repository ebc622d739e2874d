"""The fields of a rule that are no rows: names, what sets it off, order, window, words for the requester."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from escalation.calendar_definition import FIRST_YEAR, LAST_YEAR
from escalation.commands.rules import NAME_LENGTH, NOTE_LENGTH
from escalation.models import BusinessCalendar, Rule
from escalation.rules.definition import EVERY, REACHES, TOLD_LENGTH
from escalation.rules.triggers import TRIGGERS

ON, SCHEDULE = "on", "every"
ON_FIELDS = ("on",)
SCHEDULE_FIELDS = ("every", "calendar", "reach_what", "reach_amount", "reach_unit")
UNITS = {"minutes": 1, "hours": 60, "days": 1440}
LOCAL = "%Y-%m-%dT%H:%M"
EVERY_LABELS = {
    5: gettext_lazy("every 5 minutes"),
    15: gettext_lazy("every 15 minutes"),
    60: gettext_lazy("every hour"),
    1440: gettext_lazy("once a day"),
}
REACH_LABELS = {
    "in_tier": gettext_lazy("time on its tier"),
    "in_team": gettext_lazy("time with its team"),
    "in_status": gettext_lazy("time in its status"),
    "staff_silent": gettext_lazy("time since staff last acted"),
    "requester_silent": gettext_lazy("time since the requester last acted"),
    "open": gettext_lazy("time since it was opened"),
}


class InstantField(forms.DateTimeField):
    """A local time, picked by the browser; cleans to an instant of the author's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"})
        super().__init__(widget=widget, input_formats=[LOCAL, f"{LOCAL}:%S"], required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        instant = super().clean(value)
        if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
            span = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise forms.ValidationError(_("The year must be between %(first)d and %(last)d.") % span)
        return instant


class RuleBasics(forms.Form):
    """Everything but conditions and actions. The fields of the way that was not chosen are not looked at."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    name_id = forms.CharField(label=gettext_lazy("Name in Indonesian"), max_length=NAME_LENGTH, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What sets it off"),
        choices=[(ON, gettext_lazy("Something happens")), (SCHEDULE, gettext_lazy("On a schedule"))],
        widget=forms.RadioSelect,
    )
    on = forms.MultipleChoiceField(
        label=gettext_lazy("When any of these happens"),
        choices=list(TRIGGERS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    every = forms.TypedChoiceField(
        label=gettext_lazy("Look at open tickets"),
        choices=[(minutes, EVERY_LABELS[minutes]) for minutes in EVERY],
        coerce=int,
        required=False,
        empty_value=None,
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("In the hours of"),
        queryset=BusinessCalendar.objects.none(),
        required=False,
        empty_label=gettext_lazy("Around the clock"),
    )
    reach_what = forms.ChoiceField(
        label=gettext_lazy("When this time"),
        choices=[("", gettext_lazy("any time")), *((name, REACH_LABELS[name]) for name in REACHES)],
        required=False,
    )
    reach_amount = forms.IntegerField(label=gettext_lazy("Reaches"), required=False)
    reach_unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("minutes", gettext_lazy("minutes")),
            ("hours", gettext_lazy("hours")),
            ("days", gettext_lazy("days of 24 hours")),
        ],
        required=False,
    )
    stops = forms.BooleanField(label=gettext_lazy("Stop here: ask no rule after it"), required=False)
    order = forms.FloatField(
        label=gettext_lazy("Order"),
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("Rules are asked from the smallest number up."),
    )
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("rule", "Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Whoever writes it"),
        help_text=gettext_lazy("Is told when the rule fails or cannot be used."),
    )
    since = InstantField(label=gettext_lazy("Active from"))
    until = InstantField(label=gettext_lazy("Active until"))
    told_en = forms.CharField(
        label=gettext_lazy("Words for the requester, in English"), max_length=TOLD_LENGTH, required=False
    )
    told_id = forms.CharField(
        label=gettext_lazy("Words for the requester, in Indonesian"), max_length=TOLD_LENGTH, required=False
    )
    note = forms.CharField(label=gettext_lazy("What changed"), max_length=NOTE_LENGTH, required=False)

    def __init__(self, *args: Any, rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "on"):
            self.fields[name].widget.attrs["class"] = "form-check-input"
        calendars: Any = self.fields["calendar"]
        calendars.queryset = BusinessCalendar.objects.filter(current__isnull=False)
        owners: Any = self.fields["owner"]
        owners.queryset = _owners(rule)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name in ON_FIELDS if typed.get("kind") == SCHEDULE else SCHEDULE_FIELDS:
            self.errors.pop(name, None)
        if typed.get("kind") == ON and not typed.get("on"):
            self.add_error("on", _("Choose what sets the rule off."))
        is_reach = typed.get("kind") == SCHEDULE and typed.get("reach_what")
        if is_reach and "reach_amount" not in self.errors and typed.get("reach_amount") is None:
            self.add_error("reach_amount", _("Say how much time."))
        return typed

    def tree(self) -> dict[str, Any]:
        """The wording but for conditions and actions. Only for a valid form."""
        typed = self.cleaned_data
        told = {language: typed[f"told_{language}"] for language in ("en", "id") if typed[f"told_{language}"]}
        order = typed["order"]
        return {
            "when": self._when(),
            "stop": typed["stops"],
            "order": int(order) if order == int(order) else order,
            "from": _stored_instant(typed["since"]),
            "until": _stored_instant(typed["until"]),
            "told": told,
        }

    def redrawn(self, rule: Rule | None) -> Self:
        """The fields again as they were typed, unchecked."""
        typed = {name: self[name].value() for name in self.fields}
        return type(self)(rule=rule, initial=typed, use_required_attribute=False)

    @property
    def errors_by_id(self) -> dict[str, list[str]]:
        """id without "id_" ("" for the whole) -> messages."""
        found: dict[str, list[str]] = {}
        for name, messages in (self.errors if self.is_bound else {}).items():
            place = {"on": "on_0", "kind": "kind_0"}.get(name, name if name in self.fields else "")
            found.setdefault(place, []).extend(map(str, messages))
        return found

    @property
    def is_timed(self) -> bool:
        """Whether the page shows the fields of a schedule."""
        return self["kind"].value() == SCHEDULE

    def _when(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed["kind"] == ON:
            return {"on": typed["on"]}
        when: dict[str, Any] = {"every": typed["every"] or EVERY[0]}
        if typed["calendar"]:
            when["calendar"] = typed["calendar"].pk
        if typed["reach_what"]:
            minutes = typed["reach_amount"] * UNITS[typed["reach_unit"] or "minutes"]
            when["reaches"] = {"what": typed["reach_what"], "minutes": minutes}
        return when


def basics_as_typed(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A stored wording as the initial values of these fields."""
    when, told = definition["when"], definition.get("told") or {}
    reach = when.get("reaches") or {}
    unit = next((name for name in ("days", "hours") if reach and not reach["minutes"] % UNITS[name]), "minutes")
    return {
        "kind": ON if "on" in when else SCHEDULE,
        "on": when.get("on", []),
        "every": when.get("every", EVERY[0]),
        "calendar": when.get("calendar"),
        "reach_what": reach.get("what", ""),
        "reach_amount": reach["minutes"] // UNITS[unit] if reach else None,
        "reach_unit": unit,
        "stops": definition.get("stop", False),
        "order": definition.get("order", 0),
        "since": _local(definition.get("from")),
        "until": _local(definition.get("until")),
        "told_en": told.get("en", ""),
        "told_id": told.get("id", ""),
    }


def _stored_instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _local(text: str | None) -> datetime | None:
    instant = parse_datetime(text) if text else None
    try:
        return timezone.localtime(instant) if instant else None
    except OverflowError:
        return None  # stored before years had limits: there is no such time here


def _owners(rule: Rule | None) -> Any:
    """Those who may own a rule: whoever works at the desk, and the present owner whatever became of them."""
    at_desk = Q(is_manager=True) | Q(is_superuser=True) | Q(memberships__isnull=False)
    wanted = Q(at_desk, is_active=True, is_automation=False)
    if rule is not None and rule.owner_id:
        wanted |= Q(pk=rule.owner_id)
    return User.objects.filter(pk__in=User.objects.filter(wanted).values("pk")).order_by("name")
