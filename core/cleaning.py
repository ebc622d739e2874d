"""What arrives from outside, made safe to look at: plain numbers, texts without NUL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\x00"
LONGEST = 18


def whole_number(text: str) -> int | None:
    """A plain number somebody sent, small enough for a database key (18 digits); None for anything else.

    `str.isdigit` alone says yes to "²", which `int` refuses, and to numbers no column holds.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


class WithoutNul:
    """Middleware that takes NUL characters out of forms and addresses: no text column of PostgreSQL can hold or be
    compared with one, and nobody types it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Clean what the view will read; the form is parsed by now (the CSRF check reads it)."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _clean(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and request.content_type != "application/json":
            request.POST = _clean(request.POST)  # type: ignore[assignment]


def _clean(fields: QueryDict) -> QueryDict:
    if not any(NUL in name or any(NUL in value for value in values) for name, values in fields.lists()):
        return fields
    clean = QueryDict(mutable=True)
    for name, values in fields.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    clean._mutable = False
    return clean
