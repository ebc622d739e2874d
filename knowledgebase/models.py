from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Category, Service
from tickets.models import Ticket

WEIGHTED = (
    SearchVector("title", weight="A", config="simple")
    + SearchVector("title", weight="A", config="english")
    + SearchVector("title", weight="A", config="indonesian")
    + SearchVector("keywords", weight="B", config="simple")
    + SearchVector("body", weight="C", config="english")
    + SearchVector("body", weight="C", config="indonesian")
)


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: User) -> ArticleQuerySet:
        """Published articles for requesters; those for staff too when one works on a team; all for overseers."""
        if user.hats.is_overseer:
            return self
        published = self.published()
        return published if user.hats.is_agent else published.filter(audience=Article.Audience.REQUESTERS)

    def published(self) -> ArticleQuerySet:
        """What its readers can read now."""
        return self.filter(state=Article.State.PUBLISHED)


class Article(models.Model):
    """Something known, written down for the people who need it. Nobody sees a new one until it is published to them."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    class Audience(models.TextChoices):
        STAFF = "staff", _("IT staff")
        REQUESTERS = "requesters", _("Everybody")

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    keywords = models.CharField(_("keywords"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices, default=Audience.STAFF)
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles")
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    helped = models.PositiveIntegerField(default=0)
    did_not_help = models.PositiveIntegerField(default=0)
    search = models.GeneratedField(expression=WEIGHTED, output_field=SearchVectorField(), db_persist=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("title",)
        indexes = (GinIndex(fields=("search",), name="article_search"),)

    def __str__(self) -> str:
        return self.title

    @property
    def helped_percent(self) -> int | None:
        """Share of readers it helped, in percent; None before anybody said."""
        answers = self.helped + self.did_not_help
        return round(100 * self.helped / answers) if answers else None

    @property
    def reading_minutes(self) -> int:
        """At 180 words a minute, at least one."""
        return max(1, round(len(self.body.split()) / 180))


class ArticleFeedback(models.Model):
    """One person's word on one article: it helped, or it did not. A second word replaces the first."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("article", "user"), name="one_word_per_reader"),)

    def __str__(self) -> str:
        return f"{self.article_id}: {self.helped}"


class RootCauseNote(models.Model):
    """Why a ticket happened, kept where the next one like it will be looked up."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="root_causes")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, related_name="root_causes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("root cause"))
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="a_root_cause_says_something"),)

    def __str__(self) -> str:
        return self.text[:80]


class ArticleLink(models.Model):
    """An article that somebody, or a rule, found to fit a ticket; for staff."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="article_links", db_index=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="links")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        # its index also finds the links of one ticket
        constraints = (models.UniqueConstraint(fields=("ticket", "article"), name="one_link_per_ticket_and_article"),)

    def __str__(self) -> str:
        return f"{self.article_id} on {self.ticket_id}"
