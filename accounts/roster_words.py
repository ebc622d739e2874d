"""The roster in words: spans, reasons and warnings, by the reader's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import gaps
from accounts.gaps import Finding
from accounts.models import Team, User
from accounts.naming import in_indonesian
from accounts.rota import OVERRIDE, STAND_IN, SWAP
from accounts.spans import Span
from core.spoken_time import MONTHS, WEEKDAYS, clock_time, short_date, weekday_and_time

WHY = {
    OVERRIDE: gettext_lazy("by name"),
    SWAP: gettext_lazy("swapped"),
    STAND_IN: gettext_lazy("stands in"),
}


def span_words(start: datetime, end: datetime) -> str:
    """From when to when: "Mon 16 Nov 22:00 – Tue 17 Nov 06:00", with one date where both are on it."""
    last = timezone.localtime(end)
    same_day = timezone.localtime(start).date() == last.date()
    # Translators: a span of time such as Mon 16 Nov 08:00 – 17:00
    return _("%(start)s – %(end)s") % {
        "start": weekday_and_time(start),
        "end": clock_time(end) if same_day else weekday_and_time(end),
    }


def weekday_words(days: Iterable[int]) -> str:
    """Days of the week, Monday (0) first; three or more in a row as a span: "Mon–Fri", "Mon, Sat, Sun"."""
    names = WEEKDAYS[_language()]
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    pieces: list[str] = []
    for run in runs:
        pieces += [f"{names[run[0]]}–{names[run[-1]]}"] if len(run) > 2 else [names[day] for day in run]
    return ", ".join(pieces)


def clock_word(clock: time) -> str:
    """A time of day: 08:00, in Indonesian 08.00."""
    return f"{clock.hour:02d}{'.' if in_indonesian() else ':'}{clock.minute:02d}"


def clock_words(start: time, end: time) -> str:
    """Two times of day: "22:00–06:00"."""
    return f"{clock_word(start)}–{clock_word(end)}"


def date_words(day: date) -> str:
    """A date: "16 Nov 2026"."""
    return f"{day.day} {MONTHS[_language()][day.month - 1]} {day.year}"


def day_words(moment: datetime) -> str:
    """The day of an instant: "Mon 16 Nov"."""
    local = timezone.localtime(moment)
    return f"{WEEKDAYS[_language()][local.weekday()]} {short_date(moment)}"


def hours_words(span: Span, day: Span) -> str:
    """The part of a span that lies on one day: "08:00–17:00", "from 22:00", "until 06:00", "all day"."""
    starts_before, ends_after = span[0] <= day[0], span[1] >= day[1]
    if starts_before and ends_after:
        return _("all day")
    if starts_before:
        return _("until %(time)s") % {"time": clock_time(span[1])}
    if ends_after:
        return _("from %(time)s") % {"time": clock_time(span[0])}
    return f"{clock_time(span[0])}–{clock_time(span[1])}"


def finding_words(finding: Finding, people: Mapping[int, User], teams: Mapping[int, Team]) -> str:
    """One warning, without when and in which team.

    Args:
        people: everybody it may speak of, by number.
        teams: those its reader may know of, by number; any other is "another team".
    """
    name = _name(people, finding.person)
    match finding.kind:
        case gaps.NOBODY:
            return _("Nobody is on shift")
        case gaps.TOO_FEW:
            return ngettext(
                "%(have)d person on shift, %(want)d wanted", "%(have)d people on shift, %(want)d wanted", finding.have
            ) % {"have": finding.have, "want": finding.want}
        case gaps.NO_ON_CALL:
            return _("Nobody is on call")
        case gaps.STANDS_IN:
            return _("%(absent)s is absent, %(name)s stands in on call") % {
                "absent": _name(people, finding.other),
                "name": name,
            }
    other = teams.get(finding.other or 0)
    label = other.label if other else _("another team")
    return _("%(name)s is on duty in %(team)s at the same time") % {"name": name, "team": label}


def _language() -> str:
    return "id" if in_indonesian() else "en"


def _name(people: Mapping[int, User], pk: int | None) -> str:
    person = people.get(pk or 0)
    return person.name if person else _("Somebody who has left")
