"""The roster's forms: they say what was typed; `accounts.roster_changes` decides whether it may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.preferences import NEAR
from accounts.models import (
    Absence,
    OnCallOverride,
    Rota,
    SingleShift,
    Swap,
    Team,
    User,
    WantedCover,
    Weekday,
    WeeklyShift,
)
from accounts.models.roster import MAX_TURN_DAYS

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_IN_ROTA = 8


def in_reach(value: date | datetime) -> None:
    """Refuse years nobody plans for. Raises ValidationError."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("Choose a date between 2000 and 2100."))


class DayField(forms.DateField):
    """A date, with the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [in_reach]


class MomentField(forms.DateTimeField):
    """A date and time by the reader's own clock; one that happens twice is its first occurrence."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    default_validators = [in_reach]

    def to_python(self, value: Any) -> datetime | None:
        """Parse. Raises ValidationError, also for a time that the clocks skip."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
        with timezone.override(UTC):
            shown = super().to_python(value)
        assert shown is not None
        first = shown.replace(tzinfo=timezone.get_current_timezone(), fold=0)
        if first.astimezone(UTC).astimezone(first.tzinfo).replace(tzinfo=UTC) != shown:
            raise ValidationError(_("The clocks are put forward then, so this time does not exist. Choose another."))
        return first.astimezone(UTC)


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        """Parse; seconds are nobody's plan."""
        clock = super().to_python(value)
        return clock and clock.replace(second=0, microsecond=0)


class WeekdaysField(forms.TypedMultipleChoiceField):
    """One or more days of the week."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(label=_("Days"), choices=Weekday.choices, coerce=int)


def members_of(team: Team) -> models.QuerySet[User]:
    """Who works in the team, by name."""
    return User.objects.filter(memberships__team=team, is_active=True).order_by("name")


def submit(words: Any) -> FormHelper:
    """A form that is sent by one button."""
    helper = FormHelper()
    helper.attrs = {"novalidate": ""}
    helper.add_input(Submit("save", words, css_class="btn-primary"))
    return helper


class PlannedForm(forms.ModelForm):
    """What the editors share: `instance` has its team already, and people are chosen from it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_version = self.instance.version
        self.fields["version"].initial = self.stored_version
        if "person" in self.fields:
            self.fields["person"].queryset = members_of(team)  # type: ignore[attr-defined]
        self.helper = submit(_("Save"))

    def _post_clean(self) -> None:
        """Only put the values on the row: whether they fit together is for the command to say."""
        for name, value in self.cleaned_data.items():
            if name != "version" or self.instance.pk:
                setattr(self.instance, name, value)

    def look_again(self, words: str) -> None:
        """Say that somebody was faster, and let what was typed be saved over it knowingly."""
        typed: Any = self.data
        again = typed.copy()
        again["version"] = self.stored_version
        self.data = again
        self.add_error(None, words)


class WeeklyShiftForm(PlannedForm):
    weekdays = WeekdaysField()
    start = ClockField(label=_("From"), help_text=_("By the clock of the team's time zone."))
    end = ClockField(label=_("Until"), help_text=_("A time at or before the start is on the next day."))
    valid_from = DayField(label=_("First day"))
    valid_until = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty when there is none."))

    class Meta:
        model = WeeklyShift
        fields = ("person", "weekdays", "start", "end", "valid_from", "valid_until")


class SpanForm(PlannedForm):
    start = MomentField(label=_("From"), help_text=_("By your own time zone."))
    end = MomentField(label=_("Until"))


class SingleShiftForm(SpanForm):
    class Meta:
        model = SingleShift
        fields = ("person", "start", "end")


class OverrideForm(SpanForm):
    class Meta:
        model = OnCallOverride
        fields = ("person", "start", "end")


class AbsenceForm(SpanForm):
    class Meta:
        model = Absence
        fields = ("person", "start", "end", "kind", "note")

    def __init__(self, *args: Any, team: Team, may_choose: bool, **kwargs: Any) -> None:
        super().__init__(*args, team=team, **kwargs)
        if not may_choose:
            del self.fields["person"]


