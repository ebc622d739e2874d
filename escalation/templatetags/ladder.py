"""Template filters for pages about the ladder."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from escalation.targets import FIELD_NAMES

register = template.Library()


@register.filter
def named(names: Mapping[int, str], key: int) -> str:
    """The name kept under a number; nothing for one that is gone."""
    return names.get(key, "")


@register.filter
def field_name(name: str) -> str:
    """What the form calls a field of the packet."""
    return str(FIELD_NAMES[name])
