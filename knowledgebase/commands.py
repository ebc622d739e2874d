"""Linking articles to tickets: what was known helps with this one."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from knowledgebase.models import Article, ArticleLink
from tickets.commands import change, held
from tickets.models import Ticket
from tickets.reasons import Reason, stored


def link_article(
    ticket: Ticket, *, actor: User, article: Article, reason: Reason = "", at: datetime | None = None
) -> ArticleLink:
    """Link a published article to a ticket, for staff. Nothing happens where it is linked already.

    Args:
        reason: why, for the history; rules give their name.

    Raises:
        Invalid: the article is not published.  NotAllowed: as `change`.
    """
    if article.state != Article.State.PUBLISHED:
        raise Invalid(_("“%(title)s” is not published.") % {"title": article.title})
    with held(ticket) as current:
        found = ArticleLink.objects.filter(ticket=current, article=article).first()
        if found is not None:
            return found
        with change(ticket, "link_article", actor=actor, at=at) as step:
            link = ArticleLink.objects.create(ticket=step.ticket, article=article, linked_by=actor, at=step.at)
            step.data.update(article=article.slug, about=article.title)
            if reason:
                step.data["reason"] = stored(reason)
    return link


def unlink_article(ticket: Ticket, *, actor: User, article: Article, at: datetime | None = None) -> Ticket:
    """Take the link to an article away. Nothing happens where there is none.

    Raises:
        NotAllowed: as `change`.
    """
    with held(ticket) as current:
        links = ArticleLink.objects.filter(ticket=current, article=article)
        if links.exists():
            with change(ticket, "unlink_article", actor=actor, at=at) as step:
                links.delete()
                step.data.update(article=article.slug, about=article.title)
    return ticket
