"""Plans: tickets that open by themselves, each date once, per asset, without a flood and never silently not."""

from datetime import timedelta

import pytest
from django.test import Client

from catalogue.models import Asset
from core.errors import Conflict, NotAllowed
from core.time import database_now
from notifications.models import OutboxMessage
from tickets import commands, planning
from tickets.models import ChecklistTemplate, Plan, PlanRun, Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def plan(lead, *, assets=(), **fields):
    typed = {
        "name": "Test the backup",
        "rule": "FREQ=DAILY",
        "starts_at": database_now() + DAY,
        "time_zone": "Asia/Jakarta",
        "subject": "Test the backup",
        "description": "Restore one file.",
        "owner": lead,
    }
    return planning.keep_plan(Plan(**{**typed, **fields}), assets=assets, actor=lead)


def comes_due(row, *, days=0):
    """As if it had been written so many days and one more ago, and nothing had run since."""
    row.starts_at = row.starts_at - DAY * (days + 1) - timedelta(minutes=1)
    row.next_at = row.opens_at = row.starts_at
    row.save()


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def outcomes():
    return sorted(PlanRun.objects.values_list("outcome", flat=True))


def test_a_plan_opens_its_ticket_in_time_and_once(lead, agent1, world):
    checklist = ChecklistTemplate.objects.create(name="Backup", steps=["Pick a file"])
    fields = {"category": world.category, "team": world.desk, "priority": 2, "assignee": agent1, "checklist": checklist}
    row = plan(lead, lead_days=0, **fields)
    assert planning.open_due() == 0
    comes_due(row)
    planning.open_due()
    planning.open_due()
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.team, ticket.priority, ticket.assignee) == (lead, world.desk, 2, agent1)
    assert ticket.steps.get().text == "Pick a file"
    row.refresh_from_db()
    assert row.next_at > database_now() and PlanRun.objects.get().ticket == ticket


def test_lead_time_opens_before_it_is_due(lead):
    row = plan(lead, lead_days=3, starts_at=database_now() + DAY * 2)
    planning.open_due()
    run = PlanRun.objects.get()
    assert run.due_at == row.starts_at and run.outcome == "opened"


def test_after_downtime_only_the_latest_is_opened_and_the_others_are_told(lead):
    row = plan(lead)
    comes_due(row, days=10)
    planning.open_due()
    assert Ticket.objects.count() == 1
    missed = PlanRun.objects.get(outcome="missed")
    assert missed.count == 10 and missed.due_at == row.starts_at
    assert "10 dates" in browser(lead).get(f"/desk/plans/{row.pk}/").content.decode()


def test_each_asset_has_its_ticket_and_its_last_time(lead, agent1, world):
    assets = [Asset.objects.create(tag=f"PRN-{number}", name="Printer", kind="printer") for number in (1, 2)]
    row = plan(lead, assets=assets, team=world.desk)
    comes_due(row)
    planning.open_due()
    first = Ticket.objects.get(asset=assets[0])
    assert first.subject == "Test the backup (PRN-1)"
    commands.resolve(first, actor=agent1, resolution="done")
    done, still = planning.per_asset(row, lead)
    assert (done["last_done"], done["open"]) == (first.resolved_at, None)
    assert still["last_done"] is None and still["open"].asset == assets[1]
    comes_due(row)
    planning.open_due()
    assert [one for one in outcomes() if one != "missed"] == ["opened", "opened", "opened", "skipped"]


def test_a_paused_plan_opens_nothing_and_makes_nothing_up(lead, agent1):
    row = plan(lead)
    planning.switch_plan(row, actor=lead, is_active=False)
    comes_due(row, days=2)
    assert planning.open_due() == 0
    planning.switch_plan(row, actor=lead, is_active=True)
    assert row.next_at > database_now() and not PlanRun.objects.exists()
    with pytest.raises(NotAllowed):
        planning.switch_plan(row, actor=agent1, is_active=False)


def test_pausing_counts_from_the_rule_that_was_saved_meanwhile(lead):
    row = plan(lead)
    stale = Plan.objects.get(pk=row.pk)
    row.rule = "FREQ=YEARLY"
    planning.keep_plan(row, assets=[], actor=lead)
    first, last = row.next_at, database_now() + DAY * 300
    PlanRun.objects.create(plan=row, due_at=first, outcome="skipped", at=first)
    planning.switch_plan(stale, actor=lead, is_active=False)
    planning.switch_plan(stale, actor=lead, is_active=True)
    row.refresh_from_db()
    assert row.rule == "FREQ=YEARLY" and row.next_at > last


