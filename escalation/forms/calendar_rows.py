"""The repeated parts of the calendar editor: holidays, dates with their own hours, seasons, and the holiday import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from escalation.calendar_definition import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_EXCEPTIONS,
    MAX_HOLIDAYS,
    MAX_SEASONS,
    NAME_CHARACTERS,
)
from escalation.holiday_import import HOME, HolidayTree, countries, country_holidays
from escalation.shifts import hours_from_text, text_from_hours
from escalation.working_calendar import CalendarError, Intervals

HOURS_CHARACTERS = 200
SEVEN = range(7)
OPEN_YEARS = 2


class HoursField(forms.CharField):
    """One day's hours as text; cleans to shifts in minutes, and says which piece cannot be read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=HOURS_CHARACTERS, **kwargs)

    def clean(self, value: Any) -> Intervals:
        text = super().clean(value)
        try:
            return hours_from_text(text)
        except CalendarError as error:
            raise forms.ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else text_from_hours(value)


class DayField(forms.DateField):
    """A date, picked by the browser and sent as 2026-12-25."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            span = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise forms.ValidationError(_("The year must be between %(first)d and %(last)d.") % span)
        return day


def _name(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=NAME_CHARACTERS, required=required)


class HolidayForm(forms.Form):
    """One holiday."""

    day = DayField(label=gettext_lazy("Date"))
    name = _name(gettext_lazy("Name"))
    name_id = _name(gettext_lazy("Name in Indonesian"), required=False)
    is_estimated = forms.BooleanField(label=gettext_lazy("Estimated"), required=False)

    def tree(self) -> dict[str, Any]:
        """This row of the definition. Only for a valid form."""
        return {**self.cleaned_data, "day": self.cleaned_data["day"].isoformat()}


class OwnHoursForm(forms.Form):
    """One exception: a date with its own hours."""

    day = DayField(label=gettext_lazy("Date"))
    name = _name(gettext_lazy("Name"))
    hours = HoursField(label=gettext_lazy("Hours"))

    def tree(self) -> dict[str, Any]:
        """This row of the definition. Only for a valid form."""
        return {**self.cleaned_data, "day": self.cleaned_data["day"].isoformat()}


class WeekForm(forms.Form):
    """Hours for Monday to Sunday, as fields `day_0` to `day_6`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({f"day_{day}": HoursField(label=WEEKDAYS[day]) for day in SEVEN})

    def week(self) -> list[forms.BoundField]:
        """The fields of the seven days, to draw."""
        return [self[f"day_{day}"] for day in SEVEN]

    def weekly(self) -> list[Intervals]:
        """The shifts of the seven days. Only for a valid form."""
        return [self.cleaned_data[f"day_{day}"] for day in SEVEN]


class SeasonForm(WeekForm):
    """Other weekly hours between two dates."""

    name = _name(gettext_lazy("Name"))
    name_id = _name(gettext_lazy("Name in Indonesian"), required=False)
    since = DayField(label=gettext_lazy("First day"))
    until = DayField(label=gettext_lazy("Last day"))

    def tree(self) -> dict[str, Any]:
        """This row of the definition. Only for a valid form."""
        typed = self.cleaned_data
        return {
            "name": typed["name"],
            "name_id": typed["name_id"],
            "from": typed["since"].isoformat(),
            "until": typed["until"].isoformat(),
            "weekly": self.weekly(),
        }


class Rows(forms.BaseFormSet):
    """Rows to fill in, empty or remove. A row left empty is no row, and every drawing ends with fresh empty ones."""

    default_error_messages = {
        "too_many_forms": gettext_lazy("There are too many rows."),
        "missing_management_form": gettext_lazy("The page arrived incomplete. Go back and send it again."),
    }

    def initial_form_count(self) -> int:
        # All rows are equal: one that somebody emptied has gone, as if its box had been ticked.
        return 0 if self.is_bound else super().initial_form_count()

    def standing(self) -> list[forms.Form]:
        """The forms whose row is not to be removed."""
        return [form for form in self.forms if not form[DELETION_FIELD_NAME].value()]

    def kept(self) -> list[Any]:
        """The forms that become rows of the definition, in its order."""
        return [form for form in self.standing() if form.has_changed()]

    def typed(self) -> list[dict[str, Any]]:
        """What stands in the rows as it was typed, valid or not."""
        rows = [
            {name: form[name].value() for name in form.fields if name != DELETION_FIELD_NAME}
            for form in self.standing()
        ]
        return [row for row in rows if any(row.values())]


@dataclass(frozen=True)
class Year:
    """The holidays of one year, to be folded away; `number` is empty for rows without a date."""

    number: str
    forms: list[forms.Form]
    is_open: bool


class DatedRows(Rows):
    """Rows drawn in years, by date."""

    def by_year(self) -> list[Year]:
        """The years in order, the last ones and those with something to fix open; rows without a date at the end."""
        dated = sorted(self.forms, key=_day_as_typed)
        years = [(number, list(rows)) for number, rows in groupby(dated, key=lambda form: _day_as_typed(form)[:4])]
        years.sort(key=lambda year: (not year[0], year[0]))
        newest = sorted(number for number, _rows in years if number)[-OPEN_YEARS:]
        return [
            Year(number, rows, not number or number in newest or any(form.errors for form in rows))
            for number, rows in years
        ]


def _day_as_typed(form: forms.Form) -> str:
    return str(form["day"].value() or "")


def _rows(form: type[forms.Form], kind: type[Rows], most: int, empty: int) -> type[Any]:
    # One row beyond the limit comes through, so that the definition can refuse it in words.
    room = most + 1 + empty
    return forms.formset_factory(form, formset=kind, extra=empty, can_delete=True, max_num=room, absolute_max=room)


HolidayRows = _rows(HolidayForm, DatedRows, MAX_HOLIDAYS, 3)
OwnHoursRows = _rows(OwnHoursForm, Rows, MAX_EXCEPTIONS, 2)
SeasonRows = _rows(SeasonForm, Rows, MAX_SEASONS, 1)


class ImportForm(forms.Form):
    """Which public holidays to fetch."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries, initial=HOME)
    subdivision = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("A code such as BY, for countries whose states differ."),
    )
    first_year = forms.IntegerField(label=gettext_lazy("First year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(label=gettext_lazy("Last year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    joint_leave = forms.BooleanField(
        label=gettext_lazy("With joint leave"),
        required=False,
        help_text=gettext_lazy("Cuti bersama and other days that a government adds."),
    )

    def found(self) -> Sequence[HolidayTree]:
        """The holidays asked for; none, and errors at the fields, when something is wrong with the question."""
        if not self.is_valid():
            return []
        typed = self.cleaned_data
        years = range(typed["first_year"], typed["last_year"] + 1)
        if not years:
            self.add_error("last_year", _("The last year is before the first."))
            return []
        try:
            return country_holidays(
                typed["country"], typed["subdivision"].strip().upper(), years, with_joint_leave=typed["joint_leave"]
            )
        except Invalid as error:
            for name, messages in error.fields.items():
                self.add_error("last_year" if name == "years" else name, messages)
            return []
