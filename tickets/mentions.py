"""Naming people and tickets while writing. A mention tells somebody; it never lets them see what they did not."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from accounts.models import User
from core.cleaning import whole_number
from tickets.models import Ticket

MOST_OFFERED = 8
MOST_LOOKED_AT = 40
MOST_MENTIONED = 20
# the part of an address before the @, as the picker writes it
HANDLE = re.compile(r"(?<![\w@./+-])@([a-z0-9][a-z0-9._-]{1,63})", re.IGNORECASE)


def handle_of(user: User) -> str:
    """What a mention of this person reads: "@bayu.pratama"."""
    return f"@{user.email.partition('@')[0]}"


def mentioned(text: str, ticket: Ticket, *, author: User) -> list[User]:
    """The colleagues a note names who see the ticket, without its author; whoever does not see it is not found."""
    names = {match[1].lower().rstrip(".-_") for match in HANDLE.finditer(text)}
    if not names:
        return []
    wanted = Q()
    for name in sorted(names)[:MOST_MENTIONED]:
        wanted |= Q(email__startswith=f"{name}@")
    return [user for user in _staff().filter(wanted).exclude(pk=author.pk) if ticket.staffed_by(user)]


def colleagues(typed: str, ticket: Ticket, *, asker: User) -> list[User]:
    """At most 8 colleagues who see the ticket and with a name or address that begins as typed."""
    words = typed.strip()[:60]
    fits = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
    found: list[User] = []
    for user in _staff().filter(fits).exclude(pk=asker.pk).order_by("name")[:MOST_LOOKED_AT]:
        if ticket.staffed_by(user):
            found.append(user)
        if len(found) == MOST_OFFERED:
            break
    return found


def tickets_like(typed: str, *, asker: User) -> list[Ticket]:
    """At most 8 tickets the asker sees as staff, by how the number begins or words of the subject; newest first."""
    words = typed.strip()[:60]
    digits = re.sub(r"^[a-z]{2,4}-", "", words, flags=re.IGNORECASE)
    seen = Ticket.objects.staffed_by(asker).order_by("-pk")
    if whole_number(digits) is not None:
        return list(seen.filter(pk__in=_numbers(digits))[:MOST_OFFERED])
    return list(seen.filter(subject__icontains=words)[:MOST_OFFERED]) if words else list(seen[:MOST_OFFERED])


def _numbers(digits: str) -> list[int]:
    """Numbers that begin as typed, as far as a list of tickets goes: the number itself and those one longer."""
    number = int(digits[:12])
    return [number, *range(number * 10, number * 10 + 10), *range(number * 100, number * 100 + 100)]


def _staff() -> QuerySet[User]:
    works = Q(memberships__isnull=False) | Q(is_manager=True)
    return User.objects.filter(works, is_active=True, is_automation=False).distinct()
