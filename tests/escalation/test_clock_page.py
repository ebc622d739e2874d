"""The page that explains a clock, the panel that leads to it, what the requester and the interface may read of it."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from escalation.clock_story import life_of, story_of
from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.explanation import counted_in, shown_minutes
from escalation.models import BusinessCalendar, Clock, SlaPolicy
from escalation.sweep import fire_due
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
JAKARTA = timezone(timedelta(hours=7))
MOST_QUERIES = 20


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


@pytest.fixture
def full_policy(db: None) -> SlaPolicy:
    """The standard promise with regular updates, tiers and vendors."""
    policy = SlaPolicy.objects.get()
    more = {
        "targets": {**policy.current.definition["targets"], "update": {"2": 120}},
        "ola": {"1": {"2": 120}, "2": {"2": 240}},
        "vendor": {"2": 480},
        "steps": [{"metric": "resolution", "percent": 75, "actions": []}],
    }
    put_in_force(draft_policy(policy, BusinessCalendar.objects.get(), {**policy.current.definition, **more}))
    return policy


def waited(opened, agent1, requester, **report) -> Ticket:
    """Opened on Monday 9, waiting from 10, answered on Tuesday 8, solved at 9: two hours."""
    ticket = opened(impact=1, urgency=2, at=local(2, 9), **report)
    commands.pend(ticket, actor=agent1, reason="requester", at=local(2, 10))
    commands.reply(ticket, actor=requester, body="HQ", at=local(3, 8))
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(3, 9))
    return ticket


def page_of(client: Client, user: User, ticket: Ticket, metric: str = "resolution", **query: object) -> str:
    client.force_login(user)
    answer = client.get(f"/desk/t/{ticket.key}/clocks/{metric}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def figures(page: str) -> tuple[list[int], str, str]:
    """The rows' minutes, the figure under them and the figure the clock shows."""
    rows = [int(found) for found in re.findall(r'data-minutes="(\d+)"', page)]
    total = re.search(r'data-figure="sum"><strong>([^<]*)', page)
    used = re.search(r'data-figure="used">([^<]*)', page)
    assert total and used
    return rows, total[1], used[1]


def test_the_rows_add_up_to_what_the_panel_shows(opened, agent1, requester, client, full_policy):
    ticket = waited(opened, agent1, requester)
    rows, total, used = figures(page_of(client, agent1, ticket))
    assert (sum(rows), total, used) == (120, "2h", "2h")
    panel = client.get(f"/desk/t/{ticket.key}/side/clock/").content.decode()
    assert "<strong>2h</strong>" in panel
    assert f"/desk/t/{ticket.key}/clocks/resolution/" in panel


def test_a_row_says_who_did_what(opened, agent1, requester, client, full_policy):
    page = page_of(client, agent1, waited(opened, agent1, requester))
    assert "<b>Arif</b> set waiting" in page
    assert "Waiting for requester" in page
    assert "<b>Rina</b>" in page
    assert "Standard promise, version 2" in page
    assert "no other policy fits" in page


@pytest.mark.parametrize("metric", ["response", "update", "resolution", "ola"])
def test_every_clock_is_told_as_it_is_stored(opened, agent1, requester, full_policy, metric):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    commands.reply(ticket, actor=agent1, body="Which profile?", at=local(2, 9, 20))
    commands.pend(ticket, actor=agent1, reason="vendor", at=local(2, 10))
    commands.resume(ticket, actor=agent1, at=local(2, 12))
    commands.prioritise(ticket, actor=agent1, priority=1, reason="CEO", at=local(2, 13))
    commands.prioritise(ticket, actor=agent1, priority=2, reason="no", at=local(2, 14))
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(2, 15))
    clock = ticket.clocks.get(metric=metric)
    life = life_of(clock)
    assert life is not None and life.state == clock.value
    story = story_of(ticket, clock, local(4, 9))
    assert story is not None and counted_in(story.intervals) == clock.counted


def test_the_panel_shows_the_present_visit_and_the_page_the_earlier_ones(
    opened, lead, agent2, world, client, full_policy
):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    commands.transfer(ticket, actor=lead, team=world.network, reason="skill", at=local(2, 10))
    client.force_login(agent2)
    panel = client.get(f"/desk/t/{ticket.key}/side/clock/").content.decode()
    assert panel.count("/clocks/ola/") == 1
    first, second = ticket.clocks.filter(metric="ola").order_by("life")
    page = page_of(client, agent2, ticket, "ola", life=first.life)
    assert f"life={second.life}" in page
    assert figures(page)[0] == [60]
    assert client.get(f"/desk/t/{ticket.key}/clocks/ola/", {"life": 1}).status_code == 404


def test_old_versions_are_named_as_such(opened, agent1, requester, client, full_policy):
    ticket = waited(opened, agent1, requester)
    calendar = BusinessCalendar.objects.get()
    put_in_force(draft_calendar(calendar, calendar.current.definition))
    page = page_of(client, agent1, ticket)
    assert "version 2 is in force now" in page


def test_milestones_say_when_they_were_due_and_what_comes_next(opened, agent1, client, full_policy):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    page = page_of(client, agent1, ticket)
    assert "75 % of the time is used" in page
    fire_due()
    page = page_of(client, agent1, ticket)
    assert "The promise runs out" in page
    assert "late" in page


