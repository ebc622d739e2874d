from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from core.time import database_now
from dashboards.figures import listing
from dashboards.page import page_of
from dashboards.scope import Scope
from tickets.queue import PAGE_ROWS, rows_for


@require_safe
def dashboard(request: SignedIn) -> HttpResponse:
    """The incident manager's view of a period. For overseers and team leads; it does not exist for others."""
    scope = Scope.read(request.user, request.GET.dict(), database_now())
    return render(request, "dashboards/dashboard.html", page_of(scope))


@require_safe
def dashboard_tickets(request: SignedIn) -> HttpResponse:
    """The tickets behind one figure: the same filters, the same count."""
    words = request.GET.dict()
    scope = Scope.read(request.user, words, database_now())
    found = listing(scope, words)
    tickets = found.tickets.order_by("next_due_at", "-pk").for_rows()
    page = Paginator(tickets, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = rows_for(list(page.object_list), request.user, scope.now)
    context = {"scope": scope, "listing": found, "page_obj": page, "rows": rows, "back_url": scope.page()}
    return render(request, "dashboards/tickets.html", context)
