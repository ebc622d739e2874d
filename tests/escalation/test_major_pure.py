"""The pure parts of major incidents: the rule, likeness, and the clock of updates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.major_cadence import OVERDUE, RAISE, REMIND, STEPS, beat_after, beat_now, first_beat, next_due
from escalation.major_rule import Arrival, Thresholds, look
from escalation.major_similar import Look, likeness, ranked, words_of
from tests.cast import MONDAY

FIVE = Thresholds(tickets=5, minutes=30)


def arrivals(*minutes: int, priority: int = 3) -> list[Arrival]:
    return [Arrival(n, MONDAY + timedelta(minutes=minute), priority) for n, minute in enumerate(minutes, start=1)]


@pytest.mark.parametrize(
    ("minutes", "lead", "count"),
    [
        ((0, 5, 10, 20, 30), 1, 5),
        ((0, 5, 10, 20, 31), None, 0),
        ((0, 40, 41, 42, 43, 44, 69), 2, 6),
        ((0, 0, 0, 0), None, 0),
        ((), None, 0),
    ],
)
def test_a_burst_is_so_many_within_so_many_minutes(minutes, lead, count):
    found = look(arrivals(*minutes), is_critical=False, thresholds=FIVE)
    assert (found.lead if found else None) == lead
    assert found is None or found.evidence["count"] == count


def test_a_p1_counts_on_a_critical_service_only():
    urgent = arrivals(0, priority=1)
    assert look(urgent, is_critical=False, thresholds=FIVE) is None
    found = look([*arrivals(-5), *urgent], is_critical=True, thresholds=FIVE)
    assert found is not None and found.rule == "urgent" and found.lead == urgent[0].ticket


def test_no_threshold_means_never():
    assert look(arrivals(*range(50)), is_critical=False, thresholds=Thresholds(0, 30)) is None


@given(st.lists(st.integers(0, 300), max_size=30), st.integers(1, 8), st.integers(1, 60))
def test_what_is_proposed_is_really_there(minutes, tickets, span):
    found = look(arrivals(*minutes), is_critical=False, thresholds=Thresholds(tickets, span))
    ordered = sorted(minutes)
    bursts = [a for a, b in zip(ordered, ordered[tickets - 1 :], strict=False) if b - a <= span]
    assert (found is not None) == bool(bursts)
    if found:
        assert found.evidence["count"] == sum(bursts[0] <= minute <= bursts[0] + span for minute in ordered)


def looks(ticket: int, subject: str, minutes: int = 0, service: int | None = 1, category: int | None = 1) -> Look:
    return Look(ticket, subject, MONDAY + timedelta(minutes=minutes), service, category)


def test_the_most_alike_come_first_and_strangers_not_at_all():
    lead = looks(1, "VPN drops for everyone")
    others = [
        looks(2, "Printer jam", service=2, category=9),
        looks(3, "VPN drops", minutes=200),
        looks(4, "VPN drops again", minutes=10),
        looks(5, "Something else", minutes=10, category=2),
        looks(6, "vpn drops, everyone affected", minutes=5, service=None, category=None),
    ]
    found = ranked(lead, others, 10)
    assert [one.ticket for one in found] == [4, 3, 6, 5]
    assert found[0].words == ("drops", "vpn") and found[0].minutes_apart == 10


def test_a_ticket_is_not_alike_itself_and_empty_words_say_nothing():
    lead = looks(1, "tidak bisa", service=None, category=None)
    assert not ranked(lead, [lead, looks(2, "tidak bisa", service=None, category=None)], 10)
    assert words_of("Tidak bisa masuk ERP, error 504!") == {"masuk", "erp", "error"}
    assert likeness(lead, looks(2, "x", service=None, category=None)).score == 0


def test_the_clock_reminds_then_tells_then_calls():
    due = next_due(MONDAY, 60)
    beat, told = first_beat(due, 60), []
    while beat is not None:
        told.append((beat.step, (beat.at - MONDAY).total_seconds() / 60))
        beat = beat_after(beat.step, due, 60)
    assert told == [(REMIND, 45), (OVERDUE, 60), (RAISE, 75)]


@pytest.mark.parametrize(("minute", "step"), [(0, REMIND), (50, REMIND), (60, OVERDUE), (74, OVERDUE), (500, RAISE)])
def test_a_worker_that_was_away_tells_the_latest_thing(minute, step):
    beat = beat_now(next_due(MONDAY, 60), 60, MONDAY + timedelta(minutes=minute))
    assert beat.step == step and beat.step in STEPS
