"""Time spent: read, logged, corrected by new rows, taken back, summed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import Invalid, NotAllowed
from tickets import commands
from tickets.models import TimeEntry
from tickets.time_spent import minutes_of, spoken_minutes, sums

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def counting(ticket):
    return list(ticket.time_entries.counting().values_list("minutes", flat=True))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("15", 15), ("1h 20", 80), ("1:20", 80), ("1h", 60), ("2 jam 5 mnt", 125), ("90m", 90), (" 1H20 ", 80)],
)
def test_what_people_type(text, minutes):
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "1:75", "-5", "1.5.2", "²"])
def test_what_is_no_time(text):
    with pytest.raises(Invalid):
        minutes_of(text)


def test_time_is_logged_corrected_taken_away_and_brought_back_by_new_rows(opened, agent1):
    ticket = opened()
    first = commands.log_time(ticket, actor=agent1, minutes=15, note="phone")
    second = commands.correct_time(first, actor=agent1, minutes=20, day=first.day)
    assert counting(ticket) == [20]
    gone = commands.drop_time(second, actor=agent1)
    assert counting(ticket) == []
    commands.restore_time(gone, actor=agent1)
    assert counting(ticket) == [20] and TimeEntry.objects.count() == 4
    with pytest.raises(Invalid):
        commands.drop_time(first, actor=agent1)
    with pytest.raises(DatabaseError), transaction.atomic():
        TimeEntry.objects.update(minutes=1)


def test_time_is_one_s_own_and_fits_into_a_day(opened, agent1, lead, requester):
    ticket = opened()
    row = commands.log_time(ticket, actor=agent1, minutes=15)
    with pytest.raises(NotAllowed):
        commands.drop_time(row, actor=lead)
    with pytest.raises(NotAllowed):
        commands.log_time(ticket, actor=requester, minutes=15)
    for wrong in ({"minutes": 0}, {"minutes": 1441}, {"day": TODAY() + timedelta(days=2)}, {"kind": "x"}):
        with pytest.raises(Invalid):
            commands.log_time(ticket, actor=agent1, **{"minutes": 5, **wrong})


def test_the_pages_log_correct_and_take_back(opened, agent1):
    ticket, client = opened(), browser(agent1)
    base = f"/desk/t/{ticket.key}/time/"
    typed = {"minutes": "1:20", "day": "2026-11-02", "kind": "work", "note": "on site"}
    assert client.post(f"{base}log/", {**typed, "minutes": "x"}).status_code == 422
    assert client.post(f"{base}log/", {**typed, "day": "x"}).status_code == 422
    assert client.post(f"{base}log/", typed).status_code == 302
    row = TimeEntry.objects.get()
    assert (row.minutes, row.day) == (80, date(2026, 11, 2))
    assert "1 h 20 min" in client.get(f"{base}{row.pk}/correct/").content.decode()
    assert "on site" in client.get(f"/desk/t/{ticket.key}/side/time/").content.decode()
    client.post(f"{base}{row.pk}/drop/")
    assert counting(ticket) == []
    client.post(f"{base}{TimeEntry.objects.last().pk}/restore/")
    assert counting(ticket) == [80]


def test_leads_see_sums_of_what_they_may_see(opened, agent1, lead, world, other_team_agent):
    commands.log_time(opened(into=world.desk), actor=agent1, minutes=30)
    commands.log_time(opened(into=world.hr), actor=other_team_agent, minutes=99)
    assert sums(lead, TODAY(), TODAY()) == [{"name": agent1.name, "minutes": 30, "tickets": 1}]
    assert "30 min" in browser(lead).get("/desk/time/").content.decode()
    assert browser(lead).get("/desk/time/?first=0001-01-01&last=0001-01-02").status_code == 200
    assert browser(agent1).get("/desk/time/").status_code == 403
    assert spoken_minutes(60) == "1 h" and spoken_minutes(0) == "0 min"
