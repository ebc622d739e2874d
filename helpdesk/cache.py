"""A Redis cache that survives Redis: while it is away, this process keeps what it can for itself.

Nothing in the product may depend on the cache for its correctness. But the sign-in limits count in it, and a limit that
can neither be counted nor locked lets nobody in: so an outage leaves each process with its own count, and no more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5.0


def _tolerant(operation: str) -> Callable[..., Any]:
    """The operation on Redis, or on the process's own memory while Redis is away."""

    def run(self: TolerantRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return getattr(RedisCache, operation)(self, *args, **kwargs)
            except RedisError as error:
                # the next calls do not wait for a server that hangs
                self.away_until = time.monotonic() + QUIET_SECONDS
                logger.warning("Cache unavailable during %s: %s", operation, type(error).__name__)
        return getattr(self.own, operation)(*args, **kwargs)

    return run


class TolerantRedisCache(RedisCache):
    """Django's RedisCache with every connection failure answered from memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # by its name shared over the threads of a process
        self.own = LocMemCache("while-redis-is-away", {name: params[name] for name in params if name != "OPTIONS"})
        self.away_until = 0.0

    get = _tolerant("get")
    set = _tolerant("set")
    add = _tolerant("add")
    touch = _tolerant("touch")
    delete = _tolerant("delete")
    has_key = _tolerant("has_key")
    get_many = _tolerant("get_many")
    set_many = _tolerant("set_many")
    delete_many = _tolerant("delete_many")
    clear = _tolerant("clear")
    incr = _tolerant("incr")
