"""Rules when several workers are at it: what is due is done once."""

from datetime import timedelta

import pytest

from core.time import database_now
from escalation.commands.rules import draft_rule, put_in_force
from escalation.models import Rule, RuleRun
from escalation.rules import scheduled
from escalation.rules.stored import live_set
from tests.escalation.rules import SAYS_VPN, rule, team, wording
from tests.security.test_races import at_once
from tickets.models import Message

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]


def test_sweeps_that_meet_act_once_on_each_ticket(opened):
    when = {"every": 5, "reaches": {"what": "in_tier", "minutes": 60}}
    rule(1, [], {"do": "note", "text": "Seen"}, when=when)
    for _number in range(12):
        opened(at=database_now() - timedelta(hours=3))
    live, now = live_set().rules[0], database_now()
    assert sum(at_once(6, lambda number: scheduled.look_for([live], now))) <= 12
    while scheduled.look_for([live], now):
        pass  # tickets that another sweep held were left for the next round
    assert Message.objects.filter(kind="note").count() == 12
    assert RuleRun.objects.count() == 12


def test_a_rule_turned_on_while_tickets_arrive_holds_for_all_after_it(opened, world, manager):
    draft = draft_rule(None, wording(1, [SAYS_VPN], team("network")), actor=manager)

    def act(number):
        return put_in_force([draft], actor=manager) if number == 0 else opened().team

    teams = at_once(5, act)[1:]
    assert set(teams) <= {world.desk, world.network}
    assert opened().team == world.network
    assert Rule.objects.get().is_active
