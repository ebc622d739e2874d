"""No page escapes the browser: each is looked at by some role, or it says why not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import Resolver404, URLPattern, get_resolver, resolve
from django.urls.resolvers import URLResolver

from tests.journeys.pages import DIALOGS, MISSING, NOT_LOOKED_AT, PAGES

OTHER_DOORS = ("admin/", "api/v1/", "floor/")
SAMPLES = {"own": "INC-1", "other": "INC-2", "merged": "INC-3", "article": "/kb/vpn/"}


def _pages(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if not isinstance(one, URLResolver):
            yield one
        elif str(one.pattern) not in OTHER_DOORS:
            yield from _pages(one)


def _only_takes_posts(view: Callable[..., Any]) -> bool:
    """Whether `require_POST` is somewhere around the view."""
    around: Any = view
    while inspect.isfunction(around):
        if inspect.getclosurevars(around).nonlocals.get("request_method_list") == ["POST"]:
            return True
        around = getattr(around, "__wrapped__", None)
    return False


def _looked_at() -> set[str]:
    names = set()
    for address in {one for pages in (*PAGES.values(), *DIALOGS.values()) for one in pages} - {MISSING, "/mail/"}:
        named = re.sub(r"\{(\w+)\}", lambda found: SAMPLES.get(found[1], "1"), address)
        try:
            names.add(str(resolve(named.split("?")[0]).url_name))
        except Resolver404:
            raise AssertionError(f"{address} is the address of no page") from None
    return names


def test_every_page_is_looked_at_in_the_browser_or_says_why_not() -> None:
    pages = {str(page.name) for page in _pages(get_resolver()) if not _only_takes_posts(page.callback)}
    pages -= {"set_language", "caught_mail"}
    assert pages - _looked_at() - NOT_LOOKED_AT.keys() == set(), "add them to tests/journeys/pages.py"


def test_no_exception_outlives_its_page() -> None:
    names = {str(page.name) for page in _pages(get_resolver())} | {"styleguide"}
    assert NOT_LOOKED_AT.keys() - names == set()
    assert NOT_LOOKED_AT.keys() & _looked_at() == set()
