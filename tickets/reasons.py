"""Why something was done, kept so that each reader finds it in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

Reason = str | Mapping[str, str]
NO_ANSWER = gettext_noop("no answer after the reminders")


def in_english(label: str | Promise) -> str:
    """A label of a list as it is stored: in English, whoever chose it; shown through the catalogue again."""
    with override("en"):
        return str(label)


def text_of(reason: Any) -> str:
    """A stored reason for this reader: words with a language each, a label of a list, or somebody's own words."""
    if isinstance(reason, Mapping):
        language = (get_language() or "en")[:2]
        return str(reason.get(language) or reason.get("en") or "")
    return _(str(reason)) if reason else ""


def text_in(language: str, reason: Any) -> str:
    """`text_of` for a reader of that language."""
    with override(language):
        return text_of(reason)


def stored(reason: Reason) -> Any:
    """What goes into an event's data."""
    return dict(reason) if isinstance(reason, Mapping) else reason
