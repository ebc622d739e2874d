"""Odd values in a rule: it is stored, or refused with words; nothing else happens."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Skill, User
from core.errors import Invalid
from escalation.commands.rule_keeping import draft_all, move_rule
from escalation.commands.rules import RuleWording, draft_rule, put_in_force, remove
from escalation.models import Rule, RuleVersion, SlaPolicy
from escalation.rules.described import version_in_words
from escalation.rules.stored import check_stored
from knowledgebase.models import Article
from tests.escalation.rules import SAYS_VPN, rule, team, tried, wording
from tickets.automation import actions
from tickets.models import ReplyTemplate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
ODD = [None, True, 0, -1, 1.5, "", "x" * 5000, [], [[]], {}, {"a": 1}, "\ud800", 10**30]
STRATEGY = [
    {"by": "previous_owner"},
    {"by": "language", "only": True},
    {"by": "capacity", "most": 5},
    {"by": "least_effort", "weights": {"1": 8}},
]
ASKED = [
    SAYS_VPN,
    {"field": "priority", "op": "at_least", "value": 2},
    {"any": [{"field": "tags", "op": "has_any", "value": ["vpn"]}, {"field": "team", "op": "is_empty"}]},
    {"field": "tier", "op": "in", "value": [1]},
    {"field": "intake.profile", "op": "is", "value": "HQ"},
    {"field": "requester_vip", "op": "is", "value": True},
]


def settings_of(person: User) -> dict[str, list[dict[str, Any]]]:
    """For every kind of action settings that are fine."""
    told = {"who": ["lead"], "persons": [person.pk]}
    Article.objects.create(slug="vpn", title="Restart it", body="How.", state="published", author=person)
    skill = Skill.objects.create(name="VPN")
    strategy = [{"by": "skill", "skill": skill.pk, "level": 2}, *STRATEGY]
    return {
        "set_team": [{"team": "network"}],
        "set_tier": [{"tier": 2}],
        "escalate": [{"to": "next"}],
        "assign": [{"person": person.pk}, {"strategy": {"steps": strategy, "else": "lead"}}],
        "set_priority": [{"priority": 2}],
        "set_category": [{"category": "vpn-down"}],
        "tag": [{"add": ["vpn"], "remove": ["lan"]}],
        "set_policy": [{"policy": SlaPolicy.objects.values_list("pk", flat=True)[0]}],
        "pause": [{"reason": "vendor", "days": 3}],
        "note": [{"text": "Look"}],
        "reply": [{"template": ReplyTemplate.objects.create(name="Wait", body_en="Wait.").pk}],
        "task": [{"title": "Look", "whom": "owner", "hours": 4}],
        "link_article": [{"article": "vpn"}],
        "notify": [{**told, "text": "Look", "by_mail": True}],
        "watch": [told],
        "propose_major": [{}],
        "webhook": [{"url": "https://hooks.example/x"}],
    }


def mutants(tree: Any) -> Iterator[Any]:
    """The tree with each of its values in turn replaced by each odd one."""
    yield from ODD
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        for odd in mutants(value):
            changed = tree.copy()
            changed[key] = odd
            yield changed


class RolledBack(Exception):
    """So that the next one finds the name free."""


def is_stored(definition: Any, writer: User) -> bool:
    """Whether it was stored, and can be drawn then; anything but a refusal in words is passed on."""
    try:
        with transaction.atomic():
            version_in_words(draft_rule(None, RuleWording("Odd", definition), actor=writer))
            raise RolledBack
    except Invalid as error:
        assert error.message
        return False
    except RolledBack:
        return True


@pytest.mark.parametrize("do", actions())
def test_any_value_of_an_action_is_stored_or_refused(do, lead):
    for fine in settings_of(lead)[do]:
        assert is_stored({"when": {"on": ["opened"]}, "then": [{"do": do, **fine}]}, lead)
        for odd in mutants({"do": do, **fine}):
            is_stored({"when": {"on": ["opened"]}, "then": [odd]}, lead)


def test_any_other_value_of_a_rule_is_stored_or_refused(lead, office):
    timed = {"every": 5, "calendar": office.pk, "reaches": {"what": "in_team", "minutes": 60}}
    window = {"from": "2026-11-01T00:00:00+07:00", "until": None, "told": {"en": "So.", "id": "Jadi."}}
    note = {"do": "note", "text": "Look"}
    whole = {"when": timed, "if": {"all": ASKED}, "then": [note], "stop": True, "order": 20, **window}
    event = {"when": {"on": ["opened"]}, "then": [note]}
    for fine in (whole, event):
        assert is_stored(fine, lead)
        for odd in mutants(fine):
            is_stored(odd, lead)


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"when": {"on": [["opened"]]}}, "when.on"),
        ({"when": {"on": [{"a": 1}]}}, "when.on"),
        ({"when": {"every": [5]}}, "when.every"),
        ({"when": {"every": 5, "reaches": {"what": ["in_team"], "minutes": 5}}}, "when.reaches.what"),
        ({"when": {"every": 5, "calendar": 10**30}}, "when.calendar"),
        ({"then": [{"do": "tag", "add": [["a"]]}]}, "then.0.add"),
        ({"then": [{"do": "tag", "add": "abc"}]}, "then.0.add"),
        ({"then": [{"do": "tag", "remove": 5}]}, "then.0.remove"),
        ({"then": [{"do": "note", "text": "\ud800"}]}, "then.0.text"),
        ({"from": "9999-12-31T23:59:00-12:00"}, "from"),
        ({"until": "0001-01-01T00:00:00+14:00"}, "until"),
    ],
)
def test_what_is_odd_is_refused_with_its_place(part, place, lead):
    fine = wording(10, [], team("network")).definition
    with pytest.raises(Invalid) as refused:
        draft_rule(None, RuleWording("Odd", {**fine, **part}), actor=lead)
    assert list(refused.value.fields) == [place]


def test_a_name_that_is_too_long_is_refused(lead):
    fine = wording(10, [], team("network"))
    for name in ("name", "name_id"):
        with pytest.raises(Invalid) as refused:
            draft_rule(None, replace(fine, **{name: "x" * 300}), actor=lead)
        assert list(refused.value.fields) == [name]
        with pytest.raises(Invalid) as refused:
            draft_all([{"name": "A", "definition": fine.definition, name: "x" * 300}], actor=lead)
        assert list(refused.value.fields) == [f"rules.0.{name}"]


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:00-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_no_zone_has_leaves_the_pages_readable(instant, keeper, manager):
    """Versions from before years had limits."""
    live = rule(10, [SAYS_VPN], team("network"))
    draft = tried(draft_rule(live, wording(10, [], team("network")), actor=manager), manager)
    for version in (live.current, draft):
        RuleVersion.objects.filter(pk=version.pk).update(definition={**version.definition, "from": instant})
    check_stored()
    url = f"/desk/rules/{live.pk}/"
    for page in ("/desk/rules/", url, f"{url}edit/", f"{url}versions/2/turn-on/"):
        assert keeper.get(page).status_code == 200, page
    assert "The year must be between 2000 and 2100." in keeper.get(url).content.decode()
    assert keeper.post(f"{url}versions/2/turn-on/").status_code == 422


def test_no_rule_takes_the_name_of_another(lead):
    first, second = rule(10, [], team("network")), rule(20, [SAYS_VPN], team("network"))
    named = replace(wording(20, [], team("network")), name=first.name)
    with pytest.raises(Invalid) as refused:
        draft_rule(second, named, actor=lead)
    assert list(refused.value.fields) == ["name"]
    remove(first, actor=User.objects.automation())
    assert draft_rule(second, named, actor=lead).number == 2


@pytest.mark.parametrize("order", [0, 10])
def test_rules_of_one_order_can_be_moved_past_each_other(order, lead, manager):
    fine = wording(order, [], team("network"))
    above, below = (draft_rule(None, replace(fine, name=name), actor=lead).rule for name in ("A", "B"))
    for one, up in ((below, True), (below, False), (above, False)):
        before = list(Rule.objects.values_list("pk", flat=True))
        put_in_force([move_rule(one, up=up, actor=lead)], actor=manager)
        assert list(Rule.objects.values_list("pk", flat=True)) == before[::-1]
