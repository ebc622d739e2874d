"""The page of one rule: versions and what they change, turning on and off, what it did and what came of it."""

from datetime import timedelta
from statistics import median

import pytest
from django.utils import timezone as django_time
from django.utils import translation

from escalation.commands import Packet, escalate
from escalation.commands.rule_keeping import move_rule
from escalation.commands.rules import draft_rule, put_in_force
from escalation.models import Rule, RuleRun, RuleVersion
from escalation.rules import runs as pages
from escalation.rules.described import what_changes
from escalation.rules.effect import effect_of, hits_by_day
from tests.cast import MONDAY
from tests.escalation.rules import SAYS_VPN, priority, rule, team, tried, wording
from tickets import commands
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("world")]


def page_of(client, one, query=""):
    return client.get(f"/desk/rules/{one.pk}/{query}").content.decode()


def test_turning_on_says_what_changes_and_can_be_taken_back(keeper, lead):
    one = rule(10, [SAYS_VPN], team("network"))
    draft = draft_rule(one, wording(10, [], team("infrastructure"), stop=False), actor=lead)
    url = f"/desk/rules/{one.pk}/versions/2/turn-on/"
    assert keeper.post(url).status_code == 422  # it was not tried on the past
    tried(draft, lead)
    text = keeper.get(url).content.decode()
    assert "Put version 2 in force instead of 1" in text and "<del>move it to Network</del>" in text
    page = keeper.post(url, follow=True).content.decode()
    one.refresh_from_db()
    assert one.current.number == 2 and f"/desk/rules/{one.pk}/versions/1/restore/" in page
    keeper.post(f"/desk/rules/{one.pk}/versions/1/restore/")
    one.refresh_from_db()
    assert one.current.number == 1 and one.is_active


def test_an_older_version_comes_back_as_a_new_one(keeper, manager):
    one = rule(10, [SAYS_VPN], team("network"))
    put_in_force([draft_rule(one, wording(10, [], priority(1)), actor=manager)], actor=manager)
    keeper.post(f"/desk/rules/{one.pk}/versions/1/turn-on/")
    one.refresh_from_db()
    assert (one.current.number, one.current.note) == (3, "Version 1 again")
    assert one.current.definition == one.versions.get(number=1).definition


def test_what_would_loop_is_refused_with_words(keeper, manager):
    # drafted before the other was in force
    draft = draft_rule(None, wording(20, [], priority(2), on=("priority_changed",)), actor=manager)
    rule(10, [], priority(1), on=("priority_changed",))
    tried(draft, manager)
    answer = keeper.post(f"/desk/rules/{draft.rule_id}/versions/1/turn-on/")
    assert answer.status_code == 422 and "would set each other off without end" in answer.content.decode()


def test_turning_off_is_at_once_and_taken_back_with_one_press(keeper):
    one = rule(10, [SAYS_VPN], team("network"))
    page = keeper.post(f"/desk/rules/{one.pk}/off/", follow=True).content.decode()
    assert not Rule.objects.get().is_active and f"/desk/rules/{one.pk}/versions/1/restore/" in page
    keeper.post(f"/desk/rules/{one.pk}/versions/1/restore/")
    assert Rule.objects.get().is_active


def test_a_removed_rule_leaves_the_list(keeper):
    one = rule(10, [SAYS_VPN], team("network"))
    assert "Remove rule 10" in keeper.get(f"/desk/rules/{one.pk}/remove/").content.decode()
    keeper.post(f"/desk/rules/{one.pk}/remove/")
    assert "rule 10" not in keeper.get("/desk/rules/").content.decode().split('id="undo"')[0]
    assert keeper.get(f"/desk/rules/{one.pk}/").status_code == 404


def test_any_two_versions_are_compared_in_words(keeper, manager):
    one = rule(10, [SAYS_VPN], team("network"))
    draft_rule(one, wording(10, [SAYS_VPN], team("infrastructure")), actor=manager)
    draft_rule(one, wording(30, [], team("infrastructure"), told={"en": "Because."}), actor=manager)
    text = page_of(keeper, one, "?from=2&after=3")
    assert "Version 2 and version 3" in text and "<ins>Because.</ins>" in text and "<del>10</del>" in text
    assert "<del>move it to Network</del>" not in text
    assert "<del>move it to Network</del>" in page_of(keeper, one)


def test_settings_are_compared_with_the_labels_of_the_form(keeper, manager):
    tag = {"do": "tag", "add": ["maya2"]}
    one = rule(10, [SAYS_VPN], {"do": "note", "text": "x" * 70 + " old"}, tag)
    note = {"do": "note", "text": "x" * 70 + " new"}
    draft_rule(one, wording(10, [SAYS_VPN], note, {"do": "tag", "add": ["maya3"]}), actor=manager)
    text = page_of(keeper, one)
    assert "Settings of action 1" in text and "Note: xxx" in text and " new</ins>" in text
    # the words of the other action say it by themselves
    assert "Settings of action 2" not in text and "add: maya" not in text and "maya3" in text


