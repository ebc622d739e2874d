"""The shifts of one day and of one week: checked, read from what people type, and written the way they type it.

A shift is (start, end) in minutes after local midnight; an end at or before its start is on the next day, and midnight
at the end of a day is 1440.
"""

from __future__ import annotations

import re
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from escalation.working_calendar import MINUTES_PER_DAY, CalendarError, Intervals, Week

MAX_SHIFTS_PER_DAY = 12
# 8, 08:00 or 08.00, with any of the dashes that keyboards and word processors make
SHIFT = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-\u2010-\u2015\u2212]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)
CLOSED_WORDS = frozenset({"", "-", "–", "—", "closed", "tutup", "libur"})


def checked_hours(path: str, value: object) -> Intervals:
    """One day's shifts in order, [0, 0] written as the whole day that it means.

    Raises CalendarError with `path` for a malformed or empty shift and for two that overlap or touch.
    """
    shifts = tuple(sorted(_shift(path, pair) for pair in listed(path, value, MAX_SHIFTS_PER_DAY)))
    for (start, end), (after, _end) in pairwise(shifts):
        if end == after:
            raise CalendarError(path, _("A shift begins when another ends. Write them as one."))
        if end < start or after < end:
            raise CalendarError(path, _("Two shifts overlap."))
    return shifts


def checked_week(path: str, value: object) -> Week:
    """Seven days of shifts, Monday first.

    Raises CalendarError as `checked_hours` does, with the number of the day behind `path`, and for a night shift that
    is not over when the next day begins to work.
    """
    days = listed(path, value, None)
    if len(days) != 7:
        raise CalendarError(path, _("A week has seven days."))
    week = tuple(checked_hours(f"{path}.{index}", day) for index, day in enumerate(days))
    for index, hours in enumerate(week):
        tomorrow = week[(index + 1) % 7]
        if not hours or not tomorrow:
            continue
        start, end = hours[-1]
        if end <= start and end > tomorrow[0][0]:
            raise CalendarError(f"{path}.{index}", _("The night shift runs into the first shift of the next day."))
    return week


def listed(path: str, value: object, most: int | None) -> list[object]:
    """`value` as a list of at most `most` items. Raises CalendarError."""
    if not isinstance(value, list | tuple):
        raise CalendarError(path, _("This is not a list."))
    if most is not None and len(value) > most:
        raise CalendarError(path, _("More than %(most)d are too many.") % {"most": most})
    return list(value)


def hours_from_text(text: str) -> Intervals:
    """Read "08:00-12:00, 13:00-17:00". Nothing, or a word for closed, means no hours.

    Raises CalendarError with the field "hours", naming the piece that cannot be read.
    """
    if text.strip().lower() in CLOSED_WORDS:
        return ()
    pairs = [_read_shift(piece.strip()) for piece in re.split(r"[,;\n]", text) if piece.strip()]
    return checked_hours("hours", pairs)


def text_from_hours(hours: Intervals) -> str:
    """Write hours so that `hours_from_text` reads them back: "08:00-12:00, 13:00-17:00"; nothing when closed."""
    return ", ".join(f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}" for start, end in hours)


def time_of_day(minutes: int) -> str:
    """The time of day, `minutes` after midnight, as people write it in the active language; 1440 is 24:00."""
    # Translators: a time of day such as 08:00. Indonesian writes 08.00.
    return pgettext("time of day", "%(hour)02d:%(minute)02d") % {"hour": minutes // 60, "minute": minutes % 60}


def _shift(path: str, pair: object) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or any(type(minute) is not int for minute in pair):
        raise CalendarError(path, _("A shift has a start and an end, each in whole minutes."))
    start, end = pair
    if not 0 <= start < MINUTES_PER_DAY or not 0 <= end <= start + MINUTES_PER_DAY:
        raise CalendarError(path, _("A shift begins between 00:00 and 23:59 and ends within 24 hours."))
    end = end - MINUTES_PER_DAY if end > MINUTES_PER_DAY else end
    if start == end != 0:
        raise CalendarError(path, _("A shift ends when it begins. The whole day is 00:00-24:00."))
    return start, end or MINUTES_PER_DAY


def _read_shift(piece: str) -> tuple[int, int]:
    found = SHIFT.fullmatch(piece)
    if found is None:
        message = _("“%(piece)s” is not a time span such as 08:00-17:00.")
        raise CalendarError("hours", message % {"piece": piece[:40]})
    from_hour, from_minute, to_hour, to_minute = (int(number or 0) for number in found.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if start >= MINUTES_PER_DAY or end > MINUTES_PER_DAY or max(from_minute, to_minute) > 59:
        message = _("“%(piece)s” is not within a day of 24 hours.")
        raise CalendarError("hours", message % {"piece": piece[:40]})
    return start, end
