"""One process and one port: live updates on the event loop, everything else on a pool of WSGI threads.

Ordinary pages keep a database connection per thread (CONN_MAX_AGE); a live stream holds neither a thread nor a
connection while it waits, so hundreds of open pages cost only sockets.
"""

import os
from typing import Any, cast

# Publishing a task must never hold up a page for longer than this, in seconds; a worker may wait longer.
os.environ.setdefault("BROKER_SOCKET_TIMEOUT", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

django = get_wsgi_application()  # first: the models below need the settings

from helpdesk.live import Message, Receive, Send, live  # noqa: E402

WSGI_THREADS = int(os.environ.get("WEB_THREADS", "8"))
LIVE_PREFIX = "/live/"

pages = WSGIMiddleware(cast(Any, django), workers=WSGI_THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Route one ASGI connection by its path."""
    if scope["type"] == "http" and scope["path"].startswith(LIVE_PREFIX):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        await pages(cast(Any, scope), cast(Any, receive), cast(Any, send))
