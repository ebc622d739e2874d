from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn
from core.errors import NotVisible
from escalation.models import Rule


def rules(request: SignedIn) -> HttpResponse:
    """The rules in order."""
    if not request.user.hats.is_agent:
        raise NotVisible()
    return render(request, "desk/rules.html", {"rows": Rule.objects.none()})
