"""One Redis subscription for all open pages of a web process, and one heartbeat.

Each open page costs a queue and a coroutine that sleeps. With Redis gone the pages stay connected and are told to poll;
with it back they are told to look once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

from tickets.live import CHANNEL
from tickets.presence import GONE, Presence

logger = logging.getLogger(__name__)

BEAT_SECONDS = 20.0
SWEEP_SECONDS = 2.0
BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0)
# a page that does not read so many words in a row is told once to look again
MOST_WAITING = 50


@dataclass(eq=False, slots=True)
class Stream:
    """One open page.

    Attributes:
        reach: what it may hear of: {"ticket", "staff"} or {"teams", "user"}.
        me: the word said of its reader while the page is open (`presence.word`); None for requesters and queues.
        is_in_doubt: its ticket may have changed: whether it may be told anything is asked before the next word.
    """

    reach: dict[str, Any]
    user: int
    me: dict[str, Any] | None = None
    is_in_doubt: bool = False
    waiting: deque[str] = field(default_factory=deque)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, text: str) -> None:
        """Put one event before the page; a page that cannot keep up gets one "look again" for all of it."""
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            text = "event: changed\ndata: 0\n\n"
        self.waiting.append(text)
        self.ready.set()

    async def texts(self, seconds: float) -> AsyncIterator[str]:
        """What to send, as it comes, for so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            try:
                await asyncio.wait_for(self.ready.wait(), left)
            except TimeoutError:
                return
            self.ready.clear()
            while self.waiting:
                yield self.waiting.popleft()


def concerns(change: dict[str, Any], reach: dict[str, Any]) -> bool:
    """Whether a published change may be told on a stream. An internal step is no news to a requester."""
    if "ticket" in reach:
        return bool(change["ticket"] == reach["ticket"] and (reach["staff"] or change["public"]))
    mine = reach["user"] == change["assignee"] or (reach["user"] == change["requester"] and change["public"])
    return mine or bool(reach["teams"].intersection(change["teams"]))


def may_see(ticket: int, teams: set[int], reach: dict[str, Any]) -> bool:
    """Whether a stream may show who is on the ticket: staff on the ticket itself, queues of its team."""
    if "ticket" in reach:
        return bool(reach["ticket"] == ticket and reach["staff"])
    return bool(reach["teams"].intersection(teams))


def _teams(change: dict[str, Any]) -> list[int]:
    """The team the ticket is in, as `presence.word` has it."""
    return [change["team"]] if change["team"] else []


def _doubt(stream: Stream, change: dict[str, Any]) -> None:
    """Have a page asked about anew when its ticket has changed; one change of many tickets says only in which teams."""
    if stream.reach.get("ticket") == change["ticket"]:
        stream.is_in_doubt = True
        if stream.me and "team" in change:
            stream.me = {**stream.me, "teams": _teams(change)}
    elif stream.me and not change["ticket"]:
        stream.is_in_doubt |= not set(change["teams"]).isdisjoint(stream.me["teams"])


class Hub:
    """The streams of one event loop."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.presence = Presence()
        self._loops: list[asyncio.Task[None]] = []
        self._saying: set[asyncio.Task[None]] = set()
        self._client: redis.Redis | None = None
        self._is_connected = False

    def join(self, stream: Stream) -> None:
        """Begin to tell a stream what concerns it."""
        self.streams.add(stream)
        if not self._loops or any(task.done() for task in self._loops):
            for task in self._loops:
                task.cancel()
            self._loops = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]
        if self._is_connected:
            self._greet(stream)
            if stream.me:
                self._say_soon({"here": [stream.me]})

    def leave(self, stream: Stream) -> None:
        """The page was closed."""
        self.streams.discard(stream)
        if stream.me and not any(other.me == stream.me for other in self.streams):
            self._say_soon({"here": [{**stream.me, "mode": GONE}]})

    def hear(self, message: dict[str, Any]) -> None:
        """Pass one published message on to whom it concerns."""
        now = asyncio.get_running_loop().time()
        if message.get("who"):
            self._say_all()
        for person in message.get("here", ()):
            if self.presence.hear(person, now):
                self._show(person["ticket"], set(person["teams"]))
        if "team" in message:
            self.presence.moved(message["ticket"], _teams(message))
        if "verb" in message:
            for stream in self.streams:
                _doubt(stream, message)
                if concerns(message, stream.reach):
                    stream.tell(f"event: changed\ndata: {message['ticket']}\n\n")

    def _greet(self, stream: Stream) -> None:
        stream.tell("event: on\ndata: 0\n\n")  # what happened between drawing the page and listening
        for ticket in self.presence.tickets():
            if may_see(ticket, self.presence.teams(ticket), stream.reach):
                stream.tell(self._presence_event(ticket, stream))

    def _show(self, ticket: int, teams: set[int]) -> None:
        teams = teams | self.presence.teams(ticket)
        for stream in self.streams:
            if may_see(ticket, teams, stream.reach):
                stream.tell(self._presence_event(ticket, stream))

    def _presence_event(self, ticket: int, stream: Stream) -> str:
        now = asyncio.get_running_loop().time()
        who = self.presence.shown(ticket, without=stream.user, now=now)
        return f"event: presence\ndata: {json.dumps({'ticket': ticket, 'who': who})}\n\n"

    def _say_all(self) -> None:
        mine = {(row.me["ticket"], row.me["user"]): row.me for row in self.streams if row.me}
        if mine:
            self._say_soon({"here": list(mine.values())})

    def _say_soon(self, message: dict[str, Any]) -> None:
        task = asyncio.create_task(self._say(message))
        self._saying.add(task)  # a task nobody holds may be collected before it is done
        task.add_done_callback(self._saying.discard)

    async def _say(self, message: dict[str, Any]) -> None:
        if self._client is None:
            return
        try:
            await self._client.publish(CHANNEL, json.dumps(message))
        except RedisError as error:
            logger.info("presence is not told: %s", error)

    async def _listen(self) -> None:
        failures = 0
        while self.streams:
            try:
                await self._subscribed()
                failures = 0
            except RedisError as error:
                logger.warning("live updates pause: %s", error)
                self._tell_all("event: off\ndata: 0\n\n")
            finally:
                self._is_connected, self._client = False, None
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1

    async def _subscribed(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=BEAT_SECONDS + 10)
        try:
            async with client.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                self._client, self._is_connected = client, True
                self._tell_all("event: on\ndata: 0\n\n")
                await self._say({"who": True})
                while self.streams:
                    message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=BEAT_SECONDS)
                    if message is not None:
                        self.hear(json.loads(message["data"]))
        finally:
            await client.aclose()

    async def _beat(self) -> None:
        """Say who is still here, forget who is not, and keep quiet connections open."""
        ticks = 0
        while self.streams:
            await asyncio.sleep(SWEEP_SECONDS)
            ticks += 1
            for ticket in self.presence.forget(asyncio.get_running_loop().time()):
                self._show(ticket, self.presence.teams(ticket))
            if ticks % (BEAT_SECONDS // SWEEP_SECONDS) == 0:
                self._say_all()
                self._tell_all(": still here\n\n")

    def _tell_all(self, text: str) -> None:
        for stream in self.streams:
            stream.tell(text)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
