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
def fixed(name: str) -> SafeString:
    """Draw the template `name`, which asks for nothing but the language."""
    return _drawn(name, get_language() or "", settings.STATIC_URL)


@lru_cache(maxsize=64)
def _drawn(name: str, language: str, static_url: str) -> SafeString:
    return render_to_string(name)
