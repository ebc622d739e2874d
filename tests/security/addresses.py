"""Every address of the product, read from the URLconf, so that a new one is tested on the day it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

ADMIN = "admin/"
API = "api/v1/"
SAMPLES = {"pk": "1", "slug": "nothing-here", "key": "INC-10001"}


@dataclass(frozen=True)
class Address:
    """One route: its text with placeholders, the names of these, and the view behind it."""

    route: str
    view: Any
    names: tuple[str, ...]

    def path(self, **values: str) -> str:
        """The path with its placeholders filled: `values` first, then harmless samples."""
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], SAMPLES.get(found[1], "1")), self.route)
        return "/" + filled

    def __str__(self) -> str:
        return self.route or "/"


def addresses() -> Iterator[Address]:
    """All routes but those of the operators' site, which Django's own tests cover."""
    yield from (address for address in _walk(get_resolver().url_patterns, "") if not address.route.startswith(ADMIN))


def pages() -> list[Address]:
    """The addresses a browser opens."""
    return [address for address in addresses() if not address.route.startswith(API)]


def of_a_ticket() -> list[Address]:
    """Everything, page or API, that belongs to one ticket."""
    return [address for address in addresses() if "key" in address.names]


def _walk(patterns: list[Any], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + _text(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield Address(route, pattern.callback, tuple(re.findall(r"<(?:\w+:)?(\w+)>", route)))


def _text(pattern: Any) -> str:
    if isinstance(pattern.pattern, RoutePattern):
        return str(pattern.pattern)
    # the API router still writes regular expressions
    expression = str(pattern.pattern).replace(r"\.", ".")
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", expression).strip("^$").removesuffix(r"\Z")
