"""A calendar in words: for people who read what they are about to change."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import groupby

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.naming import in_indonesian
from core.spoken_time import short_date
from escalation.calendar_definition import Definition, OwnHours, Season
from escalation.shifts import time_of_day
from escalation.working_calendar import MINUTES_PER_DAY, Intervals, Week

LISTED_EXCEPTIONS = 12
WHOLE_DAY = ((0, MINUTES_PER_DAY),)


def in_words(definition: Definition) -> list[str]:
    """Lines that say everything the definition decides, in the active language.

    "Monday to Friday 08:00–12:00 and 13:00–17:00", then closed days, seasons, holidays, own hours and the time zone.
    """
    lines = week_in_words(definition.weekly)
    lines += [_season_in_words(season) for season in definition.seasons]
    lines += _holidays_in_words(definition)
    if len(definition.exceptions) <= LISTED_EXCEPTIONS:
        lines += [_exception_in_words(own) for own in definition.exceptions]
    else:
        count = len(definition.exceptions)
        lines.append(
            ngettext("%(n)d date with its own hours", "%(n)d dates with their own hours", count) % {"n": count}
        )
    lines.append(_("Times are those of %(zone)s") % {"zone": definition.time_zone})
    return lines


def week_in_words(week: Week) -> list[str]:
    """A line for each run of days with the same hours, and one for the days without any."""
    runs = [[day for day, _hours in run] for _hours, run in groupby(enumerate(week), key=lambda numbered: numbered[1])]
    lines = [f"{_days_in_words(run)} {hours_in_words(week[run[0]])}" for run in runs if week[run[0]]]
    closed = [str(WEEKDAYS[day]) for day, hours in enumerate(week) if not hours]
    if closed:
        lines.append(_("Closed on %(days)s") % {"days": get_text_list(closed, _("and"))})
    return lines


def hours_in_words(hours: Intervals) -> str:
    """ "08:00–12:00 and 13:00–17:00", "round the clock" for 24 hours, "closed" for none."""
    if not hours:
        return _("closed")
    if hours == WHOLE_DAY:
        return _("round the clock")
    return get_text_list([_shift_in_words(start, end) for start, end in hours], _("and"))


def date_in_words(day: date) -> str:
    """ "24 Dec 2026", in Indonesian "24 Des 2026"."""
    # Noon in the reader's own zone stays on its date there.
    return short_date(datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone()), year=True)


def _shift_in_words(start: int, end: int) -> str:
    words = f"{time_of_day(start)}–{time_of_day(end)}"
    return _("%(shift)s the next day") % {"shift": words} if end <= start else words


def _days_in_words(run: list[int]) -> str:
    if len(run) == 7:
        return _("Every day")
    first, last = str(WEEKDAYS[run[0]]), str(WEEKDAYS[run[-1]])
    if len(run) == 1:
        return first
    if len(run) == 2:
        return get_text_list([first, last], _("and"))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _season_in_words(season: Season) -> str:
    return _("%(season)s, %(first)s to %(last)s: %(hours)s") % {
        "season": season.name_id if in_indonesian() and season.name_id else season.name,
        "first": date_in_words(season.since),
        "last": date_in_words(season.until),
        "hours": "; ".join(week_in_words(season.weekly)),
    }


def _holidays_in_words(definition: Definition) -> list[str]:
    holidays = definition.holidays
    if not holidays:
        return [_("No holidays")]
    count, estimated = len(holidays), sum(1 for holiday in holidays if holiday.is_estimated)
    first, last = holidays[0].day.year, holidays[-1].day.year
    years = str(first) if first == last else f"{first}–{last}"
    words = ngettext("%(n)d holiday in %(years)s", "%(n)d holidays in %(years)s", count) % {"n": count, "years": years}
    if estimated:
        words += ngettext(", %(n)d with an estimated date", ", %(n)d with estimated dates", estimated) % {
            "n": estimated
        }
    return [words]


def _exception_in_words(own: OwnHours) -> str:
    return f"{date_in_words(own.day)}, {own.name}: {hours_in_words(own.hours)}"
