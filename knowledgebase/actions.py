"""What rules can do with what is known: link an article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledgebase.commands import link_article
from knowledgebase.models import Article
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.models import Ticket

ARTICLE = "article"


class ArticleForm(ActionForm):
    article = forms.ModelChoiceField(
        label=gettext_lazy("Article"),
        queryset=Article.objects.published().defer("body", "search"),
        to_field_name="slug",
        empty_label=None,
    )

    def tree(self) -> dict[str, Any]:
        return {"article": self.cleaned_data["article"].slug}


class LinkArticle(Action):
    """Link a published article to the ticket, for whoever works on it."""

    name, label = "link_article", gettext_lazy("Link an article")
    icon = "book-open"
    form = ArticleForm
    verb = "link_article"
    lookups: ClassVar[Mapping[str, Callable[[set[Any]], Iterable[Any]]]] = {
        ARTICLE: lambda keys: Article.objects.published().filter(slug__in=keys).values_list("slug", flat=True)
    }

    def words(self, params: Params) -> str:
        title = Article.objects.filter(slug=params["article"]).values_list("title", flat=True).first()
        return _("link the article “%(title)s”") % {"title": title or params["article"]}

    def references(self, params: Params) -> Iterable[Reference]:
        yield ARTICLE, params["article"]

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        article = Article.objects.published().filter(slug=params["article"]).first()
        if article is None:
            raise ActionError("article", _("This article is not published any more."))
        link_article(ticket, actor=doing.actor, article=article, reason=doing.reason, at=doing.at)
