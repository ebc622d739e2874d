from __future__ import annotations

from zoneinfo import ZoneInfo

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

register = template.Library()


@register.simple_tag
def moment(instant: str, time_zone: str) -> str:
    """An ISO instant as the reader's wall clock shows it, with the zone's own letters: 23 Nov 2026, 10:00 WIB."""
    parsed = parse_datetime(instant)
    if parsed is None:
        return ""
    local = parsed.astimezone(ZoneInfo(time_zone))
    return f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"


@register.simple_tag
def day_of(instant: str, time_zone: str) -> str:
    """The date of an ISO instant in the reader's zone: 23 Nov 2026."""
    parsed = parse_datetime(instant)
    return date_format(parsed.astimezone(ZoneInfo(time_zone)), "j M Y") if parsed else ""