def test_tickets_of_a_restricted_team_are_neither_named_nor_dated(lead, agent1, world, other_team_agent):
    row = plan(lead, team=world.desk)
    comes_due(row)
    planning.open_due()
    ticket = Ticket.objects.get()
    commands.assign(ticket, actor=lead, assignee=lead)
    Ticket.objects.filter(pk=ticket.pk).update(team=world.hr)
    page = browser(agent1).get(f"/desk/plans/{row.pk}/").content.decode()
    assert ticket.key not in page and page.count("another ticket") == 2
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=database_now())
    (done,) = planning.per_asset(row, agent1)
    assert (done["last_done"], done["open"], done["hides_done"]) == (None, None, True)
    (done,) = planning.per_asset(row, other_team_agent)
    assert done["last_done"] is not None


def test_a_plan_that_cannot_open_tells_its_owner_and_goes_on(lead, agent2, world):
    row = plan(lead, team=world.desk, assignee=agent2)
    comes_due(row)
    planning.open_due()
    run = PlanRun.objects.get()
    assert run.outcome == "failed" and agent2.name in run.why
    assert not Ticket.objects.exists()
    letters = OutboxMessage.objects.filter(template="plan_failed", recipient=lead)
    assert sorted(letters.values_list("channel", flat=True)) == ["email", "in_app"]
    row.refresh_from_db()
    assert row.next_at > database_now()


def test_where_the_owner_has_left_the_incident_managers_are_told(lead, agent2, manager, world):
    row = plan(lead, team=world.desk, assignee=agent2)
    lead.is_active = False
    lead.save()
    comes_due(row)
    planning.open_due()
    told = OutboxMessage.objects.filter(template="plan_failed")
    assert set(told.values_list("recipient", flat=True)) == {manager.pk}


def test_somebody_else_s_edit_is_not_overwritten_unseen(lead):
    row = plan(lead)
    seen = row.version
    planning.keep_plan(row, assets=[], actor=lead, seen=seen)
    with pytest.raises(Conflict):
        planning.keep_plan(row, assets=[], actor=lead, seen=seen)


def test_leads_write_plans_with_a_preview_and_agents_read_them(lead, agent1, requester, world, other_team_agent):
    client = browser(lead)
    typed = {
        "name": "Clean printers",
        "often": "FREQ=MONTHLY",
        "starts_at": "2098-03-01T09:00",
        "lead_days": "3",
        "subject": "Clean",
        "description": "All of them.",
        "priority": "4",
        "skip_while_open": "on",
    }
    preview = client.post("/desk/plans/preview/", typed).content.decode()
    assert "Every month" in preview and preview.count("<li>") == 5
    assert client.post("/desk/plans/new/", {**typed, "often": "", "rule": "FREQ=SECONDLY"}).status_code == 422
    assert client.post("/desk/plans/new/", {**typed, "often": "FREQ=DAILY;COUNT=0"}).status_code == 422
    for year in ("0001", "1900", "9999"):
        assert client.post("/desk/plans/new/", {**typed, "starts_at": f"{year}-12-31T23:59"}).status_code == 422
    assert client.post("/desk/plans/new/", typed).status_code == 302
    row = Plan.objects.get()
    again = client.get(f"/desk/plans/{row.pk}/edit/").content.decode()
    assert 'value="2098-03-01T09:00"' in again
    assert client.post(f"/desk/plans/{row.pk}/edit/", {**typed, "version": row.version}).status_code == 302
    reader = browser(agent1)
    assert "Clean printers" in reader.get("/desk/plans/").content.decode()
    assert reader.get(f"/desk/plans/{row.pk}/").status_code == 200
    assert reader.get("/desk/plans/new/").status_code == 403
    assert browser(requester).get("/desk/plans/").status_code == 404
    Plan.objects.update(team=world.hr)
    assert reader.get(f"/desk/plans/{row.pk}/").status_code == 404
    client.post(f"/desk/plans/{row.pk}/pause/")
    assert browser(other_team_agent).get(f"/desk/plans/{row.pk}/").status_code == 200
