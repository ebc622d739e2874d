"""Telling open pages that something changed: what, never the content. A page then fetches through its usual door."""

from __future__ import annotations

import json
import logging
import time
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

from accounts.models import User
from core.steady import changed
from tickets.models import Ticket, TicketEvent
from tickets.presence import word

logger = logging.getLogger(__name__)

CHANNEL = "tuntas:live"
TIMEOUT_SECONDS = 0.5
QUIET_SECONDS = 5.0
_gone_until = 0.0


def on_event(event: TicketEvent) -> None:
    """After commit, say which ticket moved in which queues. A change of many tickets speaks for all of them itself."""
    if event.data.get("quiet") or event.data.get("bulk"):
        return
    teams = {event.ticket.team_id, *(event.changes.get("team") or [])} - {None}
    message: dict[str, object] = {
        "ticket": event.ticket_id,
        "team": event.ticket.team_id,
        "teams": sorted(team for team in teams if team),
        "requester": event.ticket.requester_id,
        "assignee": event.ticket.assignee_id,
        "verb": event.verb,
        "public": event.is_public,
        "actor": event.actor_id,
    }
    transaction.on_commit(lambda: tell(message), robust=True)


def tell(message: dict[str, object]) -> None:
    """What pages count has changed; those that are open hear of it."""
    changed()
    publish(message)


def publish(message: dict[str, object]) -> None:
    """Publish one change. Redis gone means pages learn of it at their next poll; nobody waits for it."""
    global _gone_until
    if time.monotonic() < _gone_until:
        return
    try:
        _client().publish(CHANNEL, json.dumps(message))
    except redis.RedisError as error:
        _gone_until = time.monotonic() + QUIET_SECONDS
        logger.warning("live updates are not published: %s", error)


def writing(ticket: Ticket, user: User, mode: str) -> None:
    """Say that somebody is writing on a ticket; never what."""
    publish({"here": [word(user, ticket.pk, ticket.team_id, mode)]})


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
