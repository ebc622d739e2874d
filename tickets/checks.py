"""Start-up checks of the seams: every listener path in the settings must resolve to a function."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

SEAMS = (
    "TICKET_EVENT_LISTENERS",
    "TICKET_TIME_LEFT",
    "TICKET_WAITING_PLAN",
    "TICKET_MOVE_CHECK",
    "RULES_NAMING",
    "ROSTER_TELLER",
    "SEARCH_SOURCES",
    "SEARCH_VOCABULARY",
)


@register
def seams_resolve(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Name each dotted path of the ticket seams that leads nowhere."""
    found: list[CheckMessage] = []
    for setting in SEAMS:
        value = getattr(settings, setting, None)
        for path in [value] if isinstance(value, str) else value or []:
            try:
                target = import_string(path)
            except ImportError as error:
                found.append(Error(f"{setting}: {path} cannot be imported: {error}", id="tickets.E001"))
                continue
            if not callable(target):
                found.append(Error(f"{setting}: {path} is not a function", id="tickets.E002"))
    return found
