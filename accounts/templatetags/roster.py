"""Template tags about rosters: who is on now, and plans in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts import roster, roster_words
from accounts.models import Team
from core.steady import remembered

register = template.Library()


@register.simple_tag
def team_on_now(team: Team, now: datetime | None = None) -> SafeString:
    """Who of a team is on shift and on call, in one line; nothing where nothing is planned. One query, remembered."""
    at = now or timezone.now()

    def line() -> SafeString:
        return render_to_string("roster/_on_now.html", {"team": team, "now": roster.on_now([team.pk], at)[team.pk]})

    return remembered(f"on_now:{team.pk}:{get_language()}", line)


@register.simple_tag
def weekday_names(days: Iterable[int]) -> str:
    """Days of the week, Monday first: "Mon–Fri", "Sat, Sun"."""
    return roster_words.weekday_words(days)


@register.simple_tag
def clock_span(start: time, end: time) -> str:
    """Two times of day: "22:00–06:00"."""
    return roster_words.clock_words(start, end)


@register.simple_tag
def time_of_day(clock: time) -> str:
    """A time of day: "08:00"."""
    return roster_words.clock_word(clock)


@register.simple_tag
def span(start: datetime, end: datetime) -> str:
    """From when to when, by the reader's clock."""
    return roster_words.span_words(start, end)


@register.simple_tag
def plan_date(day: date) -> str:
    """A date: "16 Nov 2026"."""
    return roster_words.date_words(day)
