"""The dialogs, panel, pages and REST of vendors and bugs: translation, permission, fragment."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import Contract, Vendor
from escalation import commands as escalation
from escalation.models import BusinessCalendar, ContractTerms, ExternalBug, VendorReferral
from tests.escalation.vendors import contract_of
from tickets import commands

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DIALOGS = ("vendor", "vendor/log", "vendor/back", "bugs")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def there(ticket, actor, contract=None):
    return escalation.refer_to_vendor(ticket, actor=actor, contract=contract or contract_of(), request="Help.")


# --- dialogs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", DIALOGS)
def test_a_dialog_is_a_page_without_scripts_and_a_fragment_with_them(opened, agent1, part):
    ticket = opened()
    client = browser(agent1)
    path = f"/desk/t/{ticket.key}/{part}/"
    assert b"<html" in client.get(path).content
    assert b"<html" not in client.get(path, headers={"HX-Request": "true"}).content


def test_refer_log_and_take_back(opened, agent1, world):
    ticket = opened()
    contract = contract_of()
    client, base = browser(agent1), f"/desk/t/{ticket.key}/vendor/"
    sent = {"contract": contract.pk, "request": "The link is down.", "chase_at": "2030-01-05T09:00"}
    assert client.post(base, sent).status_code == 422  # more than two years ahead
    assert client.post(base, {**sent, "chase_at": ""}).status_code == 302
    assert client.post(f"{base}log/", {"direction": "heard", "words": "TK-1", "reference": "TK-1"}).status_code == 302
    assert client.post(f"{base}back/", {"reason": "solved", "words": "A new line card."}).status_code == 302
    row = VendorReferral.objects.get()
    assert (row.reference, row.ended_why) == ("TK-1", "solved")


def test_what_was_typed_stays_when_it_is_refused(opened, agent1):
    ticket = opened()
    path = f"/desk/t/{ticket.key}/vendor/"
    answer = browser(agent1).post(path, {"contract": "²", "request": "canary-8", "reference": "R", "chase_at": "soon"})
    assert answer.status_code == 422
    assert b"canary-8" in answer.content and b'value="soon"' in answer.content
    again = browser(agent1).post(f"/desk/t/{ticket.key}/bugs/", {"url": "javascript:x", "title": "canary-9"})
    assert again.status_code == 422 and b"canary-9" in again.content


def test_a_stale_dialog_is_a_conflict_that_keeps_the_words(opened, agent1, lead):
    ticket = opened()
    contract, seen = contract_of(), ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="urgent")
    sent = {"contract": contract.pk, "request": "canary-8", "version": seen}
    answer = browser(agent1).post(f"/desk/t/{ticket.key}/vendor/", sent)
    assert answer.status_code == 409 and b"canary-8" in answer.content


def test_a_contract_that_ended_is_shown_with_its_reason_and_cannot_be_chosen(opened, agent1, world):
    contract = contract_of(valid_until="2026-02-01")
    contract.services.add(world.vpn)
    page = browser(agent1).get(f"/desk/t/{opened().key}/vendor/").content.decode()
    assert f'value="{contract.pk}" disabled' in page and "ended on 1 Feb 2026" in page


def test_the_menu_offers_only_what_one_may_do(opened, agent1, agent2, world):
    ticket = opened(into=world.desk)
    for user, offered in ((agent1, True), (agent2, False)):
        page = browser(user).get(f"/desk/t/{ticket.key}/").content.decode()
        assert (f'/desk/t/{ticket.key}/vendor/"' in page) == offered


def test_bugs_are_linked_fixed_and_taken_away(opened, agent1):
    ticket = opened()
    client, base = browser(agent1), f"/desk/t/{ticket.key}/bugs/"
    client.post(base, {"url": "https://x.example/7", "title": "Login fails"})
    bug = ExternalBug.objects.get()
    assert b"Login fails" in client.get(f"/desk/t/{ticket.key}/side/vendor/").content
    assert client.post(f"{base}{bug.pk}/fixed/", {"fixed_version": ""}).status_code == 422
    assert client.post(f"{base}{bug.pk}/fixed/", {"fixed_version": "5.2"}).status_code == 302
    assert b"fixed in 5.2" in client.get(f"/desk/t/{ticket.key}/side/vendor/").content
    assert client.post(f"{base}{bug.pk}/unlink/").status_code == 302
    assert client.get(f"{base}{bug.pk}/fixed/").status_code == 404


def test_a_bug_is_reached_only_through_a_ticket_it_explains(opened, agent1):
    bug = escalation.link_bug(opened(), actor=agent1, url="https://x.example/7", title="x")
    assert browser(agent1).post(f"/desk/t/{opened().key}/bugs/{bug.pk}/fixed/").status_code == 404


def test_the_panel_is_empty_when_there_is_nothing(opened, agent1):
    ticket = opened()
    client, path = browser(agent1), f"/desk/t/{ticket.key}/side/vendor/"
    assert not client.get(path).content.strip()
    there(ticket, agent1)
    page = client.get(path).content.decode()
    assert "Telkom" in page and "Take back" in page and "Ask again" in page


# --- vendors ------------------------------------------------------------------------------------------------------


def test_everybody_at_the_desk_reads_vendors_and_overseers_write_them(agent1, manager, requester, world):
    contract = contract_of()
    pages = ("/desk/vendors/", f"/desk/vendors/{contract.vendor_id}/")
    forms = (
        "/desk/vendors/new/",
        f"/desk/vendors/{contract.vendor_id}/edit/",
        f"/desk/vendors/{contract.vendor_id}/contracts/new/",
        f"/desk/contracts/{contract.pk}/edit/",
    )
    for user, reading, writing in ((agent1, 200, 403), (manager, 200, 200), (requester, 404, 404)):
        assert {browser(user).get(path).status_code for path in pages} == {reading}
        assert {browser(user).get(path).status_code for path in forms} == {writing}


def test_a_vendor_and_its_contract_are_written_down(manager, world):
    client = browser(manager)
    client.post("/desk/vendors/new/", {"name": "Telkom", "email": "noc@telkom.example", "portal_url": ""})
    vendor = Vendor.objects.get()
    office = BusinessCalendar.objects.get()
    sent = {
        "number": "K-7", "valid_from": "2026-01-01", "valid_until": "", "solve_p1": "240", "services": [world.vpn.pk],
        "calendar": office.pk, "is_active": "on",
    }  # fmt: skip
    assert client.post(f"/desk/vendors/{vendor.pk}/contracts/new/", sent).status_code == 302
    contract = Contract.objects.get()
    assert (contract.minutes, list(contract.services.all())) == ({1: 240}, [world.vpn])
    assert ContractTerms.objects.get().calendar == office
    page = client.get(f"/desk/contracts/{contract.pk}/edit/").content.decode()
    assert f'<option value="{office.pk}" selected>' in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid_until": "2025-01-01"}, b"It ends before it begins"),
        ({"number": "K-1"}, b"another contract of this number"),
        ({"solve_p1": "0"}, b"solve_p1"),
        ({"valid_from": "someday"}, b"valid_from"),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused_in_words(manager, change, said):
    vendor = contract_of().vendor
    sent = {"number": "K-2", "valid_from": "2026-01-01", "solve_p1": "240", **change}
    answer = browser(manager).post(f"/desk/vendors/{vendor.pk}/contracts/new/", sent)
    assert answer.status_code == 422 and said in answer.content
    assert Contract.objects.count() == 1


def test_a_second_vendor_of_the_same_name_is_refused(manager):
    contract_of()
    assert browser(manager).post("/desk/vendors/new/", {"name": "Telkom"}).status_code == 422


def test_the_page_tells_only_of_tickets_one_may_see_and_counts_all(opened, agent1, manager, world, other_team_agent):
    contract = contract_of()
    there(opened(into=world.desk, subject="seen-ticket"), agent1, contract)
    there(opened(into=world.hr, subject="hidden-ticket"), other_team_agent, contract)
    gone = opened(into=world.hr, impact=1, urgency=1)
    there(gone, other_team_agent, contract)
    escalation.take_back(gone, actor=other_team_agent, reason="solved", words="x")
    page = browser(agent1).get(f"/desk/vendors/{contract.vendor_id}/").content.decode()
    assert "seen-ticket" in page and "hidden-ticket" not in page
    assert "1 of 1 referral with a promised time" in page


def test_in_time_means_solved_before_the_promise_ran_out(opened, agent1, world):
    contract = contract_of()
    for reason in ("solved", "no_answer"):
        ticket = opened(impact=1, urgency=1)
        there(ticket, agent1, contract)
        escalation.take_back(ticket, actor=agent1, reason=reason, words="x")
    page = browser(agent1).get("/desk/vendors/").content.decode()
    assert "1 of 2 referrals with a promised time" in page


def test_the_list_asks_as_often_for_many_vendors_as_for_few(agent1, django_assert_max_num_queries):
    client = browser(agent1)
    contract_of()
    with django_assert_max_num_queries(20) as few:
        client.get("/desk/vendors/")
    for number in range(10):
        contract_of(f"Vendor {number}")
    with django_assert_max_num_queries(len(few)):
        client.get("/desk/vendors/")


# --- REST ---------------------------------------------------------------------------------------------------------


def test_everything_over_rest(opened, agent1):
    ticket = opened()
    contract = contract_of()
    client, base = browser(agent1), f"/api/v1/tickets/{ticket.key}"

    def send(path, **fields):
        return client.post(f"{base}/{path}/", fields, content_type="application/json")

    assert send("refer_to_vendor", contract=contract.pk, request="x").json()["pending_reason"] == "vendor"
    assert send("refer_to_vendor", contract=contract.pk, request="x").status_code == 400
    assert send("vendor_log", direction="heard", words="x", reference="TK-1").status_code == 200
    assert send("take_back", reason="moved_on", words="x").status_code == 400
    assert send("take_back", reason="solved", words="x").json()["status"] == "open"
    (row,) = client.get(f"{base}/referrals/").json()
    assert (row["vendor"], row["reference"], row["ended_why"]) == ("Telkom", "TK-1", "solved")
    bug = send("bugs", url="https://x.example/1", title="x").json()
    assert send(f"bugs/{bug['id']}", fixed_version="2").json()["state"] == "fixed"
    assert [one["title"] for one in client.get(f"{base}/bugs/").json()] == ["x"]
    assert client.delete(f"{base}/bugs/{bug['id']}/").status_code == 204
    (vendor,) = client.get("/api/v1/vendors/").json()
    assert vendor["contracts"][0]["minutes"] == {"1": 240, "2": 480, "3": 1440}


def test_rest_tells_requesters_nothing_of_vendors(opened, agent1, requester):
    ticket = opened()
    there(ticket, agent1)
    client = browser(requester)
    for path in (f"/api/v1/tickets/{ticket.key}/referrals/", f"/api/v1/tickets/{ticket.key}/bugs/", "/api/v1/vendors/"):
        assert client.get(path).status_code == 403
