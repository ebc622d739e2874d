"""Promises kept by listening: started, paused, resumed, retargeted, met, missed."""

from datetime import datetime, timedelta, timezone

import pytest

from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.models import BusinessCalendar, Clock, Milestone, PolicyVersion, SlaPolicy
from escalation.sweep import fire_due
from tests.cast import MONDAY, person
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
JAKARTA = timezone(timedelta(hours=7))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


def clock(ticket: Ticket, metric: str = "resolution") -> Clock:
    return ticket.clocks.get(metric=metric)


def test_a_new_ticket_gets_both_promises_in_working_hours(opened):
    ticket = opened(impact=1, urgency=2)  # P2: 30 minutes to reply, 480 to solve; the office day is 8 to 17
    assert ticket.response_due_at == local(16, 9, 30)
    assert ticket.resolution_due_at == local(16, 17)
    assert ticket.next_due_at == ticket.response_due_at


def test_a_reply_keeps_the_first_promise(opened, agent1):
    ticket = opened(impact=1, urgency=2)
    commands.reply(ticket, actor=agent1, body="hello", at=MONDAY + HOUR / 6)
    assert clock(ticket, "response").is_met
    assert ticket.next_due_at == local(16, 17)


def test_the_requesters_own_words_keep_no_promise(opened, requester):
    ticket = opened()
    commands.reply(ticket, actor=requester, body="more", at=MONDAY + HOUR / 6)
    assert clock(ticket, "response").state == "running"


def test_waiting_stops_the_clock_and_the_answer_starts_it(opened, agent1, requester):
    ticket = opened(impact=1, urgency=2)
    commands.pend(ticket, actor=agent1, reason="requester", at=local(16, 10))
    assert (ticket.next_due_at, clock(ticket).counted_seconds) == (None, 3600)
    commands.reply(ticket, actor=requester, body="HQ", at=local(17, 8))
    assert clock(ticket).due_at == local(17, 15)


def test_another_priority_is_another_target_with_the_time_used_kept(opened, agent1):
    ticket = opened(impact=1, urgency=2)
    commands.prioritise(ticket, actor=agent1, priority=1, reason="CEO", at=local(16, 10))
    assert clock(ticket).due_at == local(16, 13)


def test_resolving_ends_the_promises_and_reopening_resumes_them(opened, agent1, requester):
    ticket = opened(impact=1, urgency=2)
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(16, 11))
    assert clock(ticket).is_met
    commands.reopen(ticket, actor=requester, reason="no", at=local(18, 8))
    assert clock(ticket).due_at == local(18, 14)
    assert ticket.next_due_at == local(18, 14)


def test_a_holiday_moves_the_deadline(opened):
    calendar = BusinessCalendar.objects.get()
    holiday = {"day": "2026-11-17", "name": "Test day", "name_id": "", "is_estimated": False}
    put_in_force(draft_calendar(calendar, {**calendar.current.definition, "holidays": [holiday]}))
    ticket = opened(impact=1, urgency=1)  # P1 is inside the day, P2 is not
    other = opened(impact=1, urgency=2, at=local(16, 16))
    assert ticket.resolution_due_at == local(16, 13)
    assert other.resolution_due_at == local(18, 15)


def test_a_missed_promise_is_recorded_once_and_goes_up(opened, world):
    ticket = opened(impact=1, urgency=1, at=local(2, 9))
    assert fire_due() == 2
    assert fire_due() == 0
    ticket.refresh_from_db()
    assert ticket.breached_at is not None
    assert [event.data["metric"] for event in ticket.events.filter(verb="breach")] == ["response", "resolution"]
    assert (ticket.team, ticket.tier.level) == (world.network, 2)


def test_the_lead_is_told_of_a_missed_promise(opened, lead):
    opened(impact=1, urgency=1, at=local(2, 9))
    fire_due()
    assert set(lead.outbox_messages.filter(template="breached").values_list("channel", flat=True)) == {
        "email",
        "in_app",
    }


def test_nothing_fires_while_the_clock_is_paused(opened, agent1):
    ticket = opened(impact=1, urgency=1, at=local(2, 9))
    commands.pend(ticket, actor=agent1, reason="vendor", at=local(2, 9, 5))
    assert fire_due() == 0
    assert not Milestone.objects.exists()
    assert not Clock.objects.filter(next_at__isnull=False).exists()


def test_a_promise_met_late_counts_as_missed(opened, manager):
    ticket = opened(impact=1, urgency=1, at=local(2, 9))
    fire_due()
    commands.resolve(ticket, actor=manager, resolution="late but done")
    assert clock(ticket).state == "done"
    assert not clock(ticket).is_met


def test_a_ticket_no_policy_fits_has_no_promise(opened):
    SlaPolicy.objects.update(is_active=False)
    ticket = opened()
    assert (ticket.next_due_at, ticket.clocks.count()) == (None, 0)


def test_a_broken_policy_is_passed_over(opened):
    good, calendar = SlaPolicy.objects.get(), BusinessCalendar.objects.get()
    owner = person("owner", is_staff=True)
    broken = SlaPolicy.objects.create(name="broken", position=0, owner=owner)
    version = draft_policy(broken, calendar, good.current.definition)
    PolicyVersion.objects.filter(pk=version.pk).update(definition={"targets": {"resolution": {"9": 1}}})
    put_in_force(version)
    assert [clock(opened()).policy_version for _time in range(2)] == [good.current] * 2
    broken.refresh_from_db()
    assert "targets.resolution.9" in broken.broken
    assert owner.outbox_messages.filter(template="policy_broken", channel="email").count() == 1
