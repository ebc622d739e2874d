"""Process facts in SQL are what a few lines of plain Python make of the same ledger."""

from datetime import timedelta
from itertools import groupby, pairwise
from random import Random
from statistics import mean, median

import pytest

from escalation import commands as escalation
from escalation import process_facts as facts
from escalation.handover_quality import handover_quality
from escalation.models import TierVisit
from escalation.process_facts import Bounce
from tests.cast import MONDAY
from tests.escalation.promises import everything_promised
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(world, requester, automation, agent1):
    """Forty tickets that wandered at random between four teams, some of them reopened."""
    rng = Random(7)
    teams = [world.desk, world.network, world.hr, world.infra]
    visits = []
    for number in range(40):
        ticket = Ticket.objects.create(
            subject=f"T{number}", description="x", requester=requester, opened_by=requester, status="closed",
            opened_at=MONDAY, updated_at=MONDAY, team=teams[0], tier=teams[0].tier,
        )  # fmt: skip
        at, team = MONDAY, rng.choice(teams[:2])
        for step in range(rng.randint(1, 10)):
            left = at + rng.randint(1, 600) * timedelta(minutes=1)
            by, verb = rng.choice([(automation, "transfer"), (agent1, "escalate"), (agent1, "reopen")])
            visits.append(
                TierVisit(
                    ticket=ticket,
                    team=team,
                    tier=team.tier,
                    entered_at=at,
                    left_at=left,
                    entered_verb=verb,
                    entered_by=by,
                    business_seconds=int((left - at).total_seconds()) // 3 if step % 2 else None,
                )  # fmt: skip
            )
            at, team = left, team if verb == "reopen" else rng.choice(teams)
    TierVisit.objects.bulk_create(visits)
    rows = TierVisit.objects.select_related("tier", "entered_by").order_by("ticket_id", "pk")
    return [list(own) for _ticket, own in groupby(rows, key=lambda visit: visit.ticket_id)]


def path(visits):
    """The stations: the first visit of each run with one team."""
    return [next(own) for _team, own in groupby(visits, key=lambda visit: visit.team_id)]


def returns(visits):
    stations = path(visits)
    return [(b, c) for (a, b), (_b, c) in pairwise(pairwise(stations)) if a.team_id == c.team_id]


def test_ping_pong_by_each_definition(ledger):
    expected = {
        Bounce.REAPPEARS: [own for own in ledger if len(path(own)) > len({visit.team_id for visit in own})],
        Bounce.IMMEDIATE: [own for own in ledger if returns(own)],
        Bounce.TWICE: [own for own in ledger if len(returns(own)) > 1],
    }
    assert all(expected.values())
    for definition, paths in expected.items():
        found = facts.bounced(Ticket.objects.all(), definition)
        assert set(found.values_list("pk", flat=True)) == {own[0].ticket_id for own in paths}
        assert facts.ping_pong(Ticket.objects.all(), definition) == facts.Share(len(paths), len(ledger))


def test_the_hours_lost_lie_between_the_two_exits(ledger):
    spans = [(b.left_at - b.entered_at).total_seconds() / 3600 for own in ledger for b, _c in returns(own)]
    lost = facts.hours_lost(Ticket.objects.all())
    assert lost.n == len(spans)
    assert lost.mean == pytest.approx(mean(spans))
    assert lost.median == pytest.approx(median(spans))
    measured = [b.business_seconds / 3600 for own in ledger for b, _c in returns(own) if b.business_seconds is not None]
    assert facts.working_hours_lost(Ticket.objects.all()).mean == pytest.approx(mean(measured))


def test_escalation_rates_leave_direct_routing_out(ledger):
    for rate in facts.tier_rates(Ticket.objects.all()):
        entered = {v.ticket_id for own in ledger for v in own if v.tier.level == rate.level}
        up = {
            earlier.ticket_id
            for own in ledger
            for earlier, later in pairwise(own)
            if earlier.tier.level == rate.level < later.tier.level
            and not (later.entered_by.is_automation and later.entered_verb == "transfer")
        }
        assert (rate.entered, rate.left_up) == (len(entered), len(up))
        assert rate.escalation_rate == pytest.approx(len(up) / len(entered))


def test_steps_up_and_down_and_who_never_left_the_first_tier(ledger):
    steps = {}
    for own in ledger:
        for earlier, later in pairwise(own):
            if earlier.tier.level != later.tier.level:
                way = (earlier.tier.level, later.tier.level)
                steps[way] = steps.get(way, 0) + 1
    assert facts.steps_taken(Ticket.objects.all()) == steps
    stayed = [own for own in ledger if all(visit.tier.level == 1 for visit in own)]
    assert facts.never_left_first(Ticket.objects.all()) == facts.Share(len(stayed), len(ledger))


def test_a_reader_is_told_about_the_tickets_they_may_see(ledger, agent1, requester):
    chosen = Ticket.objects.filter(pk__lte=ledger[9][0].ticket_id)
    assert facts.never_left_first(chosen).of == 10
    assert facts.ping_pong(Ticket.objects.visible_to(agent1), Bounce.TWICE).of == len(ledger)


def test_nothing_is_no_number():
    assert facts.hours_lost(Ticket.objects.all()) == facts.Spread(0, None, None, None)
    assert facts.ping_pong(Ticket.objects.all()).share is None
    assert facts.tier_rates(Ticket.objects.all()) == []


def packet(reason="access"):
    return escalation.Packet(reason=reason, symptom="no route", asked="check the gateway")


@pytest.fixture
def packets(opened, agent1, agent2, world):
    """One accepted after an hour, one handed back for missing information and sent again, one waiting."""
    everything_promised()
    first, second, third = opened(), opened(), opened()
    for ticket in (first, second, third):
        escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(), at=MONDAY)
    escalation.accept(first, actor=agent2, at=MONDAY + HOUR)
    escalation.hand_back(second, actor=agent2, reason="missing", missing="log", at=MONDAY + HOUR)
    escalation.escalate(second, actor=agent1, team=world.network, packet=packet("skill"), at=MONDAY + 2 * HOUR)
    escalation.accept(second, actor=agent2, at=MONDAY + 5 * HOUR)
    commands.resolve(first, actor=agent2, resolution="done", at=MONDAY + 6 * HOUR)


def test_quality_is_counted_per_sender_receiver_and_category(packets, world):
    (row,) = handover_quality(Ticket.objects.all(), MONDAY, MONDAY + 24 * HOUR)
    assert (row["from_team"], row["to_team"], row["ticket__category"]) == (
        world.desk.pk,
        world.network.pk,
        world.category.pk,
    )
    assert (row["sent"], row["accepted"], row["returned"], row["waiting"]) == (4, 2, 1, 1)
    assert (row["returned_missing"], row["returned_wrong_team"]) == (1, 0)
    assert row["time_to_accept"] == 2 * HOUR
    assert not handover_quality(Ticket.objects.all(), MONDAY + HOUR * 3, MONDAY + 24 * HOUR).exists()
    assert not handover_quality(Ticket.objects.none(), MONDAY, MONDAY + 24 * HOUR).exists()


def test_reasons_are_counted_per_tier(packets):
    assert facts.escalation_reasons(Ticket.objects.all()) == {1: {"access": 3, "skill": 1}}
    assert facts.hand_back_reasons(Ticket.objects.all()) == {2: {"missing": 1}}
    (front, second) = facts.tier_rates(Ticket.objects.all())
    assert (second.received, second.returned, second.hand_back_rate) == (4, 1, 0.25)
    assert front.received == 0
