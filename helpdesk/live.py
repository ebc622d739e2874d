"""Server-sent events as a bare ASGI application: an open page costs a socket, a coroutine and a queue.

Who may listen is asked in a small pool of threads, each with one database connection, so that a thousand pages opened
at once (after a restart, say) wait in line instead of opening a thousand connections.
"""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections

from tickets.live_hub import Stream, hub
from tickets.views.stream import admit, reach_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# a stream ends by itself and the browser reconnects: rights are looked at anew, and nothing hangs for days
LONGEST_SECONDS = (800.0, 1000.0)
# after a restart the pages come back one by one, not all in the same moment
RETRY_MILLISECONDS = (2_000, 8_000)
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
doors = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live")


async def live(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one GET of /live/ for as long as the page is open."""
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    user, status, stream = await _in_a_thread(_admitted, scope)
    if stream is None:
        await _refuse(send, status)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _send(send, f"retry: {random.randint(*RETRY_MILLISECONDS)}\n\n")  # noqa: S311  spread, not secret
    talking = asyncio.create_task(_talk(stream, user, send))
    leaving = asyncio.create_task(_until_closed(receive))
    try:
        await asyncio.wait((talking, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        talking.cancel()
        leaving.cancel()
        await asyncio.gather(talking, leaving, return_exceptions=True)


async def _talk(stream: Stream, user: Any, send: Send) -> None:
    here = hub()
    here.join(stream)
    try:
        async for text in stream.texts(random.uniform(*LONGEST_SECONDS)):  # noqa: S311
            if "guest" in stream.reach and await _in_a_thread(_still, user, stream.reach) is False:
                break  # what this stream may speak of has changed: the browser asks again
            await _send(send, text)
    finally:
        here.leave(stream)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _in_a_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(doors, _with_connection, function, *arguments)


def _with_connection(function: Callable[..., Any], *arguments: Any) -> Any:
    """What Django does around a request: a connection that broke or grew old is not used again."""
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        close_old_connections()


def _admitted(scope: Message) -> tuple[Any, int, Stream | None]:
    """Who asks, by the same session cookie as every page, and what they may hear."""
    request = ASGIRequest(scope, io.BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        return None, 400, None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user: Any = get_user(request)
    return user, *admit(user, request.GET.get("ticket", ""))


def _still(user: Any, reach: dict[str, Any]) -> bool:
    return reach_of(user, reach["ticket"]) == reach
