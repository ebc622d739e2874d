"""Writing to the outbox: a row in the caller's transaction, and a nudge to the worker once that has committed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from notifications.kick import kick
from notifications.models import OutboxMessage
from notifications.transports.webhook import checked_url

Channel = OutboxMessage.Channel


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell one person. `template` is a folder under templates/mail; `key` is unique per fact told."""

    recipient: User
    template: str
    key: str
    context: dict[str, Any] = field(default_factory=dict)
    channel: str = Channel.EMAIL


def post(letters: Sequence[Letter], *, at: datetime) -> int:
    """Write the letters' rows; a letter whose key is already there is left alone.

    Args:
        letters: what to tell whom.
        at: when they are due; also their creation time.

    Returns:
        How many letters were handed in.
    """
    rows = [_row(letter, at) for letter in letters if _arrives(letter)]
    if not rows:
        return 0
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(lambda: kick("notifications.tasks.deliver"), robust=True)
    return len(rows)


def call(url: str, payload: dict[str, Any], key: str, at: datetime) -> None:
    """Write the row of a webhook: `payload` is posted to `url` as JSON, signed, until the receiver takes it.

    Args:
        url: where to; https, or http where WEBHOOK_ALLOW_HTTP says so.
        payload: plain JSON values.
        key: unique per fact told, at most 80 characters; the same fact is told to one URL once.
        at: when it is due; also its creation time.

    Raises:
        Invalid: on `url`, when it cannot be called.
    """
    target = checked_url(url)
    row = OutboxMessage(
        channel=Channel.WEBHOOK,
        address=target,
        template="webhook",
        context=payload,
        dedupe_key=f"{key}:webhook:{hashlib.sha256(target.encode()).hexdigest()[:24]}",
        created_at=at,
        due_at=at,
    )
    OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(lambda: kick("notifications.tasks.deliver"), robust=True)


def _arrives(letter: Letter) -> bool:
    to = letter.recipient
    return to.is_active and not to.is_automation and (to.has_mailbox or letter.channel == Channel.IN_APP)


def _row(letter: Letter, at: datetime) -> OutboxMessage:
    in_app = letter.channel == Channel.IN_APP
    return OutboxMessage(
        channel=letter.channel,
        recipient=letter.recipient,
        address="" if in_app else letter.recipient.email,
        language=letter.recipient.language,
        template=letter.template,
        context=letter.context,
        dedupe_key=f"{letter.key}:{letter.recipient.pk}:{letter.channel}",
        created_at=at,
        due_at=at,
        # an in-app message is delivered by being there
        sent_at=at if in_app else None,
    )
