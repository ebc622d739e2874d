"""The pages of dry runs: for whom, with what, and what stays hidden."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.time import database_now
from escalation.commands.rules import draft_rule
from escalation.models import DryRun, Rule
from escalation.rules.dry import runner
from tests.escalation.rules import SAYS_VPN, rule, team, wording

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def tried(opened, world, lead, client):
    """A draft that sends the VPN to a restricted team, tried by the lead."""
    live = rule(1, [SAYS_VPN], team("network"))
    opened(at=database_now() - timedelta(days=1))
    draft = draft_rule(live, wording(1, [SAYS_VPN], team("hr-systems"), {"do": "note", "text": "<b>x</b>"}), actor=lead)
    client.force_login(lead)
    answer = client.post(reverse("dry_run_new"), {"version": draft.pk, "days": "7"})
    assert answer.status_code == 302
    runner.work_off()
    return DryRun.objects.get()


def page_of(client, dry_run):
    return client.get(reverse("dry_run", args=[dry_run.pk]))


def test_a_report_for_a_lead(tried, client):
    page = page_of(client, tried).content.decode()
    assert "Replayed 1 ticket against this draft. Nothing was changed." in page
    assert "An incident manager turns it on from this page." in page
    assert "a restricted team" in page
    assert "Hr Systems" not in page
    assert "1 more team that is not yours to see." in page
    assert "Turn on" not in page


def test_a_manager_turns_it_on_and_rolls_it_back(tried, client, manager, world):
    client.force_login(manager)
    page = page_of(client, tried).content.decode()
    assert "Hr Systems" in page
    client.post(reverse("dry_run_turn_on", args=[tried.pk]))
    assert Rule.objects.get().current.number == 2
    assert "Turned on by" in page_of(client, tried).content.decode()
    client.post(reverse("dry_run_roll_back", args=[tried.pk]))
    assert Rule.objects.get().current.number == 1
    assert "Rolled back" in page_of(client, tried).content.decode()


def test_a_run_that_time_has_overtaken_offers_to_run_again(tried, client, manager):
    rule(2, [SAYS_VPN], {"do": "note", "text": "x"})
    client.force_login(manager)
    page = page_of(client, tried).content.decode()
    assert "The rules in force have changed since this dry run." in page
    assert "Turn on this rule" not in page


def test_turning_on_twice_says_so(tried, client, manager):
    client.force_login(manager)
    url = reverse("dry_run_turn_on", args=[tried.pk])
    client.post(url)
    again = client.post(url)
    assert again.status_code == 409
    assert "This is on already." in again.content.decode()


def test_a_lead_cannot_turn_it_on(tried, client):
    assert client.post(reverse("dry_run_turn_on", args=[tried.pk])).status_code == 403


@pytest.mark.parametrize("days", ["x", "0", "-1", "366", ""])
def test_days_that_there_are_not_are_refused_in_words(days, client, lead):
    draft = draft_rule(None, wording(1, [SAYS_VPN], team("network")), actor=lead)
    client.force_login(lead)
    answer = client.post(reverse("dry_run_new"), {"version": draft.pk, "days": days})
    assert answer.status_code == 422 and not DryRun.objects.exists()
    assert "Choose 1 to 365 days." in answer.content.decode() and "Rules in order" in answer.content.decode()


def test_a_requester_sees_none_of_it(tried, client, requester):
    client.force_login(requester)
    assert page_of(client, tried).status_code == 404
    assert client.get(reverse("dry_runs")).status_code == 404
    assert client.post(reverse("dry_run_new")).status_code == 404


def test_the_page_costs_the_same_with_many_tickets(tried, client, opened, lead, django_assert_max_num_queries):
    for _number in range(12):
        opened(at=database_now() - timedelta(days=1))
    client.post(reverse("dry_run_again", args=[tried.pk]))
    runner.work_off()
    newest = DryRun.objects.first()
    with django_assert_max_num_queries(20):
        assert "Replayed 13 tickets" in page_of(client, newest).content.decode()


def test_progress_refreshes_the_page_at_the_end(tried, client):
    answer = client.get(reverse("dry_run_progress", args=[tried.pk]))
    assert answer["HX-Refresh"] == "true"


def test_what_rules_asked_of_a_ticket(opened, client, agent1, world):
    rule(1, [{"field": "priority", "op": "is", "value": 1}], team("infrastructure"))
    rule(2, [SAYS_VPN], team("network"))
    ticket = opened()
    client.force_login(agent1)
    page = client.get(reverse("ticket_rules", args=[ticket.key])).content.decode()
    assert "move it to Network" in page
    assert "not so: priority is P1 Critical" in page


def test_what_rules_asked_is_for_those_who_see_the_ticket(opened, client, agent1, world, requester):
    ticket = opened(into=world.hr)
    for person in (agent1, requester):
        client.force_login(person)
        assert client.get(reverse("ticket_rules", args=[ticket.key])).status_code == 404


def test_a_draft_is_no_way_to_ask_what_stands_in_a_restricted_ticket(opened, client, lead, manager, world):
    """Counts are a reader too: a lead who tries "salary" learns nothing of the HR team's tickets."""
    opened(subject="Salary of the director", into=world.hr, at=database_now() - timedelta(days=1))
    when = {"every": 5}
    spy = draft_rule(
        None,
        wording(1, [{"field": "text", "op": "contains", "value": "salary"}], {"do": "note", "text": "x"}, when=when),
        actor=lead,
    )
    for person, tickets in ((lead, 0), (manager, 1)):
        client.force_login(person)
        client.post(reverse("dry_run_new"), {"version": spy.pk, "days": "7"})
        runner.work_off()
        report = DryRun.objects.first().report
        assert (report["tickets"], report["acts"]["draft"], report["at_once"][str(spy.pk)]) == (tickets,) * 3
    client.force_login(lead)
    assert page_of(client, DryRun.objects.first()).status_code == 404


def test_addresses_of_other_systems_are_for_those_who_write_rules(client, agent1, lead):
    for person, status in ((agent1, 403), (lead, 200)):
        client.force_login(person)
        assert client.get(reverse("rules_export")).status_code == status
