"""Waiting with a reason and an end: the command, the dialog, REST, and the way back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.errors import Invalid
from core.time import database_now
from tests.cast import MONDAY
from tickets import commands
from tickets.models import Ticket
from tickets.timeline import timeline
from tickets.undo import take_back

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


@pytest.fixture
def browser(agent1):
    client = Client()
    client.force_login(agent1)
    return client


def newest(ticket):
    return ticket.events.select_related("actor").order_by("-pk").first()


def soon() -> datetime:
    return (database_now() + 3 * DAY).replace(microsecond=0)


def test_scheduled_work_needs_an_end(ticket, agent1):
    with pytest.raises(Invalid) as raised:
        commands.pend(ticket, actor=agent1, reason="scheduled")
    assert list(raised.value.fields) == ["until"]
    assert Ticket.objects.get().status == "new"


@pytest.mark.parametrize("away", [timedelta(0), -HOUR, 2 * 365 * DAY + HOUR])
def test_the_end_lies_in_the_next_two_years(ticket, agent1, away):
    with pytest.raises(Invalid) as raised:
        commands.pend(ticket, actor=agent1, reason="vendor", until=MONDAY + away, at=MONDAY)
    assert list(raised.value.fields) == ["until"]


@pytest.mark.parametrize("reason", ["requester", "vendor", "change", "problem", "scheduled"])
def test_every_reason_may_have_an_end_and_the_event_shows_it(ticket, agent1, reason):
    until = MONDAY + DAY
    commands.pend(ticket, actor=agent1, reason=reason, until=until, at=MONDAY)
    assert Ticket.objects.get().pending_until == until
    assert newest(ticket).changes["pending_until"] == [None, "2026-11-17T02:00:00Z"]


def test_reason_and_end_can_be_changed_while_it_waits(ticket, agent1):
    commands.pend(ticket, actor=agent1, reason="vendor", until=MONDAY + DAY, at=MONDAY)
    commands.pend(ticket, actor=agent1, reason="vendor", until=MONDAY + 2 * DAY, at=MONDAY + HOUR)
    assert set(newest(ticket).changes) == {"pending_until"}
    commands.pend(ticket, actor=agent1, reason="change", at=MONDAY + 2 * HOUR)
    assert (ticket.pending_reason, ticket.pending_until) == ("change", None)


def test_the_end_goes_with_the_wait(ticket, agent1):
    commands.pend(ticket, actor=agent1, reason="vendor", until=soon())
    commands.resume(ticket, actor=agent1)
    assert Ticket.objects.get().pending_until is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.update(pending_until=soon())


def test_a_past_told_again_need_not_know_the_end(ticket, agent1):
    with commands.quietly():
        commands.pend(ticket, actor=agent1, reason="scheduled", at=MONDAY)
    assert ticket.status == "pending"


def test_a_note_is_for_staff_and_short(ticket, agent1, requester):
    commands.pend(ticket, actor=agent1, reason="vendor", note=" order 77 ")
    assert newest(ticket).data["note"] == "order 77"
    assert "order 77" in "".join(str(entry.sentence) for entry in timeline(ticket, agent1))
    told = timeline(ticket, requester, as_requester=True)
    assert "order 77" not in "".join(str(entry.sentence) for entry in told)
    with pytest.raises(Invalid) as raised:
        commands.pend(ticket, actor=agent1, reason="change", note="x" * 501)
    assert list(raised.value.fields) == ["note"]


def test_the_history_says_until_when(ticket, agent1, requester):
    commands.pend(ticket, actor=agent1, reason="vendor", until=datetime(2027, 11, 23, 2, tzinfo=UTC), at=MONDAY)
    words = "Tue 23 Nov 2027 09:00"
    assert words in "".join(str(entry.sentence) for entry in timeline(ticket, agent1))
    assert words in "".join(str(entry.sentence) for entry in timeline(ticket, requester, as_requester=True))


# --- the way back -------------------------------------------------------------------------------------------------


def test_another_end_is_taken_back_to_the_one_before(ticket, agent1):
    first = soon()
    commands.pend(ticket, actor=agent1, reason="vendor", until=first)
    commands.pend(ticket, actor=agent1, reason="vendor", until=first + DAY)
    take_back(ticket, event=newest(ticket), actor=agent1)
    back = Ticket.objects.get()
    assert (back.pending_reason, back.pending_until) == ("vendor", first)


def test_going_on_is_taken_back_to_the_same_wait(ticket, agent1):
    until = soon()
    commands.pend(ticket, actor=agent1, reason="scheduled", until=until)
    commands.resume(ticket, actor=agent1)
    take_back(ticket, event=newest(ticket), actor=agent1)
    back = Ticket.objects.get()
    assert (back.pending_reason, back.pending_until) == ("scheduled", until)


# --- the dialog ---------------------------------------------------------------------------------------------------


def test_the_dialog_reads_the_time_in_the_readers_zone(browser, ticket, agent1):
    type(agent1).objects.filter(pk=agent1.pk).update(time_zone="Asia/Tokyo")
    day = (soon() + DAY).date()
    url = f"/desk/t/{ticket.key}/waiting/"
    assert browser.post(url, {"reason": "scheduled", "until": f"{day}T09:30"}).status_code == 302
    assert Ticket.objects.get().pending_until == datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
    page = browser.get(url).content.decode()
    assert f'value="{day}T09:30"' in page
    assert 'value="scheduled" id="waiting-scheduled" checked' in page


@pytest.mark.parametrize("until", ["", "soon", "2026-02-31T10:00", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_refused_dialog_keeps_what_was_typed(browser, ticket, until):
    typed = {"reason": "scheduled", "until": until, "note": "after the move"}
    answer = browser.post(f"/desk/t/{ticket.key}/waiting/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="until" value="{until}"' in page
    assert "after the move" in page
    assert Ticket.objects.get().status == "new"


def test_the_menu_leads_to_the_dialog_and_the_page_says_until_when(browser, ticket, agent1):
    page = browser.get(f"/desk/t/{ticket.key}/").content.decode()
    assert f'href="/desk/t/{ticket.key}/waiting/"' in page
    commands.pend(ticket, actor=agent1, reason="vendor", until=datetime(2027, 11, 23, 2, tzinfo=UTC))
    assert "Tue 23 Nov 2027 09:00" in browser.get(f"/desk/t/{ticket.key}/").content.decode()


def test_the_portal_says_until_when(ticket, agent1, requester):
    commands.pend(ticket, actor=agent1, reason="scheduled", until=datetime(2027, 11, 23, 2, tzinfo=UTC))
    client = Client()
    client.force_login(requester)
    assert "Tue 23 Nov 2027 09:00" in client.get(f"/my/tickets/{ticket.key}/").content.decode()


# --- REST ---------------------------------------------------------------------------------------------------------


def test_rest_takes_and_shows_the_end(browser, ticket):
    until = soon()
    body = {"reason": "scheduled", "until": until.isoformat(), "note": "rack move"}
    answer = browser.post(f"/api/v1/tickets/{ticket.key}/pend/", body, content_type="application/json")
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["pending_until"]) == until
    assert newest(ticket).data["note"] == "rack move"


@pytest.mark.parametrize("until", [None, "yesterday", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 7])
def test_rest_refuses_an_end_that_is_none(browser, ticket, until):
    body = {"reason": "scheduled", "until": until}
    answer = browser.post(f"/api/v1/tickets/{ticket.key}/pend/", body, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["until"]
