"""A Redis cache that survives Redis: what cannot be read is a miss, what cannot be written is forgotten.

Nothing in the product may depend on the cache for its correctness, so an outage must cost speed and no more.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class TolerantRedisCache(RedisCache):
    """Django's RedisCache with every connection failure turned into a miss."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            return self._lost("get", error, default)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError as error:
            self._lost("set", error, None)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Answer False when Redis is away: nobody may believe to hold what nothing keeps."""
        try:
            return bool(super().add(key, value, *args, **kwargs))
        except RedisError as error:
            return bool(self._lost("add", error, False))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Answer the increment itself when Redis is away, as for a counter that has just begun."""
        try:
            return super().incr(key, delta, version)
        except RedisError as error:
            return int(self._lost("incr", error, delta))

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().touch(key, *args, **kwargs))
        except RedisError as error:
            return bool(self._lost("touch", error, False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().delete(key, version))
        except RedisError as error:
            return bool(self._lost("delete", error, False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().has_key(key, version))
        except RedisError as error:
            return bool(self._lost("has_key", error, False))

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        try:
            return dict(super().get_many(keys, version))
        except RedisError as error:
            return dict(self._lost("get_many", error, {}))

    def set_many(self, data: Mapping[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        try:
            return list(super().set_many(dict(data), *args, **kwargs))
        except RedisError as error:
            return list(self._lost("set_many", error, list(data)))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        try:
            super().delete_many(keys, version)
        except RedisError as error:
            self._lost("delete_many", error, None)

    def clear(self) -> None:
        try:
            super().clear()
        except RedisError as error:
            self._lost("clear", error, None)

    def _lost(self, operation: str, error: RedisError, answer: Any) -> Any:
        logger.warning("Cache unavailable during %s: %s", operation, type(error).__name__)
        return answer
