"""Parts of a page that say the same to everybody who reads the same language: drawn once a process."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def fixed(name: str, **given: str | bool | None) -> SafeString:
    """Draw the template `name`, which asks for nothing but the language and what it is given here by name: few values,
    each a word or a switch.
    """
    return _drawn(name, get_language() or "", settings.STATIC_URL, tuple(sorted(given.items())))


@lru_cache(maxsize=512)
def _drawn(name: str, language: str, static_url: str, given: tuple[tuple[str, str | bool | None], ...]) -> SafeString:
    return render_to_string(name, dict(given))
