"""Template tags for pages about clocks."""

from __future__ import annotations

from datetime import datetime

from django import template

from core.spoken_time import compact_duration, full_date

register = template.Library()


@register.simple_tag
def full_when(instant: datetime | None) -> str:
    """Say an instant with its weekday, year and zone: "Thu 19 Nov 2026, 10:42 WIB". Dash for none."""
    return full_date(instant) if instant else "–"


@register.simple_tag
def minutes_counted(minutes: int) -> str:
    """Say working time given in minutes: "1h 43m"."""
    return compact_duration(minutes * 60, days=False)
