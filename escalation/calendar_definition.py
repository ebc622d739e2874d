"""A business calendar as stored and edited: JSON that is read strictly, so that what is kept always makes sense.

Hours are [start, end] in whole minutes after local midnight. An end at or before its start is on the next day;
midnight at the end of a day is 1440, and [0, 0] means the whole day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from escalation.shifts import checked_hours, checked_week, listed
from escalation.working_calendar import INTERNED_CALENDARS, Calendar, CalendarError, Intervals, Week

FIRST_YEAR, LAST_YEAR = 1900, 2300
NAME_CHARACTERS = 120
MAX_HOLIDAYS = 2_000
MAX_EXCEPTIONS = 2_000
MAX_SEASONS = 60
PARTS = frozenset({"time_zone", "weekly", "seasons", "holidays", "exceptions"})
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# PostgreSQL refuses NUL in JSON, and nothing else below the space belongs in a name; half a surrogate is no text.
NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Tree = dict[str, Any]


@dataclass(frozen=True)
class Holiday:
    """A date on which nobody works. `is_estimated`: the date is not announced yet."""

    day: date
    name: str
    name_id: str = ""
    is_estimated: bool = False


@dataclass(frozen=True)
class OwnHours:
    """An exception: a date with hours of its own, none for a closed day. It beats a holiday."""

    day: date
    name: str
    hours: Intervals = ()


Dated = TypeVar("Dated", Holiday, OwnHours)


@dataclass(frozen=True)
class Season:
    """Other weekly hours from one date to another, both included."""

    name: str
    name_id: str
    since: date
    until: date
    weekly: Week


@dataclass(frozen=True)
class Definition:
    """A calendar's complete definition, checked. Lists are in the order of their dates."""

    time_zone: str
    weekly: Week
    seasons: tuple[Season, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    exceptions: tuple[OwnHours, ...] = ()

    @cached_property
    def _holidays(self) -> dict[date, Holiday]:
        return {holiday.day: holiday for holiday in self.holidays}

    @cached_property
    def _exceptions(self) -> dict[date, OwnHours]:
        return {own.day: own for own in self.exceptions}

    def holiday_on(self, day: date) -> Holiday | None:
        """The holiday of a local date, if it has one."""
        return self._holidays.get(day)

    def exception_on(self, day: date) -> OwnHours | None:
        """The exception of a local date, if it has one."""
        return self._exceptions.get(day)

    def week_of(self, day: date) -> Week:
        """The weekly hours that hold on a local date: a season's, or the usual ones."""
        return next((season.weekly for season in self.seasons if season.since <= day <= season.until), self.weekly)

    def calendar(self) -> Calendar:
        """The calendar to calculate with; equal definitions share one, with all it has already worked out."""
        return Calendar.build(
            self.time_zone,
            self.weekly,
            [holiday.day for holiday in self.holidays],
            {own.day: own.hours for own in self.exceptions},
            [(season.since, season.until, season.weekly) for season in self.seasons],
        )

    def to_tree(self) -> Tree:
        """The JSON to store: `parse` reads it back as this very value."""
        return {
            "time_zone": self.time_zone,
            "weekly": _week_tree(self.weekly),
            "seasons": [
                {
                    "name": season.name,
                    "name_id": season.name_id,
                    "from": season.since.isoformat(),
                    "until": season.until.isoformat(),
                    "weekly": _week_tree(season.weekly),
                }
                for season in self.seasons
            ],
            "holidays": [
                {
                    "day": holiday.day.isoformat(),
                    "name": holiday.name,
                    "name_id": holiday.name_id,
                    "is_estimated": holiday.is_estimated,
                }
                for holiday in self.holidays
            ],
            "exceptions": [
                {"day": own.day.isoformat(), "name": own.name, "hours": [list(shift) for shift in own.hours]}
                for own in self.exceptions
            ],
        }


def _week_tree(week: Week) -> list[list[list[int]]]:
    return [[list(shift) for shift in day] for day in week]


def calendar_from(tree: object) -> Calendar:
    """The calendar of a stored definition, read once and then kept.

    Raises CalendarError as `parse` does.
    """
    try:
        canonical = json.dumps(tree, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise CalendarError("", _("This is not a calendar.")) from error
    return _calendar_from(canonical)


@lru_cache(maxsize=INTERNED_CALENDARS)
def _calendar_from(canonical: str) -> Calendar:
    return parse(json.loads(canonical)).calendar()


def parse(tree: object) -> Definition:
    """Read and check a definition.

    Raises CalendarError, whose `field` is the path of the part at fault, such as "weekly.0" or "holidays.3.day".
    """
    whole = _mapping("", tree)
    for part in whole:
        if part not in PARTS:
            raise CalendarError(str(part), _("A calendar has no such part."))
    definition = Definition(
        _time_zone(whole.get("time_zone")),
        checked_week("weekly", whole.get("weekly")),
        _seasons(whole.get("seasons", [])),
        _dated("holidays", whole.get("holidays", []), MAX_HOLIDAYS, _holiday),
        _dated("exceptions", whole.get("exceptions", []), MAX_EXCEPTIONS, _exception),
    )
    weeks = [definition.weekly, *(season.weekly for season in definition.seasons)]
    if not any(any(week) for week in weeks) and not any(own.hours for own in definition.exceptions):
        raise CalendarError("weekly", _("The calendar has no working time. Enter hours for at least one day."))
    return definition


def _seasons(value: object) -> tuple[Season, ...]:
    read = [
        (_season(f"seasons.{index}", _mapping(f"seasons.{index}", tree)), index)
        for index, tree in enumerate(listed("seasons", value, MAX_SEASONS))
    ]
    read.sort(key=lambda numbered: numbered[0].since)
    for (before, _index), (after, index) in pairwise(read):
        if after.since <= before.until:
            message = _("This overlaps the season “%(name)s”.") % {"name": before.name}
            raise CalendarError(f"seasons.{index}.from", message)
    return tuple(season for season, _index in read)


def _season(path: str, tree: Mapping[str, Any]) -> Season:
    since, until = _day(f"{path}.from", tree.get("from")), _day(f"{path}.until", tree.get("until"))
    if until < since:
        raise CalendarError(f"{path}.until", _("The last day is before the first."))
    name, name_id = _names(path, tree)
    return Season(name, name_id, since, until, checked_week(f"{path}.weekly", tree.get("weekly")))


def _holiday(path: str, tree: Mapping[str, Any]) -> Holiday:
    day = _day(f"{path}.day", tree.get("day"))
    name, name_id = _names(path, tree)
    is_estimated = tree.get("is_estimated", False)
    if not isinstance(is_estimated, bool):
        raise CalendarError(f"{path}.is_estimated", _("Estimated is true or false."))
    return Holiday(day, name, name_id, is_estimated)


def _exception(path: str, tree: Mapping[str, Any]) -> OwnHours:
    day = _day(f"{path}.day", tree.get("day"))
    name = _text(f"{path}.name", tree.get("name"))
    return OwnHours(day, name, checked_hours(f"{path}.hours", tree.get("hours")))


def _names(path: str, tree: Mapping[str, Any]) -> tuple[str, str]:
    name_id = tree.get("name_id")
    return _text(f"{path}.name", tree.get("name")), _text(f"{path}.name_id", name_id) if name_id else ""


def _dated(path: str, value: object, most: int, read: Callable[[str, Mapping[str, Any]], Dated]) -> tuple[Dated, ...]:
    """Read a list of items that each have a date of their own; return them by date."""
    found: dict[date, Dated] = {}
    for index, tree in enumerate(listed(path, value, most)):
        item = read(f"{path}.{index}", _mapping(f"{path}.{index}", tree))
        if item.day in found:
            message = _("%(day)s is listed twice.") % {"day": item.day.isoformat()}
            raise CalendarError(f"{path}.{index}.day", message)
        found[item.day] = item
    return tuple(found[day] for day in sorted(found))


def _mapping(path: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CalendarError(path, _("This is not a calendar."))
    return value


def _time_zone(value: object) -> str:
    if not isinstance(value, str) or value not in known_zones():
        raise CalendarError("time_zone", _("This time zone does not exist."))
    return value


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every time zone a calendar may have. Kept, for the list is read from hundreds of files."""
    return frozenset(available_timezones())


def _day(path: str, value: object) -> date:
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise CalendarError(path, _("Enter a date."))
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise CalendarError(path, _("This date does not exist.")) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise CalendarError(path, _("The year must be between %(first)d and %(last)d.") % years)
    return day


def _text(path: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise CalendarError(path, _("Enter a name."))
    if len(text) > NAME_CHARACTERS:
        raise CalendarError(path, _("A name has at most %(most)d characters.") % {"most": NAME_CHARACTERS})
    if NOT_TEXT.search(text):
        raise CalendarError(path, _("A name is one line of text."))
    return text
