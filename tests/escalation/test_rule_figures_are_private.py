"""What a rule did to tickets of a restricted team is for those who may see these: no count and no page tells it."""

from datetime import timedelta

import pytest
from django.utils import timezone as django_time

from escalation.rules import runs as pages
from escalation.rules.described import rule_cards
from escalation.rules.effect import hits_by_day
from tests.escalation.rules import SAYS_VPN, priority, rule
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(opened, world):
    """A rule that applied to one ticket anybody at the desk sees, and before and after it to two of the HR team."""
    one = rule(10, [SAYS_VPN], priority(2))
    now = django_time.now()
    hidden = [opened(subject="VPN of payroll", into=world.hr, at=now - timedelta(hours=hours)) for hours in (3, 1)]
    return one, opened(at=now - timedelta(hours=2)), hidden


def counted(one, person):
    visible, now = Ticket.objects.visible_to(person), django_time.now()
    return hits_by_day(one, now, visible).total, hits_by_day(one, now, visible).most, rule_cards(now, visible)[0].hits


def test_counts_are_of_the_tickets_one_may_see(ran, agent1, other_team_agent, manager):
    one, _shown, _hidden = ran
    assert counted(one, agent1) == (1, 1, 1)
    assert counted(one, other_team_agent)[0] == counted(one, manager)[2] == 3


def test_pages_begin_and_end_at_runs_one_may_see(ran, agent1, manager, monkeypatch):
    one, shown, hidden = ran
    monkeypatch.setattr(pages, "PAGE_ROWS", 1)
    page = pages.runs_of(one, Ticket.objects.visible_to(agent1))
    assert [row.ticket for row in page.rows] == [shown] and page.next_key == ""
    every = pages.runs_of(one, Ticket.objects.visible_to(manager))
    assert [row.ticket for row in every.rows] == [hidden[1]] and every.next_key


def test_the_pages_say_nothing_of_the_others(ran, client, agent1):
    one, shown, hidden = ran
    client.force_login(agent1)
    text = client.get(f"/desk/rules/{one.pk}/").content.decode()
    assert shown.key in text and "Applied once in 30 days" in text and "not yours to see" not in text
    assert not any(ticket.key in text for ticket in hidden)
    assert "applied once in 7 days" in client.get("/desk/rules/").content.decode()
