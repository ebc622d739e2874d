"""Macros in the browser: the menu on a ticket, many tickets at once, the pages that keep them, REST."""

from __future__ import annotations

import pytest

from escalation.models import Macro, MacroRun
from tests.escalation.macros import TAKE, macro, note, urgent
from tests.escalation.rule_pages import fields_of
from tests.security.hazards import hazards
from tickets import commands
from tickets.bulk import runs
from tickets.models import BulkRun, Message, Ticket

pytestmark = pytest.mark.django_db
NAME = "<img src=x onerror=alert(1)>"


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


@pytest.fixture
def desk(agent1, client):
    client.force_login(agent1)
    return client


def menu_of(ticket):
    return f"/desk/t/{ticket.key}/macros/"


def run_by_click(client, ticket, kept):
    return client.post(menu_of(ticket), {"macro": f"{kept.pk}:{kept.version}"}, follow=True)


def test_the_menu_says_what_each_does_and_one_click_does_it(ticket, agent1, desk):
    kept = macro(agent1, TAKE, note("x"))
    page = desk.get(menu_of(ticket)).content.decode()
    assert "take it" in page and "note “x”" in page
    sent = {"macro": f"{kept.pk}:1", "version": ticket.version, "dedupe_key": "k"}
    for _click in range(2):
        answer = desk.post(menu_of(ticket), sent, follow=True)
    page = answer.content.decode()
    run = MacroRun.objects.get()
    assert "“Tidy up” is done." in page and f"/desk/t/{ticket.key}/macros/{run.pk}/undo/" in page
    said = desk.post(f"/desk/t/{ticket.key}/macros/{run.pk}/undo/", follow=True).content.decode()
    assert "It stays that you added an internal note." in said
    assert Ticket.objects.get().assignee is None


