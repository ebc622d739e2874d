"""Trying drafts on the past: what would have gone elsewhere, counted without changing anything."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation.commands import Packet, escalate
from escalation.commands.dry_runs import cancel, roll_back, try_rules, turn_on
from escalation.commands.rules import draft_rule, turn_off
from escalation.models import BusinessCalendar, DryRun, Handover, Rule, RuleRun, TierVisit
from escalation.rules.dry import runner
from tests.escalation.rules import SAYS_PRINTER, SAYS_VPN, priority, rule, team, wording
from tickets import commands
from tickets.models import Ticket, TicketEvent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ago():
    now = database_now()
    return lambda **span: now - timedelta(**span)


def draft(kept, order, conditions, *then, actor, **said):
    return draft_rule(kept, wording(order, conditions, *then, **said), actor=actor)


def tried(*drafts, actor, days=30):
    dry_run = try_rules(drafts, actor=actor, days=days)
    assert runner.work_off() == 1
    dry_run.refresh_from_db()
    assert dry_run.error == ""
    return dry_run


def test_it_tells_which_tickets_would_go_elsewhere(opened, world, lead, ago):
    live = rule(1, [SAYS_VPN], team("network"))
    vpn, printer = opened(at=ago(days=2)), opened(subject="Printer jam", description="Paper", at=ago(days=2))
    opened(at=ago(days=40))  # too long ago
    report = tried(draft(live, 1, [SAYS_VPN], team("infrastructure"), priority(1), actor=lead), actor=lead).report
    assert (report["tickets"], report["opened"]) == (2, 2)
    assert report["differs"] == {"team": 1, "tier": 1, "priority": 1}
    (sample,) = report["samples"]
    assert (sample["ticket"], sample["draft"][:3], sample["live"][:3]) == (
        vpn.pk,
        ["infrastructure", 3, 1],
        ["network", 2, 4],
    )
    assert sum(report["load"]["infrastructure"]["draft"]) == 1
    assert sum(report["load"]["network"]["live"]) == 1
    assert sum(report["load"]["service-desk"]["draft"]) == 1
    assert printer.team == world.desk


def test_nothing_is_changed(opened, world, lead, ago):
    live = rule(1, [SAYS_VPN], team("network"))
    ticket = opened(at=ago(days=2))
    told = draft(live, 1, [SAYS_VPN], team("infrastructure"), actor=lead)
    before = (
        list(Ticket.objects.values()),
        TicketEvent.objects.count(),
        RuleRun.objects.count(),
        list(TierVisit.objects.values()),
        list(ticket.clocks.values()),
    )
    tried(told, actor=lead)
    assert before == (
        list(Ticket.objects.values()),
        TicketEvent.objects.count(),
        RuleRun.objects.count(),
        list(TierVisit.objects.values()),
        list(ticket.clocks.values()),
    )


def test_the_opening_is_judged_as_it_was_then(opened, world, agent1, lead, ago):
    ticket = opened(at=ago(days=2))
    commands.prioritise(ticket, actor=agent1, priority=1, reason="The director waits.")
    fresh = draft(None, 1, [{"field": "priority", "op": "is", "value": 1}], team("infrastructure"), actor=lead)
    report = tried(fresh, actor=lead).report
    assert report["differs"] == {}
    assert report["never"] == [fresh.pk]


def test_agreement_with_the_team_that_solved_it(opened, world, lead, agent2, ago):
    ticket = opened(at=ago(days=2))
    packet = Packet(reason=Handover.Reason.SKILL, symptom="s", asked="a", tried="t", evidence="e")
    escalate(ticket, actor=lead, team=world.network, packet=packet)
    commands.resolve(ticket, actor=agent2, resolution="Restarted.")
    right = draft(None, 1, [SAYS_VPN], team("network"), actor=lead)
    report = tried(right, actor=lead).report
    assert (report["judged"], report["agrees"]) == (1, {"draft": 1, "live": 0})


def test_shadowed_and_never_matching_rules(opened, lead, ago):
    opened(at=ago(days=1))
    first = draft(None, 1, [SAYS_VPN], team("network"), actor=lead)
    behind = draft(None, 2, [SAYS_VPN], priority(1), actor=lead)
    idle = draft(None, 3, [SAYS_PRINTER], priority(1), actor=lead)
    report = tried(first, behind, idle, actor=lead).report
    assert (report["shadowed"], report["never"]) == ([behind.pk], [idle.pk])
    assert next(row for row in report["rules"] if row["version"] == behind.pk)["stopper"] == first.pk


def test_a_time_rule_is_judged_by_what_became_of_the_ticket(opened, world, agent1, lead, ago):
    late, quick, same = (opened(at=ago(days=3)) for _number in range(3))
    Ticket.objects.filter(pk=late.pk).update(breached_at=ago(days=1))
    commands.note(same, actor=agent1, body="Looking.", at=ago(days=3) + timedelta(minutes=30))
    with commands.unit_of_work():
        commands.resolve(quick, actor=agent1, resolution="Fixed.", at=ago(days=3) + timedelta(minutes=130))
    when = {"every": 5, "reaches": {"what": "in_tier", "minutes": 120}}
    timed = draft(None, 1, [], {"do": "escalate", "to": "next"}, actor=lead, when=when)
    report = tried(timed, actor=lead).report
    assert report["moves"] == {"draft": 3, "live": 0}
    assert report["verdicts"]["draft"] == {"saved": 1, "needless": 1, "same": 1}
    by_ticket = {row["ticket"]: row for row in report["samples"]}
    assert by_ticket[quick.pk]["solved_minutes"] == 10
    assert {row["team"] for row in by_ticket.values()} == {"network"}


def test_a_time_rule_speaks_once_per_stay(opened, agent1, lead, ago):
    ticket = opened(at=ago(days=3))
    for hours in (1, 2, 60):
        commands.note(ticket, actor=agent1, body="Still looking.", at=ago(days=3) + timedelta(hours=hours))
    when = {"every": 5, "reaches": {"what": "staff_silent", "minutes": 90}}
    timed = draft(None, 1, [], {"do": "note", "text": "Silent"}, actor=lead, when=when)
    report = tried(timed, actor=lead).report
    # after the note at two hours, and after the one at sixty; never between the first two
    assert report["acts"] == {"draft": 2, "live": 0}


def test_rules_on_later_events_are_replayed(opened, requester, agent1, lead, ago):
    ticket = opened(at=ago(days=3))
    commands.resolve(ticket, actor=agent1, resolution="Done.", at=ago(days=2))
    commands.reopen(ticket, actor=requester, reason="Not done.", at=ago(days=1))
    again = draft(None, 1, [], {"do": "note", "text": "Again"}, actor=lead, on=("reopened",))
    report = tried(again, actor=lead).report
    assert report["acts"] == {"draft": 1, "live": 0}


def test_it_is_turned_on_and_rolled_back_from_its_page(opened, world, lead, manager, ago):
    live = rule(1, [SAYS_VPN], team("network"))
    dry_run = tried(draft(live, 1, [SAYS_VPN], team("infrastructure"), actor=lead), actor=lead)
    with pytest.raises(NotAllowed):
        turn_on(dry_run, actor=lead)
    turn_on(dry_run, actor=manager)
    assert opened().team == world.infra
    roll_back(dry_run, actor=manager)
    assert opened().team == world.network
    with pytest.raises(Conflict):
        roll_back(dry_run, actor=manager)


def test_a_new_rule_rolled_back_is_off_again(opened, world, manager, ago):
    dry_run = tried(draft(None, 1, [SAYS_VPN], team("network"), actor=manager), actor=manager)
    turn_on(dry_run, actor=manager)
    roll_back(dry_run, actor=manager)
    assert opened().team == world.desk
    assert not Rule.objects.get().is_active


def test_what_was_tried_against_other_rules_must_be_tried_again(lead, manager):
    dry_run = tried(draft(None, 1, [SAYS_VPN], team("network"), actor=lead), actor=lead)
    rule(2, [SAYS_PRINTER], team("network"))
    with pytest.raises(Conflict):
        turn_on(dry_run, actor=manager)


def test_it_can_be_stopped_and_must_be_finished(opened, lead, manager, agent1):
    told = draft(None, 1, [SAYS_VPN], team("network"), actor=lead)
    dry_run = try_rules([told], actor=lead)
    with pytest.raises(Invalid):
        turn_on(dry_run, actor=manager)
    with pytest.raises(NotAllowed):
        cancel(dry_run, actor=agent1)
    cancel(dry_run, actor=lead)
    assert runner.work_off() == 0
    dry_run.refresh_from_db()
    assert dry_run.state == DryRun.State.CANCELLED


def test_a_run_whose_worker_died_is_begun_again(opened, lead, ago):
    opened(at=ago(days=1))
    dry_run = try_rules([draft(None, 1, [SAYS_VPN], team("network"), actor=lead)], actor=lead)
    DryRun.objects.update(state="running", seen_at=ago(seconds=30))
    assert runner.work_off() == 0
    DryRun.objects.update(seen_at=ago(seconds=90))
    assert runner.work_off() == 1
    dry_run.refresh_from_db()
    assert dry_run.state == "done"


def test_cancelling_stops_a_run_at_the_next_batch(opened, lead, ago, monkeypatch):
    monkeypatch.setattr(runner, "BATCH", 1)
    for _number in range(3):
        opened(at=ago(days=1))
    dry_run = try_rules([draft(None, 1, [SAYS_VPN], team("network"), actor=lead)], actor=lead)
    seen = []

    def replay(ticket, *given):
        seen.append(ticket)
        cancel(dry_run, actor=lead)

    monkeypatch.setattr(runner, "replay", replay)
    runner.work_off()
    dry_run.refresh_from_db()
    assert (len(seen), dry_run.state, dry_run.report) == (1, "cancelled", {})


def test_a_rule_stopped_meanwhile_stays_stopped(opened, world, manager):
    live = rule(1, [SAYS_VPN], team("network"))
    dry_run = tried(draft(live, 1, [SAYS_VPN], team("infrastructure"), actor=manager), actor=manager)
    turn_on(dry_run, actor=manager)
    turn_off(live, actor=manager, reason="does harm")
    with pytest.raises(Conflict):
        roll_back(dry_run, actor=manager)
    assert opened().team == world.desk


def test_it_replays_what_its_asker_sees_from_the_inside(opened, world, lead, automation):
    """A lead who reported to a restricted team must not find out what that team wrote on their ticket."""
    own = opened(by=lead, into=world.hr)
    commands.tag(own, actor=automation, add=["layoff"])
    spying = draft(None, 1, [{"field": "tags", "op": "has_any", "value": ["layoff"]}], priority(1), actor=lead)
    assert tried(spying, actor=lead).report["tickets"] == 0


def test_rules_on_a_schedule_are_judged_in_the_hours_they_look(opened, lead, agent1):
    """A ticket taken while the office was closed is not found by a rule that looks in office hours."""
    calendar = BusinessCalendar.objects.get()
    saturday = datetime(2026, 11, 14, 5, 0, tzinfo=UTC)
    ticket = opened(at=saturday)
    commands.assign(ticket, actor=agent1, assignee=agent1, at=saturday + timedelta(hours=3))
    free = [{"field": "assignee", "op": "is_empty"}]
    timed = draft(None, 1, free, {"do": "note", "text": "x"}, actor=lead, when={"every": 5, "calendar": calendar.pk})
    assert tried(timed, actor=lead, days=365).report["acts"]["draft"] == 0
