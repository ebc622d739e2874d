"""A dry run must say of the rules in force exactly what they did: random rules, random reports, each placed alike."""

import random
from datetime import timedelta

import pytest

from core.time import database_now
from escalation.commands.dry_runs import try_rules
from escalation.commands.rules import draft_rule
from escalation.models import RuleRun
from escalation.rules.dry import compare, runner
from tests.cast import person
from tests.escalation.rules import priority, rule, team, wording
from tickets.choices import Impact, Urgency

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = ("vpn", "printer", "email", "laptop", "slow", "broken", "password")


def a_question(rng):
    return rng.choice(
        [
            {"field": "text", "op": "contains_any", "value": rng.sample(WORDS, 2)},
            {"field": "priority", "op": rng.choice(["at_least", "at_most"]), "value": rng.randint(1, 4)},
            {"field": "requester_vip", "op": "is", "value": rng.random() < 0.5},
            {"field": "tags", "op": "has_any", "value": [rng.choice(WORDS)]},
            {"field": "team", "op": "is", "value": rng.choice(["network", "infrastructure"])},
            {"field": "subject", "op": "contains", "value": rng.choice(WORDS)},
        ]
    )


def an_action(rng):
    return rng.choice(
        [
            team(rng.choice(["network", "infrastructure", "service-desk", "hr-systems"])),
            {"do": "set_tier", "tier": rng.randint(1, 3)},
            priority(rng.randint(1, 4)),
            {"do": "tag", "add": [rng.choice(WORDS)]},
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_rules_in_force_are_told_as_they_worked(world, opened, manager, monkeypatch, seed):
    rng = random.Random(seed)
    for number in range(9):
        questions = [a_question(rng) for _question in range(rng.randint(0, 1))]
        actions = [an_action(rng) for _action in range(rng.randint(1, 2))]
        rule(number, questions, *actions, stop=rng.random() < 0.3)
    vip = person("direktur", is_vip=True)
    tickets = {}
    for _number in range(12):
        subject = " ".join(rng.sample(WORDS, 3))
        reporter = vip if rng.random() < 0.3 else None
        hints = {"impact": rng.choice(Impact.values), "urgency": rng.choice(Urgency.values)}
        ticket = opened(subject=subject, at=database_now() - timedelta(days=1), by=reporter, **hints)
        tickets[ticket.pk] = ticket
    told = {}
    monkeypatch.setattr(
        compare.Tally, "opening", lambda self, ticket, weekday, draft, live, real: told.update({ticket: live})
    )
    try_rules([draft_rule(None, wording(99, [], priority(1)), actor=manager)], actor=manager)
    runner.work_off()
    assert {pk: (place.team, place.tier, place.priority) for pk, place in told.items()} == {
        pk: (ticket.team.slug, ticket.tier.level, ticket.priority) for pk, ticket in tickets.items()
    }
    for ticket in tickets.values():
        promised = ticket.clocks.filter(metric="resolution").values_list("policy_version__policy_id", flat=True)
        assert [told[ticket.pk].policy] == (list(promised) or [None])
    assert RuleRun.objects.filter(state="done").exists()