def test_a_refusal_stands_in_the_menu(ticket, agent1, agent2, desk, world):
    kept = macro(agent1, note("x"), {"do": "assign", "person": agent2.pk})
    answer = desk.post(menu_of(ticket), {"macro": f"{kept.pk}:1"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 422 and "Step 2" in answer.content.decode()
    assert desk.post(menu_of(ticket), {"macro": f"{kept.pk}:7"}).status_code == 409
    assert desk.post(menu_of(ticket), {"macro": "999"}).status_code == 422
    assert not Message.objects.exists()


def test_requesters_and_strangers_find_no_door(ticket, agent1, requester, other_team_agent, client, world):
    kept = macro(agent1, TAKE)
    client.force_login(requester)
    for address in (menu_of(ticket), "/desk/macros/", "/desk/macros/new/", f"/desk/macros/{kept.pk}/"):
        assert client.get(address).status_code == 404
    assert client.get("/api/v1/macros/").status_code == 403
    assert client.post(f"/api/v1/tickets/{ticket.key}/macros/{kept.pk}/").status_code == 404
    client.force_login(other_team_agent)
    assert client.get(f"/desk/macros/{kept.pk}/").status_code == 404
    assert client.post(f"/desk/macros/{kept.pk}/remove/").status_code == 404


def test_a_name_is_text_wherever_it_stands(ticket, agent1, desk):
    kept = macro(agent1, note(NAME), urgent(), name=NAME)
    for address in (menu_of(ticket), "/desk/macros/", f"/desk/macros/{kept.pk}/"):
        assert hazards(desk.get(address).content.decode()) == []
    assert hazards(run_by_click(desk, ticket, kept).content.decode()) == []


def test_many_tickets_at_once_and_back(opened, world, agent1, lead, desk):
    kept = macro(agent1, urgent(), {"do": "tag", "add": ["vpn"]})
    tickets = [opened(into=world.desk) for _n in range(3)]
    commands.resolve(tickets[2], actor=lead, resolution="done")
    before = tickets[0].priority
    asked = {"action": "macro", "ticket": [one.pk for one in tickets], "back": "/desk/", "dedupe_key": "b"}
    assert b"Run a macro on 3 tickets" in desk.post("/desk/bulk/", asked).content
    page = desk.post("/desk/bulk/", {**asked, "sent": "1", "macro": kept.pk}, follow=True).content.decode()
    assert "2 tickets changed." in page and "not while the ticket is “Resolved”" in page
    assert set(Ticket.objects.filter(tags=["vpn"]).values_list("priority", flat=True)) == {1}
    run = BulkRun.objects.get()
    runs.undo(run)
    assert sorted(run.steps.values_list("state", flat=True)) == ["refused", "undone", "undone"]
    assert Ticket.objects.get(pk=tickets[0].pk).priority == before


def test_all_matching(opened, world, agent1, desk):
    kept = macro(agent1, urgent())
    for _n in range(2):
        opened(into=world.desk)
    asked = {"action": "macro", "all": "1", "list": "/desk/q/service-desk/", "sent": "1", "macro": kept.pk}
    desk.post("/desk/bulk/", {**asked, "dedupe_key": "a"})
    assert Ticket.objects.filter(priority=1).count() == 2


def test_over_rest(ticket, agent1, manager, desk):
    macro(manager, TAKE, scope="everybody", name="Theirs")
    kept = macro(agent1, note("x"), urgent())
    assert [row["name"] for row in desk.get("/api/v1/macros/").json()] == ["Theirs", "Tidy up"]
    address = f"/api/v1/tickets/{ticket.key}/macros/{kept.pk}/"
    for _try in range(2):
        answer = desk.post(address, {}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k")
        assert (answer.status_code, answer.json()["priority"]) == (200, 1)
    assert Message.objects.count() == 1
    assert desk.post(address, {"macro_version": 9}, content_type="application/json").status_code == 409


@pytest.mark.slow
def test_a_macro_is_written_row_by_row_without_scripts(agent1, desk, world):
    new = "/desk/macros/new/"

    def pressed(page, action, **changes):
        return desk.post(new, fields_of(page, "macro-form") | changes | {"action": action})

    page = pressed(desk.get(new), "rows:then:add", name="Begin")
    page = pressed(page, "rows", **{"then-1-do": "resolve"})
    page = pressed(page, "rows:if:add", **{"then-1-resolution": "Done."})
    page = pressed(page, "rows", **{"if-1-field": "priority"})
    answer = pressed(page, "save", **{"if-1-op": "at_least", "if-1-value": "2"})
    kept = Macro.objects.get()
    assert answer.headers["Location"] == f"/desk/macros/#macro-{kept.pk}"
    assert kept.steps == [{"do": "resolve", "resolution": "Done."}] and kept.owner == agent1
    listed = desk.get("/desk/macros/").content.decode()
    assert "Resolve it: “Done.”. Offered only if priority is at least P2 High." in listed
    page = pressed(desk.get(new), "save")
    assert page.status_code == 422 and "Give the macro a name." in page.content.decode()


@pytest.mark.slow
def test_two_who_save_at_once_get_a_conflict_and_keep_their_words(agent1, desk):
    kept = macro(agent1, TAKE)
    address = f"/desk/macros/{kept.pk}/"
    sent = fields_of(desk.get(address), "macro-form") | {"action": "save"}
    assert desk.post(address, {**sent, "name": "First"}).status_code == 302
    answer = desk.post(address, {**sent, "name": "Second"})
    assert answer.status_code == 409 and "Second" in answer.content.decode()
    again = fields_of(answer, "macro-form") | {"action": "save"}
    assert desk.post(address, again).status_code == 302
    assert Macro.objects.get().name == "Second"


@pytest.mark.slow
def test_switching_off_moving_and_removing_with_the_way_back(agent1, desk):
    first, second = macro(agent1, TAKE, name="a"), macro(agent1, TAKE, name="b")
    desk.post(f"/desk/macros/{second.pk}/move/", {"to": "up"})
    desk.post(f"/desk/macros/{first.pk}/switch/", {"to": "off"})
    assert "not in use" in desk.get("/desk/macros/").content.decode()
    page = desk.post(f"/desk/macros/{second.pk}/remove/", follow=True).content.decode()
    assert f"/desk/macros/{second.pk}/restore/" in page
    desk.post(f"/desk/macros/{second.pk}/restore/")
    assert [(row.name, row.is_active) for row in Macro.objects.kept()] == [("b", True), ("a", False)]
