"""What is common to the desk's pages, and the agent's updates."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import NotVisible
from core.steady import changed
from core.time import database_now
from notifications.models import OutboxMessage

PAGE_UPDATES = 50


def updates(request: SignedIn) -> HttpResponse:
    """What this agent was told in the product."""
    agents_only(request)
    found = OutboxMessage.objects.filter(recipient=request.user, channel="in_app")
    page = Paginator(found, PAGE_UPDATES).get_page(request.GET.get("page"))
    return render(request, "desk/updates.html", {"page_obj": page})


@require_POST
def updates_read(request: SignedIn) -> HttpResponse:
    """Everything has been seen."""
    found = OutboxMessage.objects.filter(recipient=request.user, channel="in_app", read_at__isnull=True)
    found.update(read_at=database_now())
    changed()
    return redirect("updates")


def agents_only(request: SignedIn) -> None:
    """The desk does not exist for those who do not work there."""
    if not request.user.hats.is_agent:
        raise NotVisible()
