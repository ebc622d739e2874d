"""Tickets that people put aside, coming back: at their time, when the requester answers, when it gets worse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.time import database_now
from notifications.outbox import Channel, Letter, post
from tickets.choices import ENDED
from tickets.models import Snooze, Ticket, TicketEvent
from tickets.notify import plain_values

BATCH = 200
Why = Snooze.Why


def on_event(event: TicketEvent) -> None:
    """The requester's answer and a higher priority wake it early; an ended ticket is put aside by nobody."""
    if event.moved("status") and event.changes["status"][1] in ENDED:
        Snooze.objects.filter(ticket_id=event.ticket_id).delete()
        return
    why = _why(event)
    if why:
        asleep = Snooze.objects.filter(ticket_id=event.ticket_id, woken_at=None).exclude(user_id=event.actor_id)
        _wake(list(asleep.select_for_update().order_by("pk")), why, event.at, quiet=bool(event.data.get("quiet")))


def _why(event: TicketEvent) -> str:
    if event.verb in ("reply", "follow_up", "hear") and not event.data.get("by_staff"):
        return Why.ANSWER
    if event.moved("priority") and event.verb != "open":
        before, after = event.changes["priority"]
        # 1 is the highest
        return Why.PRIORITY if before and after < before else ""
    return ""


def wake_due(limit: int = BATCH) -> int:
    """Wake what was put aside until now; any number of sweeps may run at once.

    Returns:
        How many were woken; less than `limit` means nothing more is due.
    """
    with transaction.atomic():
        now = database_now()
        due = Snooze.objects.filter(woken_at=None, until__lte=now).order_by("until", "pk")
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        _wake(rows, Why.TIME, now)
        return len(rows)


def _wake(rows: Sequence[Snooze], why: str, at: datetime, *, quiet: bool = False) -> None:
    if not rows:
        return
    for row in rows:
        row.woken_at, row.woken_by = at, why
    Snooze.objects.bulk_update(rows, ["woken_at", "woken_by"])
    if not quiet:
        post([letter for row in rows if (letter := _letter(row))], at=at)


def _letter(row: Snooze) -> Letter | None:
    """Nothing for somebody who does not see the ticket any more."""
    ticket = Ticket.objects.staffed_by(row.user).select_related("requester").filter(pk=row.ticket_id).first()
    if ticket is None:
        return None
    context = {**plain_values(ticket), "why": row.woken_by, "note": row.note}
    key = f"snooze-{row.pk}-{int(row.created_at.timestamp())}"
    return Letter(recipient=row.user, template="snooze_over", key=key, context=context, channel=Channel.IN_APP)


def snoozes_of(user: User, now: datetime) -> tuple[list[Snooze], list[Snooze]]:
    """What has come back and was not seen yet, the newest first; and the live tickets this person put aside, the next
    to come back first. One query.
    """
    seen = Ticket.objects.staffed_by(user).live()
    rows = list(Snooze.objects.filter(user=user, ticket__in=seen).select_related("ticket"))
    back = sorted((row for row in rows if row.woken_at), key=lambda row: row.woken_at or now, reverse=True)
    aside = sorted((row for row in rows if not row.woken_at and row.until > now), key=lambda row: row.until)
    return back, aside
