"""Entries of a timeline as they were drawn before: what was said does not change, so it is drawn once in a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tickets.entries import Entry
from tickets.models import Ticket

# two kilobytes each, as a rule; a longer one is drawn each time
MOST_KEPT, LONGEST_KEPT = 4000, 8_000
MESSAGE, EVENT, GROUP = "components/_message.html", "components/_event.html", "components/_event_group.html"


# what was drawn, by the template and everything it prints; the one that was not asked for the longest goes first
_kept: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()
_alone = Lock()


def drawn(entry: Entry, ticket: Ticket, verbs: Collection[str]) -> SafeString:
    """A message, an event or a fold of events for staff, as it stands on the ticket's page.

    What only its reader sees at this moment (a way back, the origin of a merged message) is the caller's to draw.
    """
    # "10:42" is "yesterday 10:42" after midnight, by the reader's clock
    reader = (get_language(), timezone.get_current_timezone_name(), timezone.localdate())
    if entry.message is not None:
        return _drawn(MESSAGE, (*reader, *_seen_of(entry, ticket, verbs)), _given(entry, ticket, verbs))
    if entry.kind in ("fold", "macro"):
        seen = (entry.kind, entry.until, *_seen(entry), *(_seen(event) for event in entry.events))
        given: dict[str, Any] = {"events": entry.events, "summary": entry.sentence, "until": entry.until}
        if entry.kind == "macro":
            given |= {"since": entry.at, "icon": entry.icon, "key": entry.key, "head": entry}
        return _drawn(GROUP, (*reader, *seen), given)
    return _drawn(EVENT, (*reader, *_seen(entry)), {"event": entry, "key": entry.key})


def _seen(event: Entry) -> tuple[Any, ...]:
    return (event.key, event.icon, event.sentence, event.at, event.is_undone)


def _seen_of(entry: Entry, ticket: Ticket, verbs: Collection[str]) -> tuple[Any, ...]:
    message = entry.message
    assert message is not None
    author = message.author
    body = blake2b((entry.body_html or "").encode(), digest_size=16).digest()
    files = tuple((file.pk, file.name, file.size, file.content_type) for file in message.attachments.all())
    return (
        *(message.pk, message.kind, message.is_public, message.by_staff, message.channel, message.created_at),
        *(author.pk, author.name, author.email, body, files, "split" in verbs),
        *(ticket.key, ticket.language, ticket.requester.short_name, *(one.key for one in entry.went_on)),
    )


def _given(entry: Entry, ticket: Ticket, verbs: Collection[str]) -> dict[str, Any]:
    given = {"message": entry.message, "body_html": entry.body_html, "ticket": ticket, "went_on": entry.went_on}
    return given | {"verbs": ("split",) if "split" in verbs else ()}


def _drawn(template: str, seen: tuple[Any, ...], given: dict[str, Any]) -> SafeString:
    key = (template, *seen)
    with _alone:
        known = _kept.get(key)
        if known is not None:
            _kept.move_to_end(key)
            return known
    html = render_to_string(template, given)
    if len(html) <= LONGEST_KEPT:
        with _alone:
            _kept[key] = html
            if len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return html