class CoverForm(PlannedForm):
    weekdays = WeekdaysField()
    start = ClockField(label=_("From"), help_text=_("By the clock of the team's time zone."))
    end = ClockField(label=_("Until"), help_text=_("A time at or before the start is on the next day."))

    class Meta:
        model = WantedCover
        fields = ("weekdays", "start", "end", "people")


class RotaForm(forms.Form):
    """Who is on call in turn: one choice for each place, empty ones are left out."""

    days = forms.IntegerField(label=_("Days in a turn"), min_value=1, max_value=MAX_TURN_DAYS)
    first_day = DayField(label=_("First day"), help_text=_("The first person's turn begins on this day."))
    hand_over = ClockField(label=_("Handed over at"), help_text=_("By the clock of the team's time zone."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, team: Team, rota: Rota | None) -> None:
        turns = [turn.person_id for turn in rota.turns.all()] if rota else []
        initial: dict[str, Any] = {"days": 7, "hand_over": time(8), "version": 0}
        if rota:
            initial = {name: getattr(rota, name) for name in ("days", "first_day", "hand_over", "version")}
        super().__init__(data, initial=initial)
        members = list(members_of(team))
        choices = [("", "–"), *((person.pk, person.name) for person in members)]
        self.members = {person.pk: person for person in members}
        self.places = [f"place_{number}" for number in range(1, max(MOST_IN_ROTA, len(turns)) + 1)]
        for number, name in enumerate(self.places):
            self.fields[name] = forms.TypedChoiceField(
                label=_("Place %(number)d") % {"number": number + 1},
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=turns[number] if number < len(turns) else "",
            )
        self.helper = submit(_("Save rota"))

    @property
    def people(self) -> list[User]:
        """Those chosen, in order. Only for a valid form."""
        chosen = (self.cleaned_data[name] for name in self.places)
        return [self.members[pk] for pk in chosen if pk]


class TimeZoneForm(forms.Form):
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data, initial={"time_zone": team.time_zone})
        others = sorted(available_timezones() - set(NEAR))
        self.fields["time_zone"].choices = [(zone, zone) for zone in (*NEAR, *others)]  # type: ignore[attr-defined]
        self.helper = submit(_("Save time zone"))


class SwapForm(forms.Form):
    """Whom to ask, about the duty that the address names."""

    colleague = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("For your colleague and the team lead."),
    )

    def __init__(self, data: Any = None, *, team: Team, asker: User) -> None:
        super().__init__(data)
        field: Any = self.fields["colleague"]
        field.queryset = members_of(team).exclude(pk=asker.pk)
        self.helper = submit(_("Ask to swap"))


class DutyForm(forms.Form):
    """Which duty is meant: its kind and its span in UTC, as the calendar's links name them."""

    kind = forms.ChoiceField(choices=Swap.Duty.choices)
    start = forms.CharField(max_length=40)
    end = forms.CharField(max_length=40)

    def clean_start(self) -> datetime:
        """The instant."""
        return self._instant("start")

    def clean_end(self) -> datetime:
        """The instant."""
        return self._instant("end")

    def _instant(self, name: str) -> datetime:
        try:
            found = datetime.fromisoformat(self.cleaned_data[name])
        except ValueError:
            raise ValidationError(_("This is not a time.")) from None
        if found.tzinfo is None or not FIRST_YEAR < found.year < LAST_YEAR:
            raise ValidationError(_("This is not a time."))
        return found.astimezone(UTC)


class FeedForm(forms.Form):
    """Whose duties a new address shows: one's own, or a team's."""

    about = forms.ChoiceField(label=_("Duties"))

    def __init__(self, data: Any = None, *, teams: list[Team]) -> None:
        super().__init__(data)
        mine = [("mine", _("My own duties"))]
        self.fields["about"].choices = mine + [(team.slug, team.label) for team in teams]  # type: ignore[attr-defined]
        self.helper = submit(_("Make address"))
