"""The search page and the palette; what they show comes from `tickets.search`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from core.cleaning import whole_number
from tickets.models import Ticket
from tickets.search import facets
from tickets.search.answer import PAGE_ROWS, Answer, at_least, search
from tickets.search.language import LONGEST_QUESTION
from tickets.search.palette import groups

MOST_RECENT = 8


@require_safe
def search_page(request: SignedIn) -> HttpResponse:
    """Results for `q`; a number alone leads straight to its ticket, unless `exact` says to search for it."""
    text = request.GET.get("q", "").strip()[: LONGEST_QUESTION + 1]
    as_typed = request.GET.get("exact") == "1"
    sort = "newest" if request.GET.get("sort") == "newest" else "best"
    page = whole_number(request.GET.get("page", "")) or 1
    answer = search(request.user, text, page=page, as_typed=as_typed, newest_first=sort == "newest")
    if answer.direct and not as_typed:
        return redirect(_address(request, answer.direct))
    is_agent = request.user.hats.is_agent
    context = {
        "base": "desk/base.html" if is_agent else "portal/base.html",
        "is_desk": is_agent,
        "q": text,
        "sort": sort,
        "answer": answer,
        "tabs": facets.tabs(answer),
        "facets": facets.facets(answer, request.user),
        "filters": facets.filters(answer.question),
        **_counted(answer),
    }
    return render(request, "search/desk.html" if is_agent else "search/portal.html", context)


def _counted(answer: Answer) -> dict[str, object]:
    first = (answer.page - 1) * PAGE_ROWS + 1
    return {
        "total": at_least(answer),
        "from_row": first,
        "to_row": first + len(answer.tickets) - 1,
        "previous": answer.page - 1 if answer.page > 1 else None,
        "next": answer.page + 1 if answer.page < answer.pages else None,
    }


@require_safe
def palette(request: SignedIn) -> HttpResponse:
    """The palette's list: a fragment for htmx; without scripts it is the search page."""
    text = request.GET.get("q", "")[: LONGEST_QUESTION + 1]
    if not request.htmx:
        return redirect(f"{reverse('search')}?{request.GET.urlencode()}")
    recent = request.GET.get("recent", "").split(",")[:MOST_RECENT]
    found, here = groups(request.user, text.strip(), key=request.GET.get("key", "")[:20], recent=recent)
    return render(request, "search/_palette_list.html", {"groups": found, "q": text, "here": here})


def _address(request: SignedIn, ticket: Ticket) -> str:
    return ticket.get_absolute_url() if ticket.staffed_by(request.user) else reverse("my_ticket", args=[ticket.key])
