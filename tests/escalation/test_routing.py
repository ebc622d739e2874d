"""The chain of rules: order, stop, fall back, and the reason kept."""

import pytest

from core.time import database_now
from escalation.commands.rules import turn_off
from escalation.models import Rule, RuleRun, RuleVersion
from escalation.rules.decide import decide
from escalation.rules.explain import explained, sentence
from escalation.rules.stamp import changed
from escalation.rules.stored import live_set
from tests.escalation.rules import SAYS_PRINTER, SAYS_VPN, priority, rule, team
from tickets.conditions import facts_of

pytestmark = pytest.mark.django_db


def test_the_first_rule_that_fits_decides(opened, world):
    rule(1, [SAYS_PRINTER], team("infrastructure"))
    rule(2, [SAYS_VPN], team("network"))
    rule(3, [SAYS_VPN], team("service-desk"))
    ticket = opened()
    assert (ticket.team, ticket.tier.level) == (world.network, 2)


def test_a_rule_that_does_not_stop_lets_later_ones_add(opened, world):
    rule(1, [SAYS_VPN], priority(1), stop=False)
    rule(2, [SAYS_VPN], team("network"))
    ticket = opened()
    assert (ticket.priority, ticket.team) == (1, world.network)
    assert RuleRun.objects.filter(ticket=ticket).count() == 2


def test_rules_further_down_see_what_those_above_changed(opened, world):
    rule(1, [SAYS_VPN], priority(1), stop=False)
    rule(2, [{"field": "priority", "op": "is", "value": 1}], team("infrastructure"))
    assert opened().team == world.infra


def test_of_two_that_decide_the_same_the_first_has_it_and_the_other_says_so(opened, world):
    rule(1, [SAYS_VPN], team("network"), stop=False)
    rule(2, [SAYS_VPN], team("infrastructure"))
    ticket = opened()
    assert ticket.team == world.network
    late = RuleRun.objects.get(ticket=ticket, name="rule 2")
    assert late.did == [{"do": "set_team", "ok": True, "lost_to": {"en": "rule 1", "id": "aturan 1"}}]
    # the reason is that of the rule that did something
    assert sentence(ticket.decisions.get(about="rules")) == "rule 1"


def test_without_a_rule_the_support_line_decides(opened, world):
    ticket = opened()
    assert ticket.team == world.desk
    assert sentence(ticket.decisions.get(about="rules")) == "First team of the service's support line"


def test_without_a_service_the_front_line_looks(opened, world):
    ticket = opened(category=None)
    assert ticket.team == world.desk


def test_the_reason_names_rule_facts_and_what_was_passed_over(opened, world):
    passed = rule(1, [{"field": "priority", "op": "is", "value": 1}, SAYS_PRINTER], team("infrastructure"))
    chosen = rule(2, [SAYS_VPN], team("network"), told={"en": "Network looks after the VPN."})
    decision = opened().decisions.get(about="rules")
    told = explained(decision)
    assert sentence(decision) == "Network looks after the VPN"
    assert [line.run.rule for line in told.lines] == [chosen]
    assert decision.facts == {"priority": 4}
    assert decision.skipped == [[passed.current_id, 0]]
    assert [(row.name, row.number, row.why) for row in told.skipped] == [
        ("rule 1", 1, "not so: priority is P1 Critical")
    ]


def test_a_stored_broken_rule_is_passed_over_and_its_owner_told(opened, world, lead):
    broken = Rule.objects.create(name="broken", position=1, is_active=True, owner=lead)
    broken.current = RuleVersion.objects.create(
        rule=broken, number=1, name="broken", definition={"x": 1}, created_at=database_now()
    )
    broken.save()
    changed()
    decision = opened().decisions.get(about="rules")
    assert decision.skipped == [[broken.current_id, -2]]
    broken.refresh_from_db()
    assert broken.broken.startswith("x:")
    assert lead.outbox_messages.filter(template="rule_broken").count() == 2


def test_a_rule_switched_off_is_not_read(opened, world, manager):
    turn_off(rule(1, [SAYS_VPN], team("network")), actor=manager)
    assert opened().team == world.desk


def test_deciding_changes_nothing(opened, world):
    rule(1, [SAYS_VPN], team("network"))
    ticket = opened(into=world.desk)
    now = database_now()
    outcome = decide(facts_of(ticket, now), live_set().rules, now)
    assert outcome.facts["team"] == "network"
    ticket.refresh_from_db()
    assert ticket.team == world.desk


def test_a_ticket_opened_into_a_team_stays_there(opened, world):
    rule(1, [SAYS_VPN], team("network"))
    assert opened(into=world.infra).team == world.infra
