from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn
from core.errors import NotVisible
from escalation.routing import active_rules, in_plain_words


def rules(request: SignedIn) -> HttpResponse:
    """The routing rules in order, each in words. Changing them is for operators."""
    if not request.user.hats.is_agent:
        raise NotVisible()
    rows = [{"rule": rule, "words": in_plain_words(rule)} for rule in active_rules()]
    return render(request, "desk/rules.html", {"rows": rows})
