import json
from collections import Counter
from random import Random

import pytest

from helpdesk.demo.content import DATA, ContentError, fill, load, placeholders
from tickets.conditions import validate

content = load()

VALUES = {
    "asset": "LT-SBY-0231",
    "site": "Surabaya",
    "app": "ERP Finance",
    "error": "Error 809",
    "requester": "Rina",
    "sapaan": "Bu",
    "colleague": "Hendra",
    "agent": "Bayu",
}


def share(items, language):
    return sum(item.language == language for item in items) / len(items)


def test_the_catalogue_is_whole():
    assert len(content.services) == 12
    assert all(3 <= len(service.categories) <= 6 for service in content.services)
    assert {category.kind for category in content.categories} == {"incident", "request"}


def test_intake_questions_are_asked_in_both_languages():
    for category in content.categories:
        for field in category.intake:
            assert field.kind in ("text", "choice", "number", "date", "bool")
            assert field.label != field.label_id
            assert (field.kind == "choice") == bool(field.choices)


def test_there_are_seven_teams_on_three_rungs():
    assert Counter(team.tier for team in content.teams) == {1: 1, 2: 4, 3: 2}
    assert [team.slug for team in content.teams if team.is_restricted] == ["hr-systems"]
    assert all(member.email.endswith("@arunika.example") for member in content.members)
    assert all(any(member.role == "lead" for member in team.members) or team.tier == 1 for team in content.teams)


def test_there_are_articles_for_both_audiences_in_both_languages():
    assert len(content.articles) >= 40
    assert 0.4 <= share(content.articles, "en") <= 0.6
    assert Counter(article.audience for article in content.articles)["staff"] >= 6
    assert {article.service for article in content.articles} == {service.slug for service in content.services}


@pytest.mark.parametrize("article", content.articles, ids=lambda article: article.slug)
def test_an_article_is_short_and_says_when_to_contact_whom(article):
    assert 80 <= len(article.body.split()) <= 250
    assert "## " in article.body
    words = ("1500", "contact", "tiket", "ticket", "lapor", "hubungi", "hand over", "serahkan", "call")
    assert any(word in article.body.lower() for word in words)


def test_tickets_come_in_the_languages_people_write():
    assert len(content.tickets) >= 140
    assert 0.6 <= share(content.tickets, "id") <= 0.7
    assert {template.category for template in content.tickets} == {category.slug for category in content.categories}


@pytest.mark.parametrize("template", content.tickets, ids=lambda template: f"{template.category}-{template.language}")
def test_a_ticket_can_be_filled_in(template):
    for text in template.texts():
        assert "{" not in fill(text, VALUES)
    assert all(len(fill(subject, VALUES)) <= 200 for subject in template.subjects)


def test_asking_for_an_unknown_value_is_an_error():
    with pytest.raises(KeyError):
        fill("{password}", VALUES)
    assert placeholders("{asset} di {site}") == {"asset", "site"}


def test_the_rules_can_be_read_and_end_with_one_for_everything():
    assert len(content.rules) == 14
    assert not validate(content.rules[-1].conditions).root.items
    assert content.rules[-1].team == "service-desk"
    assert all(rule.name != rule.name_id and rule.reason != rule.reason_id for rule in content.rules)


def facts(**known):
    basic = {"kind": "incident", "status": "new", "priority": 3, "impact": 4, "urgency": 2, "channel": "portal"}
    empty = dict.fromkeys(("service", "category", "team", "tier", "assignee", "requester_department", "requester_site"))
    texts = {"subject": "", "description": "", "language": "id", "requester_vip": False, "intake": {}}
    return {**basic, **empty, **texts, "reopen_count": 0, "return_count": 0, **known}


@pytest.mark.parametrize(
    ("known", "team"),
    [
        ({"service": "accounts", "category": "password-reset", "kind": "request"}, "service-desk"),
        ({"service": "servers", "category": "server-down"}, "network-access"),
        ({"service": "servers", "channel": "alert", "subject": "Host unreachable: hq-db01"}, "network-access"),
        ({"service": "wms", "category": "wms-down", "impact": 2, "urgency": 1}, "erp-engineering"),
        ({"service": "wms", "category": "wms-stock"}, "service-desk"),
        ({"service": "hris", "category": "payslip", "requester_vip": True}, "hr-systems"),
        ({"service": "vpn", "category": "vpn-drops", "subject": "ERP timeout saat VPN tersambung"}, "network-access"),
        ({"service": "vpn", "category": "vpn-drops", "subject": "VPN terputus terus, timeout"}, "service-desk"),
        (
            {"service": "printing", "category": "label-printer", "requester_department": "Warehouse"},
            "workplace-devices",
        ),
        ({}, "service-desk"),
    ],
)
def test_a_ticket_is_routed_as_the_rules_say(known, team):
    chosen = next(rule for rule in content.rules if rule.team and validate(rule.conditions).evaluate(facts(**known)))
    assert chosen.team == team


def test_names_are_drawn_the_same_way_every_time():
    names = [content.person_name(Random(7)) for _ in range(2)]
    assert names[0] == names[1]
    rng = Random(1)
    assert len({content.person_name(rng)[0] for _ in range(1000)}) > 400


def test_phrases_fill_in_too():
    for by_language in content.phrases.values():
        for line in (line for lines in by_language.values() for line in lines):
            fill(line, VALUES)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("tickets", '"category": "payslip"', '"category": "paysleep"', "there is no such category"),
        ("tickets", "{sapaan}", "{salutation}", "nothing fills {salutation}"),
        ("tickets", '"asset_kind": "laptop"', '"asset_kind": "fax"', "has no fax"),
        ("rules", '"team": "erp-engineering"', '"team": "erp"', "there is no team erp"),
        ("rules", '"value": "phishing"', '"value": "fishing"', "there is no category fishing"),
        ("catalogue", '"network-access"', '"network"', "is not a climb through known teams"),
        ("phrases", '"en": [', '"fr": [', "expected sentences"),
        ("people", '"Surabaya", "role"', '"Bandung", "role"', "there is no site Bandung"),
    ],
)
def test_content_that_does_not_fit_is_refused(tmp_path, file, old, new, complaint):
    for source in DATA.glob("*.json"):
        text = source.read_text()
        if source.stem == file:
            assert old in text
            text = text.replace(old, new, 1)
            json.loads(text)
        (tmp_path / source.name).write_text(text)
    (tmp_path / "articles").symlink_to(DATA / "articles")
    with pytest.raises(ContentError, match=complaint):
        load(tmp_path)
