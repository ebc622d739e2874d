"""Answers to a form that was sent: by htmx as a fragment, by a plain browser as a page. Domain errors in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotVisible

UNPROCESSABLE = 422
WRITTEN = frozenset({"body", "reason", "resolution", "comment"})  # shown again however short


class DomainErrors:
    """Middleware that turns a domain error no view caught into the answer a person can use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """404 for what is invisible, 403, 409 and 422 with words; anything else goes on to the 500 page."""
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, NotVisible):
            return render(request, "404.html", status=404)
        if isinstance(error, NotAllowed):
            return refusal(request, error, 403)
        return refusal(request, error, 409 if isinstance(error, Conflict) else UNPROCESSABLE)


def refusal(request: HttpRequest, error: DomainError, status: int) -> HttpResponse:
    """The error as a fragment for htmx, as a page of its own otherwise; what was typed is shown again."""
    context: dict[str, Any] = {"errors": error.message, "error": error, "typed": _typed(request)}
    if isinstance(error, Invalid) and error.fields:
        context["errors"] = error.fields
    if isinstance(error, Conflict):
        context["changes"] = [{"who": event.actor, "what": event.words, "at": event.at} for event in error.events]
        context["ticket"] = error.events[-1].ticket if error.events else None
    if request.headers.get("HX-Request"):
        template = "components/_conflict.html" if status == 409 else "components/_error_summary.html"
        return render(request, template, context, status=status)
    return render(request, "refused.html", context, status=status)


def done(request: HttpRequest, to: str, *, message: str = "", undo: dict[str, Any] | None = None) -> HttpResponse:
    """After a successful command: go to `to`, saying what happened."""
    if message:
        messages.success(request, message)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = to
        if undo:
            response["HX-Trigger"] = json.dumps({"undo": undo})
        return response
    return redirect(to)


def local_path(wanted: str, otherwise: str) -> str:
    """`wanted` when it is a path on this site, else `otherwise`: a form field sends nobody elsewhere."""
    ours = wanted.startswith("/") and wanted.isprintable() and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if ours else otherwise


def tell(response: HttpResponse, **events: Any) -> HttpResponse:
    """Send events along with a fragment, for instance announce="Saved"."""
    response["HX-Trigger"] = json.dumps({name.replace("_", "-"): value for name, value in events.items()})
    return response


def _typed(request: HttpRequest) -> list[str]:
    """The longer texts of the refused form, so that nothing typed is lost even without scripts."""
    hidden = ("csrfmiddlewaretoken", "version", "dedupe_key", "submission_key", "password")
    return [
        text
        for name, text in request.POST.items()
        if name not in hidden and isinstance(text, str) and (" " in text or (name in WRITTEN and text))
    ]
