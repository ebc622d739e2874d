"""Keeping what was typed into a form when the session had ended: it waits for the same browser to sign in again."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

SESSION_KEY = "typed"
MOST_CHARACTERS = 150_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password", "dedupe_key", "submission_key"})
WITHOUT_PAGES = "/api/"


class KeepTyped:
    """Middleware: a form sent without a session is kept for after signing in, instead of being dropped with a redirect.

    It stands behind the CSRF check, so only a form this site drew gets here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # signing in leads back to the address the form was sent to; where that only takes forms, its page is one up
        lost = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET"
        if lost and request.user.is_authenticated and not request.path.startswith(WITHOUT_PAGES):
            return redirect(_page_above(request.path))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Stash the texts before the login check redirects."""
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "login_required", True):
            return
        fields = {name: text for name, text in request.POST.items() if name not in NEVER_KEPT}
        if fields and sum(len(str(text)) for text in fields.values()) <= MOST_CHARACTERS:
            several = {name: texts for name, texts in request.POST.lists() if name in fields and len(texts) > 1}
            request.session[SESSION_KEY] = {"path": request.path, "fields": fields, "several": several}


def stashed(request: HttpRequest) -> dict[str, str]:
    """The texts that wait for this page, once. What was typed elsewhere, say into a note, never shows up here."""
    kept = request.session.get(SESSION_KEY, {})
    if request.path not in (kept.get("path"), _page_above(kept.get("path", ""))):
        return {}
    fields: dict[str, str] = request.session.pop(SESSION_KEY)["fields"]
    return fields


def stashed_form(request: HttpRequest) -> QueryDict | None:
    """The whole form that waits for this page, once, with every box that was ticked; None when nothing waits.

    Its "version" is the one that was seen when it was opened: a page that refuses stale ones sends it on, so that what
    somebody saved meanwhile is not overwritten unseen.
    """
    several = request.session.get(SESSION_KEY, {}).get("several", {})
    fields = stashed(request)
    if not fields:
        return None
    form = QueryDict(mutable=True)
    for name, text in fields.items():
        form.setlist(name, several.get(name, [text]))
    return form


def _page_above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"