def test_without_a_promise_the_page_says_so(opened, agent1, client):
    SlaPolicy.objects.update(is_active=False)
    assert "No promise applies to this ticket" in page_of(client, agent1, opened())


def test_a_dropped_promise_is_said_to_be_no_longer_judged(opened, agent1, requester, client):
    ticket = opened(at=local(16, 9))
    commands.cancel(ticket, actor=requester, reason="found it", at=local(16, 9, 5))
    assert "This promise is no longer judged." in page_of(client, agent1, ticket)


def test_a_clock_that_does_not_exist_is_not_there(opened, agent1, client):
    client.force_login(agent1)
    assert client.get(f"/desk/t/{opened().key}/clocks/weather/").status_code == 404


def test_the_hours_zone_is_named_when_it_is_not_the_readers(opened, agent1, requester, client):
    agent1.time_zone = "Europe/Berlin"
    agent1.save()
    page = page_of(client, agent1, waited(opened, agent1, requester))
    assert "The hours are those of Asia/Jakarta" in page


def many_pauses(ticket: Ticket, agent: User, requester: User, count: int) -> None:
    for index in range(count):
        at = local(2, 10) + timedelta(minutes=2 * index)
        commands.pend(ticket, actor=agent, reason="requester", at=at)
        commands.resume(ticket, actor=agent, at=at + timedelta(minutes=1))


@pytest.mark.slow
def test_a_busy_ticket_is_gathered_and_costs_no_more_queries(
    opened, agent1, requester, client, full_policy, django_assert_max_num_queries
):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    many_pauses(ticket, agent1, requester, 120)
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(3, 16, 1))
    client.force_login(agent1)
    address = f"/desk/t/{ticket.key}/clocks/resolution/"
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(address).content.decode()
    rows, total, used = figures(page)
    assert len(rows) <= 60
    clock = ticket.clocks.get(metric="resolution")
    assert sum(rows) == shown_minutes(clock.counted)
    assert total == used
    with django_assert_max_num_queries(MOST_QUERIES):
        every = client.get(address, {"rows": "all"}).content.decode()
    assert every.count("<tr id=") == 100
    last = page_of(client, agent1, ticket, rows="all", page=3)
    assert figures(last)[1] == total


def test_the_requester_reads_plain_words_and_nothing_from_the_inside(opened, agent1, requester, client, full_policy):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    commands.pend(ticket, actor=agent1, reason="problem", at=local(2, 10))
    commands.resume(ticket, actor=agent1, at=local(2, 11))
    commands.pend(ticket, actor=agent1, reason="requester", at=local(2, 12))
    commands.reply(ticket, actor=requester, body="HQ", at=local(3, 8))
    client.force_login(requester)
    page = client.get(f"/my/tickets/{ticket.key}/promise/").content.decode()
    assert "We promised an answer by about" in page
    assert "Monday to Friday 08:00–17:00" in page
    assert "while we waited for your answer" in page
    assert "something else had to be finished first" in page
    assert not re.search("tier|problem|policy", page.split("promise soft")[1].split("</main>")[0], re.IGNORECASE)
    assert client.get(f"/desk/t/{ticket.key}/clocks/resolution/").status_code == 404
    fragment = client.get(f"/my/tickets/{ticket.key}/promise/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_clocks_over_rest_are_for_staff(opened, agent1, requester, client, full_policy):
    ticket = waited(opened, agent1, requester)

    def get(user: User):
        token = ApiToken.objects.issue(user, "test", ["read"])
        return client.get(f"/api/v1/tickets/{ticket.key}/clocks/", headers={"Authorization": f"Bearer {token}"})

    found = {clock["metric"]: clock for clock in get(agent1).json()}
    solution = found["resolution"]
    assert (solution["state"], solution["used_seconds"], solution["target_seconds"]) == ("done", 7200, 28800)
    assert [row["kind"] for row in solution["intervals"]][:3] == ["counted", "paused", "counted"]
    assert sum(row["counted_seconds"] for row in solution["intervals"]) == 7200
    assert solution["policy"] == {"name": "Standard promise", "version": 2}
    assert get(requester).status_code == 403


def test_only_staff_of_the_ticket_see_its_clocks(opened, agent1, requester, colleague, client):
    ticket = opened()
    for person in (requester, colleague):
        client.force_login(person)
        assert client.get(f"/desk/t/{ticket.key}/clocks/resolution/").status_code == 404
    assert Clock.objects.filter(ticket=ticket).exists()


def test_earlier_periods_of_the_regular_updates_are_told_too(opened, agent1, client, full_policy):
    ticket = opened(impact=1, urgency=2, at=local(2, 9))
    for hour in (10, 13):
        commands.reply(ticket, actor=agent1, body="Still on it.", at=local(2, hour))
    commands.resolve(ticket, actor=agent1, resolution="done", at=local(2, 14))
    assert figures(page_of(client, agent1, ticket, "update")) == ([60], "1h", "1h")
    page = page_of(client, agent1, ticket, "update", cycle=2)
    assert figures(page) == ([180], "3h", "3h")
    assert "2 of 3, over" in page
