"""Articles linked to tickets, by people and by rules."""

import pytest
from django.test import Client
from django.utils import translation

from core.errors import Invalid, NotAllowed
from escalation.models import RuleRun
from escalation.rules.stored import check_stored
from knowledgebase.commands import link_article, unlink_article
from knowledgebase.models import Article, ArticleLink
from tests.escalation.rules import SAYS_VPN, rule
from tickets.automation import ActionError, actions

pytestmark = pytest.mark.django_db
STEP = {"do": "link_article", "article": "vpn"}


@pytest.fixture
def article(agent1):
    return Article.objects.create(slug="vpn", title="Restart the VPN", body="How.", state="published", author=agent1)


@pytest.fixture
def ticket(opened, world):
    return opened(subject="Nothing alike", description="Nothing.", into=world.desk)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def panel(user, ticket):
    return browser(user).get(f"/desk/t/{ticket.key}/side/like/").content.decode()


def test_an_article_is_linked_once_and_taken_away(ticket, article, agent1):
    link = link_article(ticket, actor=agent1, article=article)
    assert link_article(ticket, actor=agent1, article=article) == link
    unlink_article(ticket, actor=agent1, article=article)
    unlink_article(ticket, actor=agent1, article=article)
    assert not ArticleLink.objects.exists()
    steps = ticket.events.filter(verb__endswith="link_article").order_by("pk")
    assert [(step.verb, step.data["article"], step.data["about"], step.is_public) for step in steps] == [
        ("link_article", "vpn", "Restart the VPN", False),
        ("unlink_article", "vpn", "Restart the VPN", False),
    ]


def test_drafts_are_not_linked_and_outsiders_link_nothing(ticket, article, agent1, agent2):
    with pytest.raises(NotAllowed):
        link_article(ticket, actor=agent2, article=article)
    article.state = "draft"
    article.save()
    with pytest.raises(Invalid):
        link_article(ticket, actor=agent1, article=article)
    assert browser(agent1).post(f"/desk/t/{ticket.key}/articles/vpn/link/").status_code == 404


def test_the_panel_links_and_takes_away_with_the_way_back(ticket, article, agent1, requester):
    base = f"/desk/t/{ticket.key}/articles/vpn/"
    page = browser(agent1).post(f"{base}link/", follow=True).content.decode()
    assert f"{base}unlink/" in page
    assert "Linked articles" in panel(agent1, ticket)
    answer = browser(agent1).post(f"{base}unlink/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and f"{base}link/" in answer.headers["HX-Trigger"]
    assert "Linked articles" not in panel(agent1, ticket)
    assert browser(requester).post(f"{base}link/").status_code == 404


def test_an_article_its_reader_may_not_see_is_not_shown(ticket, article, agent1, manager):
    link_article(ticket, actor=agent1, article=article)
    Article.objects.filter(pk=article.pk).update(state="archived")
    assert "Restart the VPN" not in panel(agent1, ticket)
    assert "Restart the VPN" in panel(manager, ticket)


def test_the_panel_costs_the_same_with_many_links(ticket, article, agent1, django_assert_num_queries):
    client, path = browser(agent1), f"/desk/t/{ticket.key}/side/like/"
    link_article(ticket, actor=agent1, article=article)
    client.get(path)
    with django_assert_num_queries(9):
        client.get(path)
    for number in range(4):
        more = Article.objects.create(slug=f"a{number}", title="x", body="y", state="published", author=agent1)
        link_article(ticket, actor=agent1, article=more)
    with django_assert_num_queries(9):
        client.get(path)


def test_a_rule_links_an_article(opened, article, world):
    rule(1, [SAYS_VPN], STEP)
    ticket = opened()
    link = ArticleLink.objects.get(ticket=ticket, article=article)
    assert link.linked_by.is_automation
    assert ticket.events.get(verb="link_article").data["reason"] == {"en": "rule 1", "id": "aturan 1"}


def test_an_archived_article_fails_visibly_and_then_breaks_the_rule(opened, article, lead):
    broken = rule(1, [SAYS_VPN], STEP, owner=lead)
    opened()
    Article.objects.update(state="archived")
    run = RuleRun.objects.get(ticket=opened())
    assert run.state == "failed" and "not published" in run.did[0]["error"]
    check_stored()
    broken.refresh_from_db()
    assert broken.broken == "“vpn” is gone."


def test_what_the_settings_say_and_refuse(article):
    action = actions()["link_article"]
    assert action.words(STEP) == "link the article “Restart the VPN”"
    with translation.override("id"):
        assert "Restart the VPN" in action.words(STEP)
    assert action.checked({"article": "vpn"}) == {"article": "vpn"}
    Article.objects.update(state="draft")
    for wrong in ({"article": "vpn"}, {"article": "none"}, {}):
        with pytest.raises(ActionError):
            action.checked(wrong)
