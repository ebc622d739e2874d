"""Uploads that nothing was sent with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tickets.models import Attachment, Departure, Draft

NAMED_IN = ("attachments", "came_back")


def remove_unsent(before: datetime, limit: int) -> int:
    """Remove up to `limit` uploads from before an instant that are on no ticket, and that no draft and no reply under
    way names.

    Returns:
        How many were removed.
    """
    old = Attachment.objects.filter(ticket__isnull=True, created_at__lt=before).exclude(pk__in=_spoken_for())
    return sum(_remove(pk) for pk in list(old.order_by("pk").values_list("pk", flat=True)[:limit]))


def _spoken_for() -> set[int]:
    named = [number for numbers in Departure.objects.values_list("attachments", flat=True) for number in numbers]
    for draft in Draft.objects.filter(mode=Draft.Mode.REPLY, data__has_any_keys=NAMED_IN):
        named += draft.data.get("attachments", [])
        named += [number for came in draft.came_back for number in came["attachments"]]
    return set(named)


def _remove(pk: int) -> bool:
    """Remove one, unless a reply took it since it was listed. The row goes first, so no row ever lacks its file."""
    with transaction.atomic():
        free = Attachment.objects.select_for_update(skip_locked=True).filter(pk=pk, ticket__isnull=True)
        attachment = free.first()
        if attachment is None:
            return False
        attachment.delete()
    attachment.file.delete(save=False)
    return True
