"""Whether what comes in looks like a major incident: a pure function of facts and thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tickets.reasons import text_of

URGENT, BURST, NAMED = "urgent", "burst", "named"
HIGHEST_PRIORITY = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """A live ticket as the rule sees it."""

    ticket: int
    opened_at: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When tickets of one service are too many: so many, opened within so many minutes. 0 tickets: never."""

    tickets: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Why it looks like one: which rule, the ticket that leads, and the figures."""

    rule: str
    lead: int
    evidence: Mapping[str, Any]


def look(arrivals: Iterable[Arrival], *, is_critical: bool, thresholds: Thresholds) -> Finding | None:
    """What the live tickets of one service look like together.

    Args:
        arrivals: its live tickets since somebody last decided about it.
        is_critical: whether the catalogue calls the service critical.

    Returns:
        A P1 on a critical service, else the first burst; the oldest ticket of it leads. None when all is ordinary.
    """
    ordered = sorted(arrivals, key=lambda arrival: (arrival.opened_at, arrival.ticket))
    if is_critical:
        urgent = next((arrival for arrival in ordered if arrival.priority == HIGHEST_PRIORITY), None)
        if urgent is not None:
            return Finding(URGENT, urgent.ticket, {"rule": URGENT})
    return _burst(ordered, thresholds)


def _burst(ordered: list[Arrival], thresholds: Thresholds) -> Finding | None:
    if thresholds.tickets < 1:
        return None
    span = timedelta(minutes=thresholds.minutes)
    for first, last in zip(ordered, ordered[thresholds.tickets - 1 :], strict=False):
        if last.opened_at - first.opened_at <= span:
            count = sum(first.opened_at <= arrival.opened_at <= first.opened_at + span for arrival in ordered)
            figures = {"rule": BURST, "count": count, "minutes": thresholds.minutes}
            return Finding(BURST, first.ticket, figures)
    return None


def in_words(evidence: Mapping[str, Any]) -> str:
    """Why the rule proposed it, in the reader's language; empty where no rule did."""
    if evidence.get("rule") == URGENT:
        return _("A ticket of priority P1 on a critical service.")
    if evidence.get("rule") == BURST:
        words = _("%(count)s tickets of one service within %(minutes)s minutes.")
        return words % {"count": evidence["count"], "minutes": evidence["minutes"]}
    if evidence.get("rule") == NAMED:
        return _("The rule “%(rule)s” proposed it.") % {"rule": text_of(evidence.get("name"))}
    return ""
