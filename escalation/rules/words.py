"""A rule as one paragraph in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.spoken_time import clock_time, short_date
from escalation.policy_words import span_in_words
from escalation.rules.definition import RuleDefinition, When
from escalation.rules.naming import name_of
from escalation.rules.triggers import TRIGGERS
from tickets.automation import actions
from tickets.conditions import in_words

REACHED: dict[str, Any] = {
    "in_tier": lambda: _("it has been on its tier for %(span)s"),
    "in_team": lambda: _("it has been with its team for %(span)s"),
    "in_status": lambda: _("it has had its status for %(span)s"),
    "staff_silent": lambda: _("staff have not acted for %(span)s"),
    "requester_silent": lambda: _("the requester has not been heard for %(span)s"),
    "open": lambda: _("it has been open for %(span)s"),
}


def rule_in_words(definition: RuleDefinition, names: Any = None) -> str:
    """ "When a ticket is opened and service is VPN: move it to Network; tag it vpn. Stop here."

    A rule with a window begins with it: "From 1 Dec 2027 00:00: when a ticket is opened …".

    Args:
        names: names for values that only the database knows, as `tickets.conditions.in_words` takes them.
    """
    every = not definition.condition.root.items
    question = "" if every else in_words(definition.condition, names)
    done = "; ".join(actions()[step.do].words(step.params) for step in definition.steps)
    opening = _opening(definition.when)
    if question:
        text = _("%(when)s, and only if %(conditions)s: %(actions)s.")
    else:
        text = _("%(when)s: %(actions)s.")
    sentence = text % {"when": opening, "conditions": question, "actions": done}
    sentence = _in_window(definition, sentence)
    return _("%(sentence)s No rule after it is asked.") % {"sentence": sentence} if definition.stops else sentence


def when_in_words(when: When) -> str:
    """What sets it off, as it stands in a list."""
    return _opening(when)


def _in_window(definition: RuleDefinition, sentence: str) -> str:
    since, until = definition.since, definition.until
    if since is None and until is None:
        return sentence
    said = {"sentence": sentence[:1].lower() + sentence[1:]}
    said |= {name: _moment(instant) for name, instant in (("since", since), ("until", until)) if instant}
    if until is None:
        return _("From %(since)s: %(sentence)s") % said
    if since is None:
        return _("Until %(until)s: %(sentence)s") % said
    return _("From %(since)s until %(until)s: %(sentence)s") % said


def _moment(instant: datetime) -> str:
    """With the year: a window may lie years ahead, and "tomorrow" would not be true for long."""
    return f"{short_date(instant, year=True)} {clock_time(instant)}"


def _opening(when: When) -> str:
    if when.every is None:
        named = [str(label) for name, label in TRIGGERS.items() if name in when.on]
        return _("When %(triggers)s") % {"triggers": _(" or ").join(named)}
    hours = _hours(when)
    looks = _every(when.every)
    if when.reaches is None:
        return _("%(looks)s%(hours)s, for every open ticket") % {"looks": looks, "hours": hours}
    span = span_in_words(when.reaches.minutes)
    if when.calendar is not None:
        span = _("%(span)s of working time") % {"span": span}
    reached = REACHED[when.reaches.what]() % {"span": span}
    return _("%(looks)s%(hours)s, when %(reached)s") % {"looks": looks, "hours": hours, "reached": reached}


def _every(minutes: int) -> str:
    if minutes == 1440:
        return _("Once a day")
    if minutes == 60:
        return _("Every hour")
    return ngettext("Every %(n)d minute", "Every %(n)d minutes", minutes) % {"n": minutes}


def _hours(when: When) -> str:
    if when.calendar is None:
        return ""
    return _(" in the hours of %(calendar)s") % {"calendar": name_of("calendar", when.calendar)}
