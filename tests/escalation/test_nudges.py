"""Reminders of a wait for the requester: when, in which words, and what comes after the last one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from core.time import database_now
from escalation import pauses
from escalation.commands import draft_calendar, put_in_force
from escalation.models import BusinessCalendar, Clock, Pause
from escalation.pauses import plan_for, wake_due
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tests.escalation.waits import at, local, pause_of
from tickets import commands
from tickets.models import Ticket
from tickets.timeline import timeline
from tickets.workflow import verbs_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked(opened, agent1, world):
    """Asked on Friday at ten, waiting for the requester."""
    ticket = opened(into=world.desk)
    commands.reply(ticket, actor=agent1, body="Which profile do you use?", at=local(20, 10))
    return commands.pend(ticket, actor=agent1, reason="requester", at=local(20, 10))


def test_two_working_days_from_friday_are_tuesday(asked):
    assert pause_of(asked).next_at == local(24, 10)


def test_a_holiday_is_no_working_day(opened, agent1, world):
    calendar = BusinessCalendar.objects.get()
    holiday = {"day": "2026-11-23", "name": "Test day", "name_id": "", "is_estimated": False}
    put_in_force(draft_calendar(calendar, {**calendar.current.definition, "holidays": [holiday]}))
    ticket = opened(into=world.desk)
    commands.pend(ticket, actor=agent1, reason="requester", at=local(20, 10))
    assert pause_of(ticket).next_at == local(25, 10)


def test_without_a_promise_days_are_days(opened, agent1):
    ticket = opened()
    Clock.objects.all().delete()
    commands.pend(ticket, actor=agent1, reason="requester", at=local(20, 10))
    assert pause_of(ticket).next_at == local(22, 10)


def test_two_reminders_then_it_is_resolved_and_an_answer_opens_it_again(asked, requester, monkeypatch):
    for now in (local(24, 10), local(26, 10)):
        at(monkeypatch, now - timedelta(seconds=1))
        assert wake_due() == 0
        at(monkeypatch, now)
        assert (wake_due(), wake_due()) == (1, 0)
    assert pause_of(asked).nudges == 2
    assert [event.data["number"] for event in asked.events.filter(verb="nudge")] == [1, 2]
    at(monkeypatch, local(30, 10))
    assert (wake_due(), wake_due()) == (1, 0)
    asked.refresh_from_db()
    assert (asked.status, asked.resolution[:19]) == ("resolved", "We did not hear bac")
    assert (Pause.objects.get().ended_verb, Pause.objects.get().ended_by.is_automation) == ("resolve", True)
    commands.reply(asked, actor=requester, body="I was ill. Profile HQ.")
    assert (asked.status, asked.reopen_count) == ("open", 1)


def test_the_plan_says_what_then_happens(asked, monkeypatch):
    plan = plan_for(asked)
    assert (plan.remind_at, plan.close_at) == (local(24, 10), local(30, 10))
    at(monkeypatch, local(24, 10))
    wake_due()
    assert (plan_for(asked).remind_at, plan_for(asked).close_at) == (local(26, 10), local(30, 10))
    at(monkeypatch, local(26, 10))
    wake_due()
    assert (plan_for(asked).remind_at, plan_for(asked).close_at) == (None, local(30, 10))


def test_a_late_sweep_leaves_as_long_to_answer(asked, monkeypatch):
    at(monkeypatch, local(27, 15))
    assert (wake_due(), wake_due()) == (1, 0)
    assert pause_of(asked).next_at == local(27, 15) + 4 * DAY


def test_an_answer_stops_the_reminders(asked, requester, monkeypatch):
    commands.reply(asked, actor=requester, body="HQ", at=local(23, 9))
    at(monkeypatch, local(30, 10))
    assert wake_due() == 0
    assert not asked.events.filter(verb="nudge").exists()


def test_new_words_of_staff_start_the_interval_anew(asked, agent1):
    commands.note(asked, actor=agent1, body="seen", at=local(23, 9))
    assert pause_of(asked).next_at == local(24, 10)
    commands.reply(asked, actor=agent1, body="And which office?", at=local(23, 15))
    assert pause_of(asked).next_at == local(25, 15)


@pytest.mark.parametrize("setting", ["NUDGES", "NUDGE_AFTER_DAYS"])
def test_reminders_can_be_turned_off_even_while_one_is_due(asked, settings, monkeypatch, setting):
    setattr(settings, setting, 0)
    at(monkeypatch, local(30, 10))
    wake_due()
    asked.refresh_from_db()
    assert (asked.status, pause_of(asked).next_at) == ("pending", None)


def test_nobody_is_reminded_of_an_imported_past(opened, agent1, monkeypatch):
    ticket = opened()
    with commands.quietly():
        commands.pend(ticket, actor=agent1, reason="requester", at=local(16, 10))
    commands.reply(ticket, actor=agent1, body="still there?", at=local(16, 11))
    assert pause_of(ticket).next_at is None
    assert plan_for(ticket) is None
    with commands.quietly():
        commands.pend(ticket, actor=agent1, reason="scheduled", until=local(17, 9), at=local(16, 12))
    at(monkeypatch, local(30, 10))
    assert wake_due() == 0


def test_one_wait_that_fails_holds_up_no_other(opened, agent1, world, monkeypatch):
    tickets = [opened(into=world.desk) for _n in range(3)]
    for ticket in tickets:
        commands.pend(ticket, actor=agent1, reason="requester", at=local(20, 10))
    plain_nudge = pauses.nudge

    def nudge(ticket: Ticket, **rest: object) -> Ticket:
        if ticket.pk == tickets[0].pk:
            raise ValueError("nobody foresaw this")
        return plain_nudge(ticket, **rest)

    monkeypatch.setattr(pauses, "nudge", nudge)
    at(monkeypatch, local(24, 10))
    assert wake_due() == 2
    assert wake_due() == 0
    assert pause_of(tickets[0]).next_at == local(24, 10) + timedelta(minutes=5)
    assert pause_of(tickets[0]).nudges == 0


def test_only_the_automation_reminds(asked, agent1, automation):
    assert "nudge" not in verbs_for(agent1, asked)
    assert "nudge" in verbs_for(automation, asked)


# --- what people read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [("en", "We still need an answer from you", "Which profile do you use?"), ("id", "", "Which profile do you use?")],
)
def test_the_reminder_says_what_was_asked_and_what_happens(
    asked, requester, monkeypatch, settings, language, subject, greeting
):
    type(requester).objects.filter(pk=requester.pk).update(language=language)
    OutboxMessage.objects.all().delete()
    at(monkeypatch, local(24, 10))
    wake_due()
    rows = OutboxMessage.objects.filter(template="waiting_reminder")
    assert {(row.recipient_id, row.channel, row.language) for row in rows} == {
        (requester.pk, "email", language),
        (requester.pk, "in_app", language),
    }
    rows.filter(channel="email").update(due_at=database_now())
    deliver_due()
    letter = mail.outbox[0]
    assert greeting in letter.body
    assert f"{settings.BASE_URL}/my/tickets/{asked.key}/#reply" in letter.body
    assert "30" in letter.body and "10:00 WIB" in letter.body
    if subject:
        assert subject in letter.subject
        assert "we will close it as resolved on 30 Nov 2026, 10:00 WIB" in letter.body


def test_the_last_word_is_told_in_the_requesters_language(asked, requester, monkeypatch):
    monkeypatch.setattr("escalation.commands.waiting._", lambda text: f"{translation.get_language()}: {text}")
    type(requester).objects.filter(pk=requester.pk).update(language="id")
    Pause.objects.update(nudges=2)
    at(monkeypatch, local(30, 10))
    wake_due()
    asked.refresh_from_db()
    assert asked.resolution.startswith("id: ")
    told = OutboxMessage.objects.get(template="ticket_unanswered")
    assert (told.recipient, told.language) == (requester, "id")


def test_the_portal_says_what_happens_and_the_history_what_happened(asked, requester, agent1, monkeypatch):
    client = Client()
    client.force_login(requester)
    page = client.get(f"/my/tickets/{asked.key}/").content.decode()
    assert "We remind you on" in page and "Tue 24 Nov 10:00" in page and "Mon 30 Nov 10:00" in page
    at(monkeypatch, local(24, 10))
    wake_due()
    page = client.get(f"/my/tickets/{asked.key}/").content.decode()
    assert "We reminded you that we wait for your answer" in page
    staff = "".join(str(entry.sentence) for entry in timeline(asked, agent1))
    assert "reminded the requester" in staff


def test_the_portal_is_still_about_an_imported_past(opened, agent1, requester):
    ticket = opened()
    with commands.quietly():
        commands.pend(ticket, actor=agent1, reason="requester")
    client = Client()
    client.force_login(requester)
    assert "We remind you on" not in client.get(f"/my/tickets/{ticket.key}/").content.decode()


def test_an_update_leads_a_requester_to_their_own_page(asked, requester, monkeypatch):
    at(monkeypatch, local(24, 10))
    wake_due()
    told = OutboxMessage.objects.get(template="waiting_reminder", channel="in_app")
    assert told.context["desk_path"] == f"/my/tickets/{asked.key}/"
