"""One process and one port: live updates on async Django, everything else on a pool of WSGI threads.

Ordinary pages keep a database connection per thread (CONN_MAX_AGE); a live stream holds neither a thread nor a
connection while it waits, so hundreds of open pages cost only sockets.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

# Publishing a task must never hold up a page for longer than this, in seconds; a worker may wait longer.
os.environ.setdefault("BROKER_SOCKET_TIMEOUT", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

WSGI_THREADS = int(os.environ.get("WEB_THREADS", "8"))
LIVE_PREFIX = "/live/"

live = get_asgi_application()
pages = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=WSGI_THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Route one ASGI connection by its path."""
    if scope["type"] == "http" and scope["path"].startswith(LIVE_PREFIX):
        await live(cast(Any, scope), cast(Any, receive), cast(Any, send))
    elif scope["type"] == "http":
        await pages(cast(Any, scope), cast(Any, receive), cast(Any, send))
