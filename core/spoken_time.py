"""Dates and lengths of time as people say them, in English and Indonesian, without a template filter's cost.

Indonesian writes 10.42, shortens May to "Mei", and counts hours in "j" (jam): "h" would read as hari, day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
DAY_SECONDS = 86400
SMALL_DAYS = 3
# what the database's clock stamped may lie this far ahead of ours, and is past all the same
CLOCK_SKEW_SECONDS = 1
MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
}
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
}
UNITS = {"en": ("d", "h", "m"), "id": (" hr", "j", "m")}


def _language() -> str:
    return "id" if (get_language() or "").startswith("id") else "en"


def compact_duration(seconds: float, *, days: bool = True, parts: int = 2) -> str:
    """Return "37m", "1h 43m", "3h 05m", "2d". Seconds are rounded up to a minute, so something is never "0m".

    `days=False` stays in hours (working time). `parts=1` keeps only the largest unit.
    """
    day_unit, hour_unit, minute_unit = UNITS[_language()]
    minutes = max(1, -(-int(seconds) // MINUTE_SECONDS)) if seconds > 0 else 0
    hours, minutes = divmod(minutes, 60)
    if days and hours >= 24:
        whole_days, hours = divmod(hours, 24)
        if parts == 1 or whole_days >= SMALL_DAYS or not hours:
            return f"{whole_days}{day_unit}"
        return f"{whole_days}{day_unit} {hours}{hour_unit}"
    if not hours:
        return f"{minutes}{minute_unit}"
    if parts == 1 or not minutes:
        return f"{hours}{hour_unit}"
    return f"{hours}{hour_unit} {minutes:02d}{minute_unit}"


def clock_time(instant: datetime) -> str:
    """Return the time of day in the reader's zone: 10:42, in Indonesian 10.42."""
    local = timezone.localtime(instant)
    return f"{local.hour:02d}{'.' if _language() == 'id' else ':'}{local.minute:02d}"


def short_date(instant: datetime, *, year: bool = False) -> str:
    """Return "19 Nov", with `year` "19 Nov 2026"."""
    local = timezone.localtime(instant)
    words = f"{local.day} {MONTHS[_language()][local.month - 1]}"
    return f"{words} {local.year}" if year else words


def day_and_time(instant: datetime) -> str:
    """Return "10:42" today, "yesterday 10:42", "tomorrow 09:00", "19 Nov 10:42", and the year when it is another."""
    today = timezone.localdate()
    day = timezone.localtime(instant).date()
    match (day - today).days:
        case 0:
            return clock_time(instant)
        case -1:
            return _("yesterday %(time)s") % {"time": clock_time(instant)}
        case 1:
            return _("tomorrow %(time)s") % {"time": clock_time(instant)}
    return f"{short_date(instant, year=day.year != today.year)} {clock_time(instant)}"


def weekday_name(number: int) -> str:
    """A weekday's short name in the reader's language; 0 is Monday."""
    return WEEKDAYS[_language()][number]


def weekday_and_time(instant: datetime) -> str:
    """Return "Tue 24 Nov 09:00", in Indonesian "Sel 24 Nov 09.00", and the year when it is another."""
    local = timezone.localtime(instant)
    date = short_date(instant, year=local.year != timezone.localdate().year)
    return f"{WEEKDAYS[_language()][local.weekday()]} {date} {clock_time(instant)}"


def full_date(instant: datetime) -> str:
    """Return everything: "Thu 19 Nov 2026, 10:42 WIB"."""
    local: Any = timezone.localtime(instant)
    weekday = WEEKDAYS[_language()][local.weekday()]
    return f"{weekday} {short_date(instant, year=True)}, {clock_time(instant)} {local.tzname() or ''}".rstrip()


def time_ago(instant: datetime) -> str:
    """Return "just now", "12 minutes ago", "in less than a minute", "in 3 hours", "2 days ago"."""
    seconds = (timezone.now() - instant).total_seconds()
    span = abs(seconds)
    if span < MINUTE_SECONDS:
        return _("just now") if seconds > -CLOCK_SKEW_SECONDS else _("in less than a minute")
    if span < HOUR_SECONDS:
        count = int(span // MINUTE_SECONDS)
        words = ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    elif span < DAY_SECONDS:
        count = int(span // HOUR_SECONDS)
        words = ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    else:
        count = int(span // DAY_SECONDS)
        words = ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    return (_("%(span)s ago") if seconds > 0 else _("in %(span)s")) % {"span": words}