def test_an_address_that_changed_is_not_shown(manager):
    before, after = (
        draft_rule(None, wording(order, [], {"do": "webhook", "url": f"https://example.org/{order}"}), actor=manager)
        for order in (10, 20)
    )
    said = [(row.before, row.after) for row in what_changes(before, after) if "Settings" in row.what]
    assert said == [("", "(another address)")]


def test_the_products_own_notes_are_read_in_the_readers_language(keeper, manager):
    one, _other = rule(10, [SAYS_VPN], team("network")), rule(20, [], priority(2))
    with translation.override("id"):
        move_rule(one, up=False, actor=manager)
    draft = one.versions.first()
    assert draft.note == draft.said == "Moved down"
    with translation.override("id"):
        assert draft.said == "Dipindahkan ke bawah"
        assert RuleVersion(note="Version 7 again").said == "Versi 7 lagi"
        assert RuleVersion(note="Moved on my own").said == "Moved on my own"


def test_runs_are_paged(client, agent1, opened, monkeypatch):
    one = rule(10, [SAYS_VPN], priority(2))
    earlier, later = opened(subject="VPN at the warehouse"), opened()
    client.force_login(agent1)
    text = page_of(client, one)
    assert earlier.key in text and later.key in text and "make it P2 High" in text
    monkeypatch.setattr(pages, "PAGE_ROWS", 1)
    first = pages.runs_of(one, Ticket.objects.all())
    second = pages.runs_of(one, Ticket.objects.all(), first.next_key)
    assert [row.ticket for page in (first, second) for row in page.rows] == [later, earlier]
    assert second.next_key == "" and client.get(f"/desk/rules/{one.pk}/?before=x~1").status_code == 422


def test_failures_stand_with_the_run(keeper, opened):
    one = rule(10, [SAYS_VPN], {"do": "escalate", "to": "next"}, on=("opened",))
    ticket = opened()
    run = RuleRun.objects.get(ticket=ticket)
    RuleRun.objects.filter(pk=run.pk).update(state="failed", did=[{"do": "escalate", "ok": False, "error": "No tier"}])
    assert "escalate it to the next tier: No tier" in page_of(keeper, one)


def test_the_page_costs_the_same_for_many_runs(keeper, opened, django_assert_max_num_queries):
    one = rule(10, [SAYS_VPN], team("network"))
    opened()
    with django_assert_max_num_queries(50) as few:
        page_of(keeper, one)
    for _ticket in range(6):
        opened()
    with django_assert_max_num_queries(len(few)):
        page_of(keeper, one)


def test_hits_are_counted_by_the_readers_day(opened):
    one = rule(10, [SAYS_VPN], priority(2))
    now = django_time.now()
    for days in (0, 0, 3, 45):
        opened(at=now - timedelta(days=days))
    days = hits_by_day(one, now, Ticket.objects.all())
    assert [day.hits for day in days.rows][-4:] == [1, 0, 0, 2] and (days.total, days.most) == (3, 2)


def test_the_effect_agrees_with_plain_python(opened, agent2, automation, world):
    one = rule(10, [SAYS_VPN], {"do": "escalate", "to": "network"})
    rule(20, [SAYS_VPN], team("infrastructure"))
    tickets = [opened(at=MONDAY + timedelta(hours=hour)) for hour in range(5)]
    opened(subject="Printer", description="Paper")
    hours = []
    for ticket, minutes in zip(tickets[:3], (30, 90, 240), strict=True):
        ticket.refresh_from_db()
        end = ticket.opened_at + timedelta(minutes=minutes)
        commands.resolve(ticket, actor=agent2, resolution="Done", at=end)
        hours.append(minutes * 60)
    tickets[3].refresh_from_db()
    later = tickets[3].opened_at + timedelta(minutes=5)
    packet = Packet(reason="late", symptom="VPN", asked="Look", evidence="Log")
    escalate(tickets[3], actor=agent2, team=world.infra, packet=packet, at=later)
    found = effect_of(one, Ticket.objects.all())
    assert (found.sent, found.stayed, found.handed_back, found.moved_on, found.is_there) == (5, 3, 0, 1, 1)
    assert found.median_seconds == median(hours)
    assert effect_of(one, Ticket.objects.filter(pk=tickets[0].pk)).sent == 1
    other = Rule.objects.get(position=20)
    assert effect_of(other, Ticket.objects.all()).sent == 0


def test_what_was_never_in_force_cannot_be_restored_past_its_dry_run(keeper, lead):
    draft = draft_rule(None, wording(10, [], team("network")), actor=lead)
    assert keeper.post(f"/desk/rules/{draft.rule_id}/versions/1/restore/").status_code == 422
    tried(draft, lead)
    rule(20, [SAYS_VPN], team("infrastructure"))
    # tried against other rules than those that are on now
    assert keeper.post(f"/desk/rules/{draft.rule_id}/versions/1/turn-on/").status_code == 422
