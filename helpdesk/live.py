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
from tickets.views.stream import admit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# a stream ends by itself and the browser reconnects: rights are looked at anew, and nothing hangs for days
LONGEST_SECONDS = (800.0, 1000.0)
# in between, who has lost a right goes on hearing for so long at most; spread, so that pages do not ask all at once
ASK_AGAIN_SECONDS = (100.0, 160.0)
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
    status, stream = await _in_a_thread(_admitted, scope)
    if stream is None:
        await _refuse(send, status)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _send(send, f"retry: {random.randint(*RETRY_MILLISECONDS)}\n\n")  # noqa: S311  spread, not secret
    talking = asyncio.create_task(_talk(scope, stream, send))
    leaving = asyncio.create_task(_until_closed(receive))
    try:
        await asyncio.wait((talking, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        talking.cancel()
        leaving.cancel()
        await asyncio.gather(talking, leaving, return_exceptions=True)


async def _talk(scope: Message, stream: Stream, send: Send) -> None:
    here = hub()
    here.join(stream)
    try:
        await _tell(scope, stream, send)
    finally:
        here.leave(stream)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell(scope: Message, stream: Stream, send: Send) -> None:
    """Until the stream's time is over, or what it may speak of is not what it was: then the browser asks again."""
    loop = asyncio.get_running_loop()
    end = loop.time() + random.uniform(*LONGEST_SECONDS)  # noqa: S311
    while (left := end - loop.time()) > 0:
        async for text in stream.texts(min(left, random.uniform(*ASK_AGAIN_SECONDS))):  # noqa: S311
            if stream.is_in_doubt and not await _may_go_on(scope, stream):
                return
            await _send(send, text)
        if not await _may_go_on(scope, stream):
            return


async def _may_go_on(scope: Message, stream: Stream) -> bool:
    stream.is_in_doubt = False  # what changes while the answer is on its way brings the doubt back
    return bool(await _in_a_thread(still_admitted, scope, stream))


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


def _admitted(scope: Message) -> tuple[int, Stream | None]:
    """By the same session cookie as every page: whether whoever asks is let in, and what they may hear."""
    request = ASGIRequest(scope, io.BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        return 400, None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user: Any = get_user(request)
    return admit(user, request.GET.get("ticket", ""))


def still_admitted(scope: Message, stream: Stream) -> bool:
    """Whether the same request would open the same stream now; what is said of its reader is brought up to date.

    A session that has ended, an account that was switched off, another team or role, and a ticket that went elsewhere
    each end a stream.

    Args:
        scope: of the request that opened the stream; stream: what it was given.
    """
    _status, now = _admitted(scope)
    if now is None or (now.user, now.reach) != (stream.user, stream.reach):
        return False
    stream.me = now.me
    return True
