"""Entries of a timeline as they were drawn before: what was said does not change, so it is drawn once in a process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tickets.entries import Entry
from tickets.models import Ticket

# about two kilobytes each
MOST_KEPT = 4000
MESSAGE, EVENT, GROUP = "components/_message.html", "components/_event.html", "components/_event_group.html"


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a template is given; equal where everything is equal that it prints."""

    template: str
    seen: tuple[Any, ...]
    given: dict[str, Any] = field(compare=False)


def drawn(entry: Entry, ticket: Ticket, verbs: Collection[str]) -> SafeString:
    """A message, an event or a fold of events for staff, as it stands on the ticket's page.

    What only its reader sees at this moment (a way back, the origin of a merged message) is the caller's to draw.
    """
    # "10:42" is "yesterday 10:42" after midnight, by the reader's clock
    reader = (get_language(), timezone.get_current_timezone_name(), timezone.localdate())
    if entry.message is not None:
        return _drawn(_message(entry, ticket, verbs, reader))
    if entry.kind in ("fold", "macro"):
        seen = (entry.kind, entry.until, *_seen(entry), *(_seen(event) for event in entry.events))
        given: dict[str, Any] = {"events": entry.events, "summary": entry.sentence, "until": entry.until}
        if entry.kind == "macro":
            given |= {"since": entry.at, "icon": entry.icon, "key": entry.key, "head": entry}
        return _drawn(_Shown(GROUP, (*reader, *seen), given))
    return _drawn(_Shown(EVENT, (*reader, *_seen(entry)), {"event": entry, "key": entry.key}))


def _seen(event: Entry) -> tuple[Any, ...]:
    return (event.key, event.icon, event.sentence, event.at, event.is_undone)


def _message(entry: Entry, ticket: Ticket, verbs: Collection[str], reader: tuple[Any, ...]) -> _Shown:
    message = entry.message
    assert message is not None
    author, may_split = message.author, "split" in verbs
    files = tuple((file.pk, file.name, file.size) for file in message.attachments.all())
    seen = (
        *(message.pk, message.kind, message.is_public, message.by_staff, message.channel, message.created_at),
        *(author.pk, author.name, author.email, entry.body_html, files, may_split),
        *(ticket.key, ticket.language, ticket.requester.name, *(one.key for one in entry.went_on)),
    )
    given = {
        "message": message,
        "body_html": entry.body_html,
        "ticket": ticket,
        "went_on": entry.went_on,
        "verbs": ("split",) if may_split else (),
    }
    return _Shown(MESSAGE, (*reader, *seen), given)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(shown: _Shown) -> SafeString:
    return render_to_string(shown.template, shown.given)
