"""How long: read from what people type, and said in words; and the sums of a ticket and of a team."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.models.time import TimeEntry

CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
# 15, 90 m, 1h, 1h 20, 1 h 20 min; "j" and "jam" are Indonesian for hours
WORDS = re.compile(r"(?:(\d{1,3})\s*(?:h|j|jam))?\s*(?:(\d{1,4})\s*(?:m|min|mnt|menit)?)?", re.IGNORECASE)


def minutes_of(text: str) -> int:
    """Minutes from "15", "1h 20" or "1:20".

    Raises:
        Invalid: on `minutes`, where it cannot be read.
    """
    text = text.strip()
    match = CLOCK.fullmatch(text) or WORDS.fullmatch(text)
    if not text or match is None:
        raise Invalid.field("minutes", _("Write minutes such as 15, or hours such as 1h 20 or 1:20."))
    return int(match[1] or 0) * 60 + int(match[2] or 0)


def spoken_minutes(minutes: int) -> str:
    """ "1 h 20 min"; hours and minutes are written the same in every language here."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def sums(user: User, first: date, last: date) -> list[dict]:
    """Minutes and tickets per person, the most first, over the tickets this person sees; one query.

    Args:
        first, last: the days, both included.
    """
    rows = TimeEntry.objects.visible_to(user).counting().filter(day__gte=first, day__lte=last)
    summed = rows.values("person__name").annotate(total=Sum("minutes"), tickets=Count("ticket", distinct=True))
    return [
        {"name": row["person__name"], "minutes": row["total"], "tickets": row["tickets"]}
        for row in summed.order_by("-total", "person__name")
    ]
