"""Server-sent events: an open page hears that something changed, never what it says."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import redis.asyncio as redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from redis.exceptions import RedisError

from core.cleaning import whole_number
from tickets.live import CHANNEL
from tickets.models import Ticket
from tickets.policies import sees_by_team

logger = logging.getLogger(__name__)

PING_SECONDS = 20
# a stream ends by itself and the browser reconnects: rights are looked at anew, and nothing hangs for days
LONGEST_SECONDS = 900
RETRY_MILLISECONDS = 4000


@login_not_required  # checked below: a stream answers 401 instead of redirecting to a page
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Changes in the queues this person may see, or on the one ticket named by ?ticket=."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    wanted = request.GET.get("ticket", "")
    # a number no ticket has is a ticket nobody sees
    reach = await sync_to_async(_reach)(user, (whole_number(wanted) or 0) if wanted else None)
    if reach is None:
        return HttpResponse(status=404)
    response = StreamingHttpResponse(_changes(reach, user), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


def _reach(user: Any, ticket_id: int | None) -> dict[str, Any] | None:
    """What this stream may speak of; None where that is nothing."""
    if ticket_id is not None:
        ticket = Ticket.objects.visible_to(user).filter(pk=ticket_id).first()
        return _reach_of_ticket(user, ticket) if ticket else None
    if not user.hats.is_agent:
        return None
    return {"teams": {team.pk for team in user.hats.visible_teams}, "user": user.pk}


def _reach_of_ticket(user: Any, ticket: Ticket) -> dict[str, Any]:
    """A guest sees the ticket only as long as an invitation is open, so each change is asked about anew."""
    is_guest = ticket.asks_to_help(user) and not sees_by_team(user, ticket)
    return {"ticket": ticket.pk, "staff": ticket.staffed_by(user)} | ({"guest": True} if is_guest else {})


def concerns(change: dict[str, Any], reach: dict[str, Any]) -> bool:
    """Whether a published change may be told on this stream. An internal step is no news to a requester."""
    if "ticket" in reach:
        return bool(change["ticket"] == reach["ticket"] and (reach["staff"] or change["public"]))
    mine = reach["user"] == change["assignee"] or (reach["user"] == change["requester"] and change["public"])
    return mine or bool(reach["teams"].intersection(change["teams"]))


async def _changes(reach: dict[str, Any], user: Any) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PING_SECONDS + 10)
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST_SECONDS
    try:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            while loop.time() < end:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=PING_SECONDS)
                if message is None:
                    yield ": still here\n\n"
                    continue
                change = json.loads(message["data"])
                if not concerns(change, reach):
                    continue
                if reach.get("guest") and await sync_to_async(_reach)(user, reach["ticket"]) != reach:
                    return  # what this stream may speak of has changed: the browser asks again
                yield f"event: changed\ndata: {change['ticket']}\n\n"
    except RedisError as error:
        # the browser reconnects after `retry`, and polls meanwhile
        logger.info("a live stream ended: %s", error)
    finally:
        await client.aclose()
