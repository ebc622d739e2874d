"""Packets up, answers back, and the ledger of visits that records it."""

from datetime import timedelta

import pytest

from core.errors import Invalid, NotAllowed
from escalation import commands as escalation
from escalation.models import Handover, TierVisit
from escalation.targets import targets_for
from tests.cast import MONDAY
from tickets import commands

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def packet(**fields):
    return escalation.Packet(**{"reason": "access", "symptom": "no route", "asked": "check the gateway", **fields})


@pytest.fixture
def handed(opened, agent1, world):
    ticket = opened()
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(), at=MONDAY + HOUR)
    return ticket


def test_escalating_moves_the_ticket_with_its_packet(handed, agent1, world):
    handover = Handover.objects.get()
    assert (handed.team, handed.tier.level, handed.assignee) == (world.network, 2, None)
    assert (handover.from_team, handover.to_team, handover.symptom) == (world.desk, world.network, "no route")
    assert handed.watchers.filter(user=agent1).exists()


@pytest.mark.parametrize("missing", ["reason", "symptom", "asked"])
def test_an_incomplete_packet_is_refused_on_its_field(opened, agent1, world, missing):
    ticket = opened()
    with pytest.raises(Invalid) as raised:
        escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(**{missing: " "}))
    assert missing in raised.value.fields
    ticket.refresh_from_db()
    assert ticket.team == world.desk


def test_escalating_to_oneself_is_refused(opened, agent1, world):
    with pytest.raises(Invalid):
        escalation.escalate(opened(), actor=agent1, team=world.desk, packet=packet())


def test_escalating_downwards_is_handing_back(handed, agent2, world):
    with pytest.raises(Invalid):
        escalation.escalate(handed, actor=agent2, team=world.desk, packet=packet())


def test_the_sender_cannot_accept(handed, agent1):
    with pytest.raises(NotAllowed):
        escalation.accept(handed, actor=agent1)


def test_accepting_makes_the_owner_and_answers_the_packet(handed, agent2):
    escalation.accept(handed, actor=agent2, at=MONDAY + 2 * HOUR)
    handover = Handover.objects.get()
    assert handed.assignee == agent2
    assert (handover.state, handover.answered_by) == ("accepted", agent2)
    assert TierVisit.objects.filter(ticket=handed, accepted_by=agent2).exists()


def test_the_second_to_accept_hears_who_was_faster(handed, agent2, manager):
    escalation.accept(handed, actor=agent2)
    with pytest.raises(Invalid, match="Bayu"):
        escalation.accept(handed, actor=manager)


def test_handing_back_goes_to_the_sender_with_what_is_missing(handed, agent2, world):
    escalation.hand_back(handed, actor=agent2, reason="missing", missing="the firewall log")
    handover = Handover.objects.get()
    assert (handed.team, handed.return_count) == (world.desk, 1)
    assert (handover.state, handover.return_reason, handover.return_note) == ("returned", "missing", "the firewall log")


def test_handing_back_needs_a_reason_and_words(handed, agent2):
    with pytest.raises(Invalid):
        escalation.hand_back(handed, actor=agent2, reason="dislike", missing="x")
    with pytest.raises(Invalid):
        escalation.hand_back(handed, actor=agent2, reason="missing", missing=" ")


def test_what_nobody_handed_over_cannot_go_back(opened, agent1):
    with pytest.raises(Invalid):
        escalation.hand_back(opened(), actor=agent1, reason="missing", missing="x")


def test_a_resolved_ticket_is_not_handed_back(handed, agent2):
    commands.resolve(handed, actor=agent2, resolution="done")
    with pytest.raises(Invalid):
        escalation.hand_back(handed, actor=agent2, reason="missing", missing="x")


def test_moving_on_without_an_answer_supersedes_the_packet(handed, agent2, world):
    escalation.escalate(handed, actor=agent2, team=world.infra, packet=packet())
    assert list(Handover.objects.values_list("state", flat=True)) == ["superseded", "sent"]


def test_visits_are_a_chain_without_gaps(handed, agent1, agent2, world):
    escalation.hand_back(handed, actor=agent2, reason="missing", missing="log", at=MONDAY + 2 * HOUR)
    escalation.escalate(handed, actor=agent1, team=world.network, packet=packet(), at=MONDAY + 3 * HOUR)
    commands.resolve(handed, actor=agent2, resolution="done", at=MONDAY + 4 * HOUR)
    visits = list(TierVisit.objects.filter(ticket=handed))
    assert [visit.team for visit in visits] == [world.desk, world.network, world.desk, world.network]
    assert [visit.left_at for visit in visits[:-1]] == [visit.entered_at for visit in visits[1:]]
    assert visits[-1].left_verb == "resolve"


def test_reopening_begins_another_visit(handed, agent2, requester):
    commands.resolve(handed, actor=agent2, resolution="done", at=MONDAY + 2 * HOUR)
    commands.reopen(handed, actor=requester, reason="again", at=MONDAY + 3 * HOUR)
    assert TierVisit.objects.filter(ticket=handed, left_at__isnull=True).count() == 1
    assert TierVisit.objects.filter(ticket=handed).count() == 3


def test_the_receiving_team_and_the_sender_are_told(agent2, handed, agent1):
    assert agent2.outbox_messages.filter(template="handed_over").exists()
    escalation.hand_back(handed, actor=agent2, reason="missing", missing="log")
    assert agent1.outbox_messages.filter(template="handed_back").exists()


def test_what_a_restricted_team_has_open_is_not_told(opened, agent1, manager, world):
    opened(into=world.hr)
    ticket = opened()
    counts = {target.team.slug: target.open_count for target in targets_for(ticket, agent1)}
    assert (counts["network"], counts["hr-systems"]) == (0, None)
    assert {target.team.slug: target.open_count for target in targets_for(ticket, manager)}["hr-systems"] == 1
