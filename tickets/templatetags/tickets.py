from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from math import ceil
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.time import database_now
from tickets.drawn import drawn
from tickets.entries import Entry
from tickets.intake import answers
from tickets.linked import merged_for
from tickets.markup import to_html
from tickets.models import Ticket
from tickets.reasons import text_of
from tickets.rows import row

register = template.Library()


@register.simple_tag
def ticket_html(text: str) -> SafeString:
    """What somebody wrote, as safe HTML."""
    return to_html(text)


@register.simple_tag
def drawn_entry(entry: Entry, ticket: Ticket, verbs: Collection[str]) -> SafeString:
    """An entry of the timeline that reads the same for every colleague."""
    return drawn(entry, ticket, verbs)


@register.simple_tag
def seconds_until(moment: datetime) -> int:
    """Whole seconds until then by the database's clock, never below 0."""
    return max(0, ceil((moment - database_now()).total_seconds()))


@register.simple_tag
def random_key() -> str:
    """A fresh key for a form, so that sending it twice is doing it once."""
    return secrets.token_urlsafe(12)


@register.simple_tag
def reason(stored: object) -> str:
    """A stored reason in the reader's language."""
    return text_of(stored)


@register.simple_tag
def intake_answers(ticket: Ticket) -> list[tuple[str, str]]:
    """What was asked and answered when the ticket was opened, in the reader's words."""
    return answers(ticket.category_id, ticket.intake)


@register.simple_tag(takes_context=True)
def merged_away(context: Any, ticket: Ticket) -> dict[str, Any] | None:
    """Where a merged ticket went, as far as the reader may know: {target}; None for a ticket that was not merged."""
    return merged_for(context["request"].user, ticket)


@register.simple_tag
def queue_row(ticket: Any, time_left: Any, **more: Any) -> SafeString:
    """One ticket as a row of a list; `more` as `tickets.rows.row` takes it."""
    return row(ticket, time_left, **{name: value for name, value in more.items() if value not in ("", None)})
