"""The calendar editor: one page of plain form fields that reads and writes a whole definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalation.calendar_definition import Definition, Tree, known_zones, parse
from escalation.forms.calendar_rows import (
    HolidayRows,
    ImportForm,
    OwnHoursRows,
    SeasonRows,
    WeekForm,
)
from escalation.holiday_import import merged
from escalation.working_calendar import CalendarError

NEAR = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
NAME_CHARACTERS = 80
OFFICE_DAY = [[480, 720], [780, 1020]]
NEW_CALENDAR: Tree = {"time_zone": "Asia/Jakarta", "weekly": [OFFICE_DAY] * 5 + [[], []]}


def time_zones() -> list[tuple[str, str]]:
    """Choices of time zone: the Indonesian three first."""
    near = [(zone, f"{zone} ({letters})") for zone, letters in NEAR.items()]
    return near + [(zone, zone) for zone in sorted(known_zones() - NEAR.keys())]


class CalendarBasics(WeekForm):
    """Name, time zone and the usual week."""

    name = forms.CharField(label=_("Name"), max_length=NAME_CHARACTERS)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)


class CalendarForm:
    """Everything on the editor's page, to be used like a form.

    `data` is what was posted. Without it the page shows `definition` (JSON as stored) and `name`, or a new calendar
    with office hours. Raises CalendarError for a `definition` that `parse` refuses.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        definition: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> None:
        if data is None:
            self._draw(_as_typed(parse(dict(definition or NEW_CALENDAR)), name))
        else:
            self._draw({}, data)
        self._data = data
        self._definition: Definition | None = None
        self.added: int | None = None

    def _draw(self, typed: dict[str, Any], data: Mapping[str, Any] | None = None) -> None:
        self.basics = CalendarBasics(data, initial=typed.get("basics"))
        self.holidays = HolidayRows(data, prefix="holidays", initial=typed.get("holidays"))
        self.exceptions = OwnHoursRows(data, prefix="exceptions", initial=typed.get("exceptions"))
        self.seasons = SeasonRows(data, prefix="seasons", initial=typed.get("seasons"))
        year = timezone.localdate().year
        self.importing = ImportForm(prefix="import", initial={"first_year": year, "last_year": year + 1})

    def is_valid(self) -> bool:
        """Whether `name` and `definition()` can be had. Errors stand at the fields and rows they belong to."""
        if self._data is None:
            return False
        parts = [part.is_valid() for part in (self.basics, self.holidays, self.exceptions, self.seasons)]
        if not all(parts):
            return False
        try:
            self._definition = parse(self._tree())
        except CalendarError as error:
            self._place(error)
            return False
        return True

    @property
    def name(self) -> str:
        """The calendar's name. Only for a valid form."""
        name: str = self.basics.cleaned_data["name"]
        return name

    def definition(self) -> Tree:
        """The definition to store. Only for a valid form."""
        assert self._definition is not None, "is_valid() was not asked or said no"
        return self._definition.to_tree()

    @property
    def errors(self) -> dict[str, list[str]]:
        """What there is to fix: name of the field in the page ("" for the whole) -> messages."""
        found: dict[str, list[str]] = {}
        for form in self._standing():
            for field, messages in form.errors.items():
                place = form.add_prefix(field) if field in form.fields else ""
                found.setdefault(place, []).extend(str(message) for message in messages)
        for rows in (self.seasons, self.holidays, self.exceptions):
            if rows.non_form_errors():
                found.setdefault("", []).extend(str(message) for message in rows.non_form_errors())
        return found

    def with_imported(self) -> Self:
        """The page again, with the holidays asked for in the import part added to those there; nothing is saved.

        Whatever was typed stays as it is. `added` says how many came; wrong questions are errors of `importing`.
        """
        asked = ImportForm(self._data, prefix="import")
        found = asked.found()
        before = self.holidays.typed()
        both = merged(before, found)
        drawn = self.redrawn(holidays=both)
        drawn.importing = asked
        drawn.added = None if asked.errors else len(both) - len(before)
        return drawn

    def redrawn(self, **changes: Any) -> Self:
        """The page again as it was typed, unchecked, with fresh empty rows and without those to be removed."""
        typed = {
            "basics": {field: self.basics[field].value() for field in self.basics.fields},
            "holidays": self.holidays.typed(),
            "exceptions": self.exceptions.typed(),
            "seasons": self.seasons.typed(),
        }
        drawn = type(self)()
        drawn._draw(typed | changes)
        return drawn

    def _standing(self) -> Iterator[forms.Form]:
        yield self.basics
        for rows in (self.seasons, self.holidays, self.exceptions):
            yield from rows.standing()
        yield self.importing

    def _tree(self) -> Tree:
        return {
            "time_zone": self.basics.cleaned_data["time_zone"],
            "weekly": self.basics.weekly(),
            "seasons": [form.tree() for form in self.seasons.kept()],
            "holidays": [form.tree() for form in self.holidays.kept()],
            "exceptions": [form.tree() for form in self.exceptions.kept()],
        }

    def _place(self, error: CalendarError) -> None:
        """Put what `parse` refused where it was typed."""
        parts = {"seasons": self.seasons, "holidays": self.holidays, "exceptions": self.exceptions}
        match error.field.split("."):
            case ["weekly", *day]:
                self.basics.add_error(f"day_{day[0] if day else 0}", error.message)
            case ["time_zone"]:
                self.basics.add_error("time_zone", error.message)
            case [part, index, *place] if part in parts:
                form = parts[part].kept()[int(index)]
                field = {"from": "since", "weekly": f"day_{place[-1]}"}.get(place[0], place[0]) if place else None
                form.add_error(field if field in form.fields else None, error.message)
            case [part] if part in parts:
                parts[part].non_form_errors().append(error.message)
            case _:
                self.basics.add_error(None, error.message)


def _as_typed(definition: Definition, name: str) -> dict[str, Any]:
    """A definition as the initial values of the page."""
    tree = definition.to_tree()
    week = {f"day_{day}": hours for day, hours in enumerate(definition.weekly)}
    seasons = [
        {"name": season.name, "name_id": season.name_id, "since": season.since, "until": season.until}
        | {f"day_{day}": hours for day, hours in enumerate(season.weekly)}
        for season in definition.seasons
    ]
    own = [{"day": own.day.isoformat(), "name": own.name, "hours": own.hours} for own in definition.exceptions]
    basics = {"name": name, "time_zone": definition.time_zone, **week}
    return {"basics": basics, "holidays": tree["holidays"], "exceptions": own, "seasons": seasons}
