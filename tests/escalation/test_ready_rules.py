"""The ten rules a new instance begins with."""

import pytest

from accounts.models import User
from core.errors import NotAllowed
from escalation.models import Rule, RuleRun
from escalation.rules.ready import READY, install_ready
from escalation.rules.stored import live_set
from escalation.rules.words import rule_in_words
from tests.cast import person
from tests.escalation.rules import rule, team

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ready(world, automation):
    return install_ready(actor=automation)


def test_all_ten_are_on_and_can_be_used(ready):
    assert len(ready) == len(READY) == 10
    assert all(rule.is_active for rule in ready)
    assert not [live.broken for live in live_set().rules if live.broken]
    assert all(rule_in_words(live.definition) for live in live_set().rules)


def test_they_are_left_out_where_somebody_has_written_a_rule(world, automation):
    rule(1, [], team("network"))
    assert install_ready(actor=automation) == []
    assert Rule.objects.count() == 1


def test_only_a_manager_installs_them(world, lead):
    with pytest.raises(NotAllowed):
        install_ready(actor=lead)


@pytest.mark.parametrize(
    ("subject", "tier"),
    [
        ("I forgot my password", 1),
        ("Lupa sandi email", 1),
        ("The server is down", 2),
        ("Database mati sejak pagi", 2),
        ("Suspicious email with a link", 2),
        ("The mouse is slow", 1),
        ("A word about passwordless sign-in", 1),
    ],
)
def test_where_they_send_a_report(ready, opened, subject, tier):
    assert opened(subject=subject, description="See above.").tier.level == tier


def test_a_critical_service_at_p1_goes_to_the_third_tier(ready, opened, world):
    world.vpn.is_critical = True
    world.vpn.save()
    ticket = opened(impact=1, urgency=1)
    assert (ticket.priority, ticket.tier.level) == (1, 3)


def test_a_vip_is_at_least_high(ready, opened):
    vip = person("direktur", is_vip=True)
    assert opened(by=vip).priority == 2
    assert opened().priority == 4


def test_security_is_tagged(ready, opened):
    ticket = opened(subject="Ransomware on my laptop")
    assert ticket.tags == ["security"]
    assert RuleRun.objects.get(ticket=ticket).state == "done"


def test_they_belong_to_whoever_put_them_in_force(ready):
    assert {rule.owner for rule in ready} == {User.objects.automation()}
