"""The chain of rules: order, stop, fall back, and the reason kept."""

import pytest

from escalation.models import RoutingDecision, RoutingRule
from escalation.routing import active_rules, decide, sentence
from tickets.conditions import facts_of

pytestmark = pytest.mark.django_db


def rule(position, conditions, **fields):
    tree = {"all": conditions}
    return RoutingRule.objects.create(name=f"rule {position}", position=position, conditions=tree, **fields)


SAYS_VPN = {"field": "text", "op": "contains_any", "value": ["vpn"]}
SAYS_PRINTER = {"field": "text", "op": "contains_any", "value": ["printer"]}


def test_the_first_rule_that_fits_decides(opened, world):
    rule(1, [SAYS_PRINTER], team=world.infra)
    rule(2, [SAYS_VPN], team=world.network)
    rule(3, [SAYS_VPN], team=world.desk)
    ticket = opened()
    assert (ticket.team, ticket.tier.level) == (world.network, 2)


def test_a_rule_that_does_not_stop_lets_later_ones_add(opened, world):
    rule(1, [SAYS_VPN], priority=1, stops=False)
    rule(2, [SAYS_VPN], team=world.network)
    ticket = opened()
    assert (ticket.priority, ticket.team) == (1, world.network)
    assert RoutingDecision.objects.filter(ticket=ticket).count() == 2


def test_without_a_rule_the_support_line_decides(opened, world):
    ticket = opened()
    assert ticket.team == world.desk
    assert sentence(ticket.decisions.get()) == "First team of the service's support line"


def test_without_a_service_the_front_line_looks(opened, world):
    ticket = opened(category=None)
    assert ticket.team == world.desk


def test_the_reason_names_rule_facts_and_what_was_passed_over(opened, world):
    passed = rule(1, [SAYS_PRINTER], team=world.infra)
    chosen = rule(2, [SAYS_VPN], team=world.network)
    decision = opened().decisions.get()
    assert decision.rule == chosen
    assert decision.facts["priority"] == 4
    assert decision.skipped == [{"rule": passed.pk, "name": "rule 1", "failed": SAYS_PRINTER}]


def test_a_stored_broken_rule_is_passed_over(opened, world):
    broken = RoutingRule.objects.create(name="broken", position=1, conditions={"x": 1}, team=world.infra)
    decision = opened().decisions.get()
    assert decision.skipped[0]["rule"] == broken.pk
    assert "broken" in decision.skipped[0]


def test_a_rule_switched_off_is_not_read(opened, world):
    rule(1, [SAYS_VPN], team=world.network, is_active=False)
    assert opened().team == world.desk


def test_deciding_changes_nothing(opened, world):
    rule(1, [SAYS_VPN], team=world.network)
    ticket = opened(into=world.desk)
    outcome = decide(facts_of(ticket), active_rules())
    assert outcome.team == world.network
    ticket.refresh_from_db()
    assert ticket.team == world.desk


def test_a_ticket_opened_into_a_team_is_not_routed(opened, world):
    rule(1, [SAYS_VPN], team=world.network)
    assert opened(into=world.infra).team == world.infra
