from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import NotVisible
from core.htmx import done, tell
from knowledgebase.commands import link_article, unlink_article
from knowledgebase.models import Article, ArticleFeedback, RootCauseNote
from knowledgebase.search import search
from tickets.models import Ticket
from tickets.views.panels import Panel
from tickets.views.workspace import at_desk, redrawn

SUGGESTIONS = 4
SIMILAR = 4
RESULTS = 20
PAGE_ARTICLES = 30


def article_list(request: SignedIn) -> HttpResponse:
    """Published articles, those in the reader's language first, narrowed by words or service."""
    wanted = request.GET.get("q", "").strip()
    if wanted:
        return render(request, "portal/articles.html", {"articles": search(request.user, wanted, RESULTS), "q": wanted})
    articles = Article.objects.visible_to(request.user).filter(state=Article.State.PUBLISHED).select_related("service")
    page = Paginator(articles.defer("body", "search").order_by("service__position", "title"), PAGE_ARTICLES)
    page_obj = page.get_page(request.GET.get("page"))
    return render(request, "portal/articles.html", {"articles": page_obj, "page_obj": page_obj})


def article(request: SignedIn, slug: str) -> HttpResponse:
    found = _article(request, slug)
    mine = ArticleFeedback.objects.filter(article=found, user=request.user).first()
    return render(request, "portal/article.html", {"article": found, "feedback": mine})


@require_POST
def article_feedback(request: SignedIn, slug: str) -> HttpResponse:
    """It helped, or it did not; a reader's later word replaces the earlier."""
    found = _article(request, slug)
    helped = request.POST.get("helped") == "yes"
    with transaction.atomic():
        ArticleFeedback.objects.update_or_create(article=found, user=request.user, defaults={"helped": helped})
        counts = found.feedback.aggregate(
            yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False))
        )
        Article.objects.filter(pk=found.pk).update(helped=counts["yes"], did_not_help=counts["no"])
    said = _("Good to hear. Nothing to report, then.") if helped else _("Thank you. You can report the problem now.")
    return done(request, f"/kb/{found.slug}/", message=said)


def suggestions(request: SignedIn) -> HttpResponse:
    """Fragment: articles that may answer what is being typed."""
    articles = search(request.user, request.GET.get("subject", ""), SUGGESTIONS)
    return render(request, "portal/_suggestions.html", {"articles": articles})


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Articles that are linked or fit, and root causes found before on the same service."""
    linked = list(
        Article.objects.visible_to(request.user)
        .filter(links__ticket=ticket)
        .defer("body", "search")
        .order_by("links__pk")
    )
    fitting = search(request.user, f"{ticket.subject} {ticket.description[:400]}", SUGGESTIONS + len(linked))
    notes = RootCauseNote.objects.filter(ticket__in=Ticket.objects.visible_to(request.user)).select_related(
        "ticket", "author"
    )
    same = notes.filter(Q(ticket=ticket) | Q(ticket__category_id=ticket.category_id, ticket__category__isnull=False))
    return {
        "linked": linked,
        "articles": [one for one in fitting if one not in linked][:SUGGESTIONS],
        "root_causes": list({note.text: note for note in same[: SIMILAR * 3]}.values())[:SIMILAR],
    }


LIKE = Panel("like", _lazy("Looks like"), "desk/_looks_like.html", _panel)


@require_POST
def desk_link_article(request: SignedIn, key: str, slug: str) -> HttpResponse:
    """Link an article to the ticket; also what undoes taking it away."""
    undo_url = reverse("unlink_article", args=[key, slug])
    return _linked(request, key, slug, link_article, _("Linked: %(title)s"), undo_url)


@require_POST
def desk_unlink_article(request: SignedIn, key: str, slug: str) -> HttpResponse:
    """Take a link away, with the way back."""
    undo_url = reverse("link_article", args=[key, slug])
    return _linked(request, key, slug, unlink_article, _("No longer linked: %(title)s"), undo_url)


def _linked(
    request: SignedIn, key: str, slug: str, command: Callable[..., Any], words: str, undo_url: str
) -> HttpResponse:
    ticket = at_desk(request, key)
    found = _article(request, slug)
    command(ticket, actor=request.user, article=found)
    said = words % {"title": found.title}
    if not request.htmx:
        messages.success(request, said, extra_tags=undo_url)
        return redirect(ticket.get_absolute_url())
    bar = {"text": said, "url": undo_url}
    return tell(redrawn(request, at_desk(request, key)), announce=said, undo=bar, ticket_changed=True)


def _article(request: SignedIn, slug: str) -> Article:
    found = Article.objects.visible_to(request.user).filter(slug=slug).select_related("service", "author").first()
    if found is None:
        raise NotVisible()
    return found
