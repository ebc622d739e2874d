"""PostgreSQL and Redis for the length of one command, in a folder that disappears with it."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from helpdesk.embedded import postgres, redis_server
from helpdesk.embedded.children import MARKER
from helpdesk.embedded.places import Places

# Nobody will miss this data after a power cut, so it need not reach the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Run both servers and give the environment that points at them."""
    signal.signal(signal.SIGTERM, _exit)
    folder = Path(tempfile.mkdtemp(prefix="tuntas-"))
    places = Places(var=folder)
    running = []
    try:
        places.prepare()
        environment = os.environ | {MARKER: str(folder), "VAR_DIR": str(folder)}
        cluster = postgres.locate(places)
        postgres.initialise(cluster)
        database = cluster.recipe(places, environment, *CARELESS).start()
        running.append(database)
        queue = redis_server.recipe(places, environment).start()
        running.append(queue)
        postgres.wait_until_ready(cluster, database)
        redis_server.wait_until_ready(places, queue)
        yield environment | {"DATABASE_URL": cluster.url, "REDIS_URL": redis_server.url(places)}
    finally:
        for child in reversed(running):
            child.stop()
        postgres.forget(places)
        shutil.rmtree(places.run, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
