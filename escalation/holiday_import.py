"""Public holidays of a country, from the `holidays` package, as a calendar's definition keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import holidays
from django.utils.translation import gettext as _
from holidays.registry import COUNTRIES

from core.errors import Invalid
from escalation.calendar_definition import FIRST_YEAR, LAST_YEAR, NAME_CHARACTERS

MAX_YEARS = 10
ENGLISH, INDONESIAN = "en_US", "id"
JOINT_LEAVE = holidays.GOVERNMENT
HOME = "ID"
SMALL_WORDS = frozenset({"and", "of", "the"})

HolidayTree = dict[str, Any]


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """(code, English name) of every country there are holidays for: Indonesia first, the others by name."""
    named = [(codes[0], _country_name(module)) for module, (_class_name, *codes) in COUNTRIES.items()]
    return tuple(sorted(named, key=lambda country: (country[0] != HOME, country[1])))


def has_joint_leave(country: str) -> bool:
    """Whether the government of a country adds days that are not public holidays: in Indonesia, cuti bersama."""
    return country in dict(countries()) and JOINT_LEAVE in _kind(country).supported_categories


def country_holidays(
    country: str, subdivision: str, years: Sequence[int], *, with_joint_leave: bool = False
) -> list[HolidayTree]:
    """The holidays of a country (ISO 3166 code) in some years, by date, ready for a definition.

    `subdivision` is the code of a state or region, or "". Names are in English and, where the package has them, in
    Indonesian; otherwise `name_id` stays empty and English serves. A date is estimated when all that it celebrates is.

    Raises Invalid for an unknown country or subdivision, and for no years, too many or ones out of range.
    """
    if country not in dict(countries()):
        raise Invalid.field("country", _("Choose a country from the list."))
    kind = _kind(country)
    if subdivision and subdivision not in kind.subdivisions:
        raise Invalid.field("subdivision", _no_such_subdivision(kind))
    if not years or len(set(years)) > MAX_YEARS:
        raise Invalid.field("years", _("Import between one and %(most)d years at a time.") % {"most": MAX_YEARS})
    if min(years) < FIRST_YEAR or max(years) > LAST_YEAR:
        span = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise Invalid.field("years", _("The year must be between %(first)d and %(last)d.") % span)
    wanted = sorted(set(years))
    english = _named(kind, subdivision, wanted, ENGLISH, with_joint_leave)
    indonesian = _named(kind, subdivision, wanted, INDONESIAN, with_joint_leave) if _speaks_indonesian(kind) else {}
    return [
        {
            "day": day,
            "name": name,
            "name_id": indonesian.get(day, ("", False))[0],
            "is_estimated": is_estimated,
        }
        for day, (name, is_estimated) in sorted(english.items())
    ]


def merged(existing: Iterable[HolidayTree], imported: Iterable[HolidayTree]) -> list[HolidayTree]:
    """Both by date. Everything there already stays as somebody wrote it; a date it has is not imported again."""
    here = list(existing)
    taken = {holiday["day"] for holiday in here}
    new = [holiday for holiday in imported if holiday["day"] not in taken]
    return sorted([*here, *new], key=lambda holiday: str(holiday["day"]))


def _country_name(module: str) -> str:
    words = module.split("_")
    return " ".join(word if word in SMALL_WORDS and index else word.capitalize() for index, word in enumerate(words))


def _kind(country: str) -> type[holidays.HolidayBase]:
    # The registry loads a country when it is first asked for: 250 modules would be slow to start with.
    kind: type[holidays.HolidayBase] = type(holidays.country_holidays(country, years=()))
    return kind


def _speaks_indonesian(kind: type[holidays.HolidayBase]) -> bool:
    return INDONESIAN in kind.supported_languages


def _no_such_subdivision(kind: type[holidays.HolidayBase]) -> str:
    if not kind.subdivisions:
        return _("This country has the same holidays everywhere: leave the region empty.")
    return _("Choose one of these regions: %(codes)s.") % {"codes": ", ".join(kind.subdivisions)}


def _named(
    kind: type[holidays.HolidayBase], subdivision: str, years: list[int], language: str, with_joint_leave: bool
) -> dict[str, tuple[str, bool]]:
    """ISO date -> (what it celebrates, whether all of that is estimated)."""
    categories = {kind.default_category or holidays.PUBLIC}
    if with_joint_leave and JOINT_LEAVE in kind.supported_categories:
        categories.add(JOINT_LEAVE)
    spoken = language if language in kind.supported_languages else kind.default_language
    found = kind(subdiv=subdivision or None, years=years, language=spoken, categories=categories, expand=False)
    labels = _estimated_labels(found)
    named = {}
    for day in found:
        if day.year in years:
            read = [_without_label(name, labels) for name in found.get_list(day)]
            # the same word may come from two categories
            name = "; ".join(dict.fromkeys(name for name, _is_estimated in read))
            is_estimated = all(is_estimated for _name, is_estimated in read)
            named[day.isoformat()] = (name[:NAME_CHARACTERS], is_estimated)
    return named


def _estimated_labels(found: holidays.HolidayBase) -> list[tuple[re.Pattern[str], str]]:
    """How names of estimated dates look, and what to keep of them ("%s" or, moved to a weekday, "%s (observed)")."""
    labels = []
    for marked, plain in (("observed_estimated_label", "observed_label"), ("estimated_label", "")):
        label = getattr(found, marked, None)
        if label:
            pattern = re.escape(found.tr(label)).replace("%s", "(.+)")
            labels.append((re.compile(pattern, re.DOTALL), found.tr(getattr(found, plain, "%s")) if plain else "%s"))
    return labels


def _without_label(name: str, labels: list[tuple[re.Pattern[str], str]]) -> tuple[str, bool]:
    for pattern, kept in labels:
        match = pattern.fullmatch(name)
        if match:
            return kept % match[1], True
    return name, False
