"""What a clock did, in words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.naming import in_indonesian
from core.spoken_time import compact_duration
from escalation.explanation import CLOSED, COUNTED, DONE, PAUSED, UNPROMISED, Interval
from escalation.open_hours import ClosedWhy
from escalation.policy_definition import BREACH
from tickets.choices import PendingReason

KINDS = {
    COUNTED: gettext_lazy("Counted"),
    PAUSED: gettext_lazy("Stood still"),
    CLOSED: gettext_lazy("Outside working hours"),
    DONE: gettext_lazy("Done"),
}


def kind_in_words(interval: Interval) -> str:
    """What the clock did; a pause names whom the ticket waited for."""
    if interval.kind != PAUSED:
        return str(KINDS[interval.kind])
    if interval.state == UNPROMISED:
        return _("Nothing promised at this priority")
    reason = interval.state.partition(":")[2]
    if reason in PendingReason.values:
        return str(PendingReason(reason).label)
    # a vendor's or another state's clock that rests between two of its own
    return str(KINDS[PAUSED])


def closed_in_words(reasons: Iterable[ClosedWhy]) -> str:
    """Why nobody was there: holidays by name, days off, nights."""
    words: dict[str, None] = {}
    for why in reasons:
        if why.kind in ("holiday", "exception"):
            words[why.name_id if in_indonesian() and why.name_id else why.name] = None
        else:
            words[_("weekend or day off") if why.kind == "day off" else _("outside office hours")] = None
    text = get_text_list(list(words), _("and"))
    return text[:1].upper() + text[1:]


def milestone_in_words(step: str) -> str:
    """A milestone by its key: "resolution-75%", "response-30m", "resolution+60m" or "breach"."""
    if step == BREACH:
        return _("The promise runs out")
    if step.endswith("%"):
        return _("%(percent)s %% of the time is used") % {"percent": step.rpartition("-")[2].rstrip("%")}
    is_after = "+" in step
    minutes = int(step.rpartition("+" if is_after else "-")[2].rstrip("m"))
    length = compact_duration(minutes * 60, days=False)
    return (_("%(time)s after it") if is_after else _("%(time)s before it")) % {"time": length}


def summary_in_words(counted: int, paused: int, closed: int) -> str:
    """The drawing in a sentence. Arguments: working seconds, and elapsed seconds of the other two."""
    return _("Counted %(counted)s, stood still %(paused)s, outside working hours %(closed)s.") % {
        "counted": compact_duration(counted, days=False),
        "paused": compact_duration(paused),
        "closed": compact_duration(closed),
    }


def changes_in_words(count: int) -> str:
    """How many stretches a row gathers."""
    return ngettext("%(n)d stretch", "%(n)d stretches", count) % {"n": count}
