"""The demo's articles, with what their readers said of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db.models import Count, Q

from accounts.models import Membership, User
from catalogue.models import Category, Service
from helpdesk.demo.shapes import Content
from knowledgebase.models import Article, ArticleFeedback

MOST_READERS = 38
OLDEST_DAYS = 500


def make_articles(content: Content, rng: Random, now: datetime) -> None:
    """Publish the articles, each written by the lead of a team that stands behind its service."""
    services = {service.slug: service for service in Service.objects.prefetch_related("support_teams")}
    categories = {category.slug: category for category in Category.objects.all()}
    leads = {row.team_id: row.user for row in Membership.objects.filter(role="lead").select_related("user")}
    articles = []
    for shape in content.articles:
        service = services[shape.service]
        authors = [leads[row.team_id] for row in service.support_teams.all() if row.team_id in leads]
        articles.append(
            Article(
                slug=shape.slug,
                title=shape.title,
                body=shape.body,
                keywords=shape.keywords,
                language=shape.language,
                state=Article.State.PUBLISHED,
                audience=shape.audience,
                service=service,
                category=categories.get(shape.category or ""),
                author=rng.choice(authors),
            )
        )
    Article.objects.bulk_create(articles)
    _date(articles, rng, now)
    _ask_readers(articles, rng)


def _date(articles: list[Article], rng: Random, now: datetime) -> None:
    """Articles are older than the run that writes them."""
    for article in articles:
        article.created_at = now - timedelta(days=rng.randrange(40, OLDEST_DAYS), minutes=rng.randrange(600))
        article.updated_at = article.created_at + (now - article.created_at) * rng.random()
        Article.objects.filter(pk=article.pk).update(created_at=article.created_at, updated_at=article.updated_at)


def _ask_readers(articles: list[Article], rng: Random) -> None:
    readers = list(User.objects.filter(is_automation=False, department__isnull=False).order_by("pk"))
    staff = list(User.objects.filter(memberships__isnull=False).distinct().order_by("pk"))
    words = []
    for article in articles:
        quality = rng.uniform(0.62, 0.96)
        able = staff if article.audience == Article.Audience.STAFF else readers
        for reader in rng.sample(able, min(rng.randrange(4, MOST_READERS), len(able))):
            words.append(ArticleFeedback(article=article, user=reader, helped=rng.random() < quality))
    ArticleFeedback.objects.bulk_create(words)
    counted = Article.objects.annotate(
        yes=Count("feedback", filter=Q(feedback__helped=True)), no=Count("feedback", filter=Q(feedback__helped=False))
    )
    for article in counted.filter(Q(yes__gt=0) | Q(no__gt=0)).only("pk"):
        Article.objects.filter(pk=article.pk).update(helped=article.yes, did_not_help=article.no)
