"""When work comes again: rules as RFC 5545 writes them (RRULE), counted on the clock of a place, and said in words.

Counting happens without a zone, on the wall clock, and each date gets its zone afterwards: "every Monday at 8" is at 8
on both sides of a change of clocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import Invalid

RULE_LENGTH = 300
MOST_COUNT = 1_000
MOST_INTERVAL = 400
LAST_YEAR = 2100
# a rule such as "30 February" never comes: looking for it ends here
FARTHEST_YEARS = 12
KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = {
    "MO": gettext_lazy("Monday"),
    "TU": gettext_lazy("Tuesday"),
    "WE": gettext_lazy("Wednesday"),
    "TH": gettext_lazy("Thursday"),
    "FR": gettext_lazy("Friday"),
    "SA": gettext_lazy("Saturday"),
    "SU": gettext_lazy("Sunday"),
}
PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
PRESETS = (
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=3",
    "FREQ=MONTHLY;INTERVAL=6",
    "FREQ=YEARLY",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
)


def checked_rule(text: str) -> str:
    """The rule in capitals, without "RRULE:" and blanks.

    Raises:
        Invalid: on `rule`: not a rule, too long, more often than daily, or without bounds that make sense.
    """
    rule = "".join(text.split()).upper().removeprefix("RRULE:").strip(";")
    parts = [PART.fullmatch(part) for part in rule.split(";")]
    if not rule or len(rule) > RULE_LENGTH or not all(parts):
        raise _refused(_("This is not a rule. One that is: FREQ=MONTHLY;BYDAY=1MO"))
    found = {match[1]: match[2] for match in parts if match}
    if len(found) < len(parts) or found.keys() - KNOWN:
        unknown = ", ".join(sorted(found.keys() - KNOWN)) or rule
        raise _refused(_("This part is not understood here: %(part)s") % {"part": unknown})
    if found.get("FREQ") not in FREQUENCIES:
        raise _refused(_("Work comes again daily, weekly, monthly or yearly: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."))
    _check_bounds(found)
    try:
        next(_counted(rule, datetime(2026, 1, 5, 8)), None)  # noqa: DTZ001  on the wall clock
    except (ValueError, TypeError, OverflowError) as error:
        raise _refused(_("This is not a rule. One that is: FREQ=MONTHLY;BYDAY=1MO")) from error
    return rule


def _check_bounds(found: dict[str, str]) -> None:
    if "COUNT" in found and "UNTIL" in found:
        raise _refused(_("Give COUNT or UNTIL, not both."))
    for name, most in (("COUNT", MOST_COUNT), ("INTERVAL", MOST_INTERVAL)):
        number = found.get(name, "1")
        if not number.isdigit() or not 1 <= int(number) <= most:
            raise _refused(_("%(name)s is between 1 and %(most)s.") % {"name": name, "most": most})
    for name, most in (("BYMONTHDAY", 31), ("BYMONTH", 12)):
        numbers = found.get(name, "1").split(",")
        if not all(number.lstrip("+-").isdigit() and 1 <= abs(int(number)) <= most for number in numbers):
            raise _refused(_("%(name)s is between 1 and %(most)s.") % {"name": name, "most": most})
    until = found.get("UNTIL", "20990101")[:8]
    if not until.isdigit() or not until[:4].isdigit() or int(until[:4]) >= LAST_YEAR:
        raise _refused(_("UNTIL is a date before %(year)s, such as 20271231.") % {"year": LAST_YEAR})


def _refused(words: str) -> Invalid:
    return Invalid.field("rule", words)


def dates(rule: str, first: datetime, zone: str) -> Iterator[datetime]:
    """The dates of a checked rule, the first one on, as instants in UTC. Ends where the rule does, or 12 years on.

    Args:
        first: on the wall clock of `zone`, without a zone.
    """
    place = ZoneInfo(zone)
    return (local.replace(tzinfo=place).astimezone(UTC) for local in _counted(rule, first))


def next_after(rule: str, first: datetime, zone: str, moment: datetime) -> datetime | None:
    """The first date after an instant; None where none is left."""
    return next((date for date in dates(rule, first, zone) if date > moment), None)


def first_dates(rule: str, first: datetime, zone: str, count: int = 5) -> list[datetime]:
    """The first dates, for a preview."""
    return list(islice(dates(rule, first, zone), count))


def opens_at(due: datetime, lead_days: int, zone: str) -> datetime:
    """When the ticket opens: so many days before, at the same time of the wall clock."""
    place = ZoneInfo(zone)
    local = due.astimezone(place).replace(tzinfo=None) - timedelta(days=lead_days)
    return local.replace(tzinfo=place).astimezone(UTC)


def _counted(rule: str, first: datetime) -> Iterator[datetime]:
    """The dates on the wall clock. COUNT is counted here, so that a rule that never comes has an end to look for it."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    count = parts.pop("COUNT", None)
    farthest = max(first.year, datetime.now(UTC).year) + FARTHEST_YEARS
    # read as the end of its day on the wall clock, whatever zone was written behind it
    parts["UNTIL"] = parts.get("UNTIL", f"{farthest}1231")[:8] + "T235959"
    found: Iterator[datetime] = iter(rrulestr(";".join(map("=".join, parts.items())), dtstart=first))
    return islice(found, int(count)) if count else found


def in_words(rule: str) -> str:
    """ "Every 3 months on Monday, 10 times"; the parts that have no words here are shown as they are written."""
    found = dict(part.split("=", 1) for part in rule.split(";"))
    number = int(found.get("INTERVAL", "1"))
    words = {
        "DAILY": ngettext("Daily", "Every %(n)s days", number),
        "WEEKLY": ngettext("Every week", "Every %(n)s weeks", number),
        "MONTHLY": ngettext("Every month", "Every %(n)s months", number),
        "YEARLY": ngettext("Every year", "Every %(n)s years", number),
    }[found["FREQ"]] % {"n": number}
    if "BYDAY" in found:
        words = _("%(often)s on %(days)s") % {"often": words, "days": _days(found["BYDAY"])}
    if "BYMONTHDAY" in found:
        words = _("%(often)s on day %(days)s of the month") % {"often": words, "days": found["BYMONTHDAY"]}
    for name in ("BYMONTH", "BYSETPOS"):
        if name in found:
            words += f" ({name}={found[name]})"
    if "COUNT" in found:
        times = ngettext("once", "%(n)s times", int(found["COUNT"])) % {"n": found["COUNT"]}
        words = f"{words}, {times}"
    if "UNTIL" in found:
        until = found["UNTIL"]
        words = _("%(often)s until %(date)s") % {"often": words, "date": f"{until[:4]}-{until[4:6]}-{until[6:8]}"}
    return words


def _days(text: str) -> str:
    spoken = []
    for one in text.split(","):
        number, day = one[:-2].lstrip("+"), str(DAYS.get(one[-2:], one[-2:]))
        if number == "-1":
            spoken.append(_("the last %(day)s") % {"day": day})
        elif number:
            spoken.append(_("%(day)s number %(n)s") % {"day": day, "n": number})
        else:
            spoken.append(day)
    return ", ".join(spoken)
