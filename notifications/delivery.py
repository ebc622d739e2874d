"""Claiming due rows and sending them. A crash ends the lease and the next sweep tries again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.db import transaction
from django.db.models import F, Q

from core.time import database_now
from notifications.models import OutboxMessage
from notifications.transports import email, webhook

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
BATCH = 50
MAX_ATTEMPTS = 12
FIRST_RETRY_SECONDS = 15
LONGEST_RETRY_SECONDS = 4 * 3600
PERMANENT_FAILURE = 500


def deliver_due(limit: int = BATCH) -> int:
    """Send what is due, at most `limit` messages. Safe to run in any number of workers at once.

    Returns:
        How many messages were claimed; 0 means the outbox is empty.
    """
    claimed = claim(limit)
    for message in claimed:
        if _still_ours(message):
            _attempt(message)
    return len(claimed)


@transaction.atomic
def claim(limit: int) -> list[OutboxMessage]:
    """Take a lease on due rows that no other worker holds."""
    now = database_now()
    rows = list(
        OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient")
        .filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
        .filter(sent_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )
    until = now + timedelta(seconds=LEASE_SECONDS)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
        claimed_until=until, attempts=F("attempts") + 1
    )
    for row in rows:
        row.attempts += 1
        row.claimed_until = until
    return rows


def _still_ours(message: OutboxMessage) -> bool:
    """Renew the lease just before sending: a slow server may have used it up on the messages before this one, and
    then another worker has the row.
    """
    until = database_now() + timedelta(seconds=LEASE_SECONDS)
    ours = OutboxMessage.objects.filter(pk=message.pk, claimed_until=message.claimed_until, sent_at__isnull=True)
    return bool(ours.update(claimed_until=until))


def _attempt(message: OutboxMessage) -> None:
    if message.recipient is not None and not message.recipient.is_active:
        _failed(message, "the recipient has left", permanent=True)
        return
    try:
        transport = webhook if message.channel == OutboxMessage.Channel.WEBHOOK else email
        transport.send(message)
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        _failed(message, str(error), permanent=bool(codes) and min(codes) >= PERMANENT_FAILURE)
    except webhook.Refused as error:
        _failed(message, str(error), permanent=True)
    except (SMTPException, OSError) as error:
        _failed(message, str(error), permanent=False)
    except Exception as error:
        # a message that cannot be rendered must not hold up the others, nor be tried for ever
        logger.exception("message %s cannot be sent", message.pk)
        _failed(message, repr(error), permanent=message.attempts >= 3)
    else:
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=database_now(), claimed_until=None, last_error="")


def _failed(message: OutboxMessage, error: str, *, permanent: bool) -> None:
    now = database_now()
    given_up = permanent or message.attempts >= MAX_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk).update(
        claimed_until=None,
        due_at=retry_at(now, message.attempts),
        failed_at=now if given_up else None,
        last_error=error[:500],
    )


def retry_at(now: datetime, attempts: int) -> datetime:
    """Exponential back-off: 15 s, 30 s, 1 min … capped at four hours."""
    return now + timedelta(seconds=min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), LONGEST_RETRY_SECONDS))
