"""What need not be read again: configuration for the length of a batch, and what every page counts until it changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.cache import cache
from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """Inside, functions marked `kept` answer the same arguments with what they answered first. Keep it short."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function that reads configuration. Outside `steady` it reads anew each time."""

    @wraps(function)
    def reader(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _kept.get()
        if answers is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = function(*args, **kwargs)
        answer: R = answers[key]
        return answer

    return reader


GENERATION = "generation"
# time moves too: what is late now was not ten seconds ago
REMEMBERED_SECONDS = 10


def remembered(key: str, make: Callable[[], R]) -> R:
    """What `make` gave a moment ago, if nothing has changed since (`changed`); shared by all processes.

    Inside a transaction nothing is remembered: what it sees may never come true for others.
    """
    if connection.in_atomic_block:
        return make()
    known = cache.get_many([GENERATION, key])
    generation = known.get(GENERATION)
    if generation is None:
        generation = changed()
    value = known.get(key)
    if value is not None and value[0] == generation:
        answer: R = value[1]
        return answer
    answer = make()
    cache.set(key, (generation, answer), REMEMBERED_SECONDS)
    return answer


def changed() -> str:
    """Forget all that is remembered: something that pages count has changed."""
    generation = secrets.token_hex(8)
    cache.set(GENERATION, generation, None)
    return generation
