from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import SignedIn
from accounts.single_keys import ACTIONS, USUAL, choose_keys, keymap, shown
from accounts.views.preferences import YEAR_SECONDS
from core.errors import Invalid, NotVisible
from core.htmx import UNPROCESSABLE

FIELD = "key:"


def single_keys(request: SignedIn) -> HttpResponse:
    """Which key does what, for people at the desk; the switch for all of them is kept in this browser."""
    if not request.user.hats.is_agent:
        raise NotVisible()
    kept = keymap(request.user)
    if request.method != "POST":
        return _page(request, kept, {})
    sent = request.POST
    if "switch" in sent:
        response = redirect("single_keys")
        state = "off" if sent["switch"] == "off" else "on"
        response.set_cookie("keys", state, max_age=YEAR_SECONDS, samesite="Lax")
        return response
    typed = {usual: sent.get(FIELD + usual, kept.get(usual, usual)) for usual in USUAL}
    if "reset" in sent:
        typed = {} if sent["reset"] == "all" else {**typed, sent["reset"]: ""}
    try:
        choose_keys(request.user, typed)
    except Invalid as error:
        return _page(request, typed, error.fields, status=UNPROCESSABLE)
    messages.success(request, _("Saved"))
    return redirect("single_keys")


def _page(request: SignedIn, typed: dict[str, str], errors: dict[str, list[str]], *, status: int = 200) -> HttpResponse:
    places: dict[str, list[dict[str, Any]]] = {}
    for number, action in enumerate(ACTIONS):
        row = {
            "id": f"key-{number}",
            "name": FIELD + action.key,
            "usual": action.key,
            "usual_shown": shown(action.key),
            "label": action.label,
            "value": shown(typed.get(action.key) or action.key),
            "is_other": (typed.get(action.key) or action.key) != action.key,
            "errors": errors.get(action.key, []),
        }
        places.setdefault(str(action.place), []).append(row)
    wrong = {row["id"]: row["errors"] for rows in places.values() for row in rows if row["errors"]}
    is_off = request.COOKIES.get("keys") == "off"
    context = {"places": places.items(), "errors": wrong, "is_off": is_off}
    return render(request, "account/single_keys.html", context, status=status)
