"""Referring to a vendor: the ledger, its end however the ticket goes on, the contract's clock, the reminders."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, Invalid, NotAllowed
from escalation import commands as escalation
from escalation.commands import draft_calendar, put_in_force
from escalation.commands.vendor import open_referral
from escalation.models import VendorReferral
from escalation.rebuild import check
from escalation.recount import ask
from tests.escalation.pages import work_off
from tests.escalation.promises import everything_promised
from tests.escalation.vendors import contract_of, referred
from tests.escalation.waits import local
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def vendor_clock(ticket):
    return ticket.clocks.get(metric="vendor")


def no_differences() -> bool:
    return not [found for batch in check(Ticket.objects.values_list("pk", flat=True)) for found in batch]


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_the_ticket_waits_for_the_vendor_and_what_was_sent_is_a_note(opened, agent1):
    ticket = opened()
    referral = referred(ticket, agent1, reference=" TK 77 ")
    assert (ticket.status, ticket.pending_reason) == ("pending", "vendor")
    assert (referral.vendor.name, referral.reference, referral.sent_by) == ("Telkom", "TK 77", agent1)
    note = ticket.messages.get()
    assert (note.body, note.kind, note.is_public) == ("The link is down.", "note", False)
    step = ticket.events.get(verb="refer_to_vendor")
    assert step.data["about"] == "Telkom (TK 77)"
    assert open_referral(ticket).started_event == step


def test_a_ticket_is_with_one_vendor_at_a_time(opened, agent1):
    ticket = opened()
    contract = contract_of()
    referred(ticket, agent1, contract)
    with pytest.raises(Invalid, match="with Telkom already"):
        referred(ticket, agent1, contract)
    row = VendorReferral.objects.get()
    row.pk, row.started_event = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"valid_until": date(2026, 11, 15)}, "ended on 15 Nov 2026"),
        ({"valid_from": date(2026, 11, 17)}, "begins on 17 Nov 2026"),
        ({"is_active": False}, "switched off"),
    ],
)
def test_a_contract_out_of_force_cannot_be_chosen_and_says_why(opened, agent1, fields, why):
    ticket = opened()
    with pytest.raises(Invalid, match=why) as refused:
        referred(ticket, agent1, contract_of(**fields))
    assert "contract" in refused.value.fields
    assert not VendorReferral.objects.exists() and not ticket.messages.exists()


def test_a_contract_holds_on_its_last_day(opened, agent1):
    assert referred(opened(), agent1, contract_of(valid_until=date(2026, 11, 16)))


def test_only_those_who_work_on_it_refer_it(opened, agent2, requester):
    for actor in (agent2, requester):
        with pytest.raises(NotAllowed):
            referred(opened(), actor, contract_of(number=actor.name))


def test_a_stale_form_is_a_conflict(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.prioritise(ticket, actor=lead, priority=1, reason="urgent")
    with pytest.raises(Conflict):
        referred(ticket, agent1, version=seen)


def test_what_they_say_is_kept_and_the_reference_filled_in(opened, agent1):
    ticket = opened()
    referred(ticket, agent1)
    escalation.vendor_answer(
        ticket, actor=agent1, direction="heard", words="It is TK-9.", reference="TK-9", at=local(16, 11)
    )
    escalation.vendor_answer(ticket, actor=agent1, direction="sent", words="Any news?", at=local(16, 12))
    row = VendorReferral.objects.get()
    assert (row.reference, row.heard_at, ticket.status) == ("TK-9", local(16, 11), "pending")
    assert list(ticket.messages.values_list("body", flat=True))[1:] == ["It is TK-9.", "Any news?"]


def test_an_answer_without_a_vendor_is_refused(opened, agent1):
    ticket = commands.pend(opened(), actor=agent1, reason="vendor")
    with pytest.raises(Invalid, match="with no vendor"):
        escalation.vendor_answer(ticket, actor=agent1, direction="heard", words="x")
    with pytest.raises(Invalid, match="with no vendor"):
        escalation.take_back(ticket, actor=agent1, reason="solved", words="x")


@pytest.mark.parametrize("reason", ["solved", "no_answer", "rejected", "wrong_vendor", "withdrawn"])
def test_taking_it_back_says_how_it_ended(opened, agent1, reason):
    ticket = opened()
    referred(ticket, agent1)
    escalation.take_back(ticket, actor=agent1, reason=reason, words="See their mail.", at=local(16, 14))
    row = VendorReferral.objects.get()
    assert (row.ended_why, row.ended_words, row.ended_verb) == (reason, "See their mail.", "take_back")
    assert (row.ended_at, row.ended_by, row.chase_at) == (local(16, 14), agent1, None)
    assert ticket.status == "open"


def test_nobody_says_moved_on_themselves(opened, agent1):
    ticket = opened()
    referred(ticket, agent1)
    with pytest.raises(Invalid, match="Choose how it ended"):
        escalation.take_back(ticket, actor=agent1, reason="moved_on", words="x")


@pytest.mark.parametrize("way", ["resume", "resolve", "cancel", "pend", "escalate"])
def test_no_referral_stays_open_on_a_ticket_that_goes_on(opened, agent1, world, way):
    ticket = opened(into=world.desk)
    referred(ticket, agent1)
    words = {"resolve": {"resolution": "x"}, "cancel": {"reason": "x"}, "pend": {"reason": "change"}}.get(way, {})
    if way == "escalate":
        packet = escalation.Packet(reason="skill", symptom="x", asked="y")
        escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet)
    else:
        getattr(commands, way)(ticket, actor=agent1, **words)
    row = VendorReferral.objects.get()
    assert (row.ended_why, row.ended_verb, row.chase_at) == ("moved_on", way, None)
    assert row.is_solved == (way == "resolve")


def test_words_to_the_requester_meanwhile_leave_it_with_the_vendor(opened, agent1, requester):
    ticket = opened()
    referred(ticket, agent1)
    commands.reply(ticket, actor=agent1, body="The vendor is at it.")
    commands.reply(ticket, actor=requester, body="Thank you.")
    assert open_referral(ticket) is not None


def test_the_requester_reads_that_a_vendor_is_waited_for_and_no_more(opened, agent1, requester, client):
    ticket = opened()
    referred(ticket, agent1, reference="canary-55")
    client.force_login(requester)
    page = client.get(f"/my/tickets/{ticket.key}/").content.decode()
    assert "Waiting for vendor" in page
    assert "Telkom" not in page and "canary-55" not in page and "The link is down." not in page


# --- its own clock ------------------------------------------------------------------------------------------------


def test_the_clock_counts_by_the_contract_around_the_clock(opened, agent1):
    everything_promised()
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1, at=local(16, 16))
    clock = vendor_clock(ticket)
    assert (clock.target_seconds, clock.due_at, clock.contract) == (4 * 3600, local(16, 20), "Telkom, K-1")
    assert no_differences()
    escalation.take_back(ticket, actor=agent1, reason="solved", words="x", at=local(16, 19))
    assert vendor_clock(ticket).is_met
    assert no_differences()


def test_the_clock_counts_in_the_contracts_hours(opened, agent1, office):
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1, contract_of(calendar=office), at=local(16, 16))
    assert vendor_clock(ticket).due_at == local(17, 11)
    assert no_differences()


def test_a_contract_without_minutes_leaves_the_policys_promise(opened, agent1):
    everything_promised()
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1, contract_of(solve_p1=None, solve_p2=None, solve_p3=None), at=local(16, 10))
    assert (vendor_clock(ticket).target_seconds, vendor_clock(ticket).contract) == (480 * 60, "")
    assert no_differences()


def test_a_later_contract_and_later_hours_change_nothing_of_the_past(opened, agent1, lead, office):
    contract = contract_of(calendar=office)
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1, contract, at=local(16, 10))
    before = vendor_clock(ticket).due_at
    type(contract).objects.update(solve_p1=1)
    always = draft_calendar(office, {**office.current.definition, "weekly": [[[0, 1440]]] * 7})
    put_in_force(always)
    ask(always, "apply", actor=None)
    work_off()
    assert vendor_clock(ticket).due_at == before
    assert no_differences()
    commands.prioritise(ticket, actor=lead, priority=2, reason="less", at=local(16, 11))
    assert vendor_clock(ticket).target_seconds == 480 * 60
    assert no_differences()


def test_another_policy_leaves_the_contracts_clock_alone(opened, agent1):
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1, at=local(16, 10))
    before = vendor_clock(ticket).due_at
    ask(everything_promised(vendor={}), "apply", actor=None)
    work_off()
    assert vendor_clock(ticket).due_at == before
    assert no_differences()


def test_the_page_that_explains_names_the_contract(opened, agent1, client):
    ticket = opened(impact=1, urgency=1)
    referred(ticket, agent1)
    client.force_login(agent1)
    page = client.get(f"/desk/t/{ticket.key}/clocks/vendor/").content.decode()
    assert "Telkom, K-1" in page and "around the clock" in page
    figures = client.get(f"/api/v1/tickets/{ticket.key}/clocks/").json()
    assert [(row["contract"], row["calendar"]) for row in figures if row["metric"] == "vendor"] == [
        ("Telkom, K-1", None)
    ]
