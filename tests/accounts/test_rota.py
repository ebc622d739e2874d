"""Who has which duty: turns, overrides, swaps, absences, over midnight and over changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.gaps import NO_ON_CALL, NOBODY, STANDS_IN, TOO_FEW, TWO_PLACES, findings
from accounts.plan import ON_CALL, SHIFT, Away, Override, Plan, Single, Swapped
from accounts.rota import OVERRIDE, ROTA, STAND_IN, SWAP, Duty, duties
from accounts.spans import overlap
from tests.accounts.plans import (
    ALL_DAYS,
    ANI,
    BUDI,
    CITRA,
    DEDE,
    DESK,
    NETWORK,
    at,
    plan,
    rota,
    wanted,
    weekly,
)

WEEK = at("2026-11-16 00:00"), at("2026-11-23 00:00")
BERLIN = "Europe/Berlin"


def told(found: list[Duty]) -> list[tuple[int, str, str, str]]:
    """Person, why, start and end as a clock in Jakarta shows them."""
    return [
        (duty.person, duty.why, *(f"{moment + timedelta(hours=7):%d %H:%M}" for moment in (duty.start, duty.end)))
        for duty in found
    ]


def test_a_weekly_shift_is_there_on_its_days():
    found = duties(plan(weekly(ANI, "08:00-17:00", days=frozenset({0, 2}))), *WEEK)
    assert told(found) == [(ANI, "shift", "16 08:00", "16 17:00"), (ANI, "shift", "18 08:00", "18 17:00")]


def test_a_night_shift_ends_the_next_morning_and_belongs_to_the_evening():
    found = duties(plan(weekly(ANI, "22:00-06:00", days=frozenset({6}), valid_from=date(2026, 11, 1))), *WEEK)
    assert told(found) == [(ANI, "shift", "15 22:00", "16 06:00"), (ANI, "shift", "22 22:00", "23 06:00")]


def test_a_shift_is_valid_on_its_first_and_last_day():
    found = duties(plan(weekly(ANI, "08:00-09:00", days=ALL_DAYS, valid_until=date(2026, 11, 17))), *WEEK)
    assert [duty.start.day for duty in found] == [16, 17]


def test_a_shift_keeps_its_wall_clock_when_the_clocks_change():
    found = duties(
        plan(weekly(ANI, "00:00-06:00", days=ALL_DAYS, valid_from=date(2026, 1, 1)), zone=BERLIN),
        at("2026-10-24 00:00", BERLIN),
        at("2026-10-26 00:00", BERLIN),
    )
    # the clocks of Berlin go back on 25 October: that night is an hour longer
    assert [(duty.end - duty.start) / timedelta(hours=1) for duty in found] == [6, 7]


def test_hours_that_the_clocks_skip_leave_no_shift():
    skipped = weekly(ANI, "02:30-03:15", days=ALL_DAYS, valid_from=date(2026, 1, 1))
    window = at("2026-03-29 00:00", BERLIN), at("2026-03-30 00:00", BERLIN)
    assert duties(plan(skipped, zone=BERLIN), *window) == []


def test_turns_follow_each_other_and_begin_again():
    found = duties(plan(rota(ANI, BUDI, days=1)), at("2026-11-16 08:00"), at("2026-11-19 08:00"))
    assert told(found) == [
        (ANI, ROTA, "16 08:00", "17 08:00"),
        (BUDI, ROTA, "17 08:00", "18 08:00"),
        (ANI, ROTA, "18 08:00", "19 08:00"),
    ]


def test_nobody_is_on_call_before_the_first_day():
    assert duties(plan(rota(ANI, BUDI)), at("2026-11-01 00:00"), at("2026-11-16 08:00")) == []


def test_an_override_wins_and_a_later_one_wins_over_it():
    first = Override(1, DESK, BUDI, at("2026-11-17 08:00"), at("2026-11-18 08:00"))
    later = Override(2, DESK, CITRA, at("2026-11-17 12:00"), at("2026-11-17 14:00"))
    found = duties(plan(rota(ANI, BUDI), first, later), at("2026-11-16 08:00"), at("2026-11-19 00:00"))
    assert told(found) == [
        (ANI, ROTA, "16 08:00", "17 08:00"),
        (BUDI, OVERRIDE, "17 08:00", "17 12:00"),
        (CITRA, OVERRIDE, "17 12:00", "17 14:00"),
        (BUDI, OVERRIDE, "17 14:00", "18 08:00"),
        (ANI, ROTA, "18 08:00", "23 08:00"),
    ]


def test_the_next_in_the_rota_stands_in_for_whoever_is_absent():
    away = Away(ANI, at("2026-11-17 08:00"), at("2026-11-18 08:00")), Away(BUDI, *WEEK)
    found = duties(plan(rota(ANI, BUDI, CITRA), *away), *WEEK)
    assert told(found)[:3] == [
        (ANI, ROTA, "16 08:00", "17 08:00"),
        (CITRA, STAND_IN, "17 08:00", "18 08:00"),
        (ANI, ROTA, "18 08:00", "23 08:00"),
    ]
    assert found[1].instead_of == ANI


def test_an_absent_override_leads_back_to_whose_turn_it_is():
    override = Override(1, DESK, DEDE, at("2026-11-17 08:00"), at("2026-11-18 08:00"))
    away = Away(DEDE, at("2026-11-17 20:00"), at("2026-11-19 00:00"))
    found = duties(plan(rota(ANI, BUDI), override, away), at("2026-11-17 08:00"), at("2026-11-18 08:00"))
    assert told(found) == [(DEDE, OVERRIDE, "17 08:00", "17 20:00"), (ANI, STAND_IN, "17 20:00", "18 08:00")]


def test_an_absent_person_has_no_shift_and_nobody_stands_in():
    away = Away(ANI, at("2026-11-16 12:00"), at("2026-11-16 14:00"))
    found = duties(plan(weekly(ANI, "08:00-17:00", days=frozenset({0})), away, rota(BUDI)), *WEEK)
    shifts = [duty for duty in found if duty.kind == SHIFT]
    assert told(shifts) == [(ANI, "shift", "16 08:00", "16 12:00"), (ANI, "shift", "16 14:00", "16 17:00")]


def test_whoever_has_left_the_team_is_absent_for_good():
    found = duties(plan(rota(ANI, BUDI), weekly(ANI, "08:00-17:00"), members=frozenset({BUDI})), *WEEK)
    assert {duty.person for duty in found} == {BUDI}


def test_a_swap_gives_the_duty_away_and_another_gives_it_back():
    turn = at("2026-11-16 08:00"), at("2026-11-23 08:00")
    there = Swapped(1, DESK, ON_CALL, ANI, CITRA, *turn)
    back = Swapped(2, DESK, ON_CALL, CITRA, ANI, *turn)
    assert told(duties(plan(rota(ANI, BUDI), there), *turn)) == [(CITRA, SWAP, "16 08:00", "23 08:00")]
    assert told(duties(plan(rota(ANI, BUDI), there, back), *turn)) == [(ANI, ROTA, "16 08:00", "23 08:00")]


def test_a_swap_is_for_its_team_its_kind_and_its_time():
    turn = at("2026-11-16 08:00"), at("2026-11-23 08:00")
    for swap in (
        Swapped(1, NETWORK, ON_CALL, ANI, CITRA, *turn),
        Swapped(1, DESK, SHIFT, ANI, CITRA, *turn),
        Swapped(1, DESK, ON_CALL, ANI, CITRA, at("2026-11-23 08:00"), at("2026-11-30 08:00")),
    ):
        assert [duty.person for duty in duties(plan(rota(ANI, BUDI), swap), *turn)] == [ANI]


def test_whoever_took_a_duty_and_is_absent_is_stood_in_for():
    turn = at("2026-11-16 08:00"), at("2026-11-23 08:00")
    found = duties(plan(rota(ANI, BUDI), Swapped(1, DESK, ON_CALL, ANI, CITRA, *turn), Away(CITRA, *turn)), *turn)
    # it is Ani's turn, and Ani is there
    assert [(duty.person, duty.why) for duty in found] == [(ANI, STAND_IN)]


def test_duties_are_whole_whatever_the_window():
    parts = plan(rota(ANI, BUDI), weekly(CITRA, "22:00-06:00", days=ALL_DAYS))
    noon = at("2026-11-18 23:00")
    for duty in duties(parts, noon, noon + timedelta(minutes=1)):
        assert duty in duties(parts, *WEEK)


def kinds(found: Plan, window: tuple[datetime, datetime] = WEEK) -> list[tuple[str, int, str, str]]:
    return [
        (one.kind, one.have, f"{one.start + timedelta(hours=7):%d %H:%M}", f"{one.end + timedelta(hours=7):%d %H:%M}")
        for one in findings(found, *window)
        if one.team == DESK
    ]


def test_cover_that_is_missing_is_found_by_the_minute():
    parts = plan(
        wanted(2, "08:00-17:00", days=frozenset({0})),
        weekly(ANI, "08:00-12:00", days=frozenset({0})),
        weekly(BUDI, "09:00-16:00", days=frozenset({0})),
    )
    assert kinds(parts) == [
        (TOO_FEW, 1, "16 08:00", "16 09:00"),
        (TOO_FEW, 1, "16 12:00", "16 16:00"),
        (NOBODY, 0, "16 16:00", "16 17:00"),
    ]


def test_two_shifts_of_one_person_are_one_person():
    single = Single(1, DESK, ANI, at("2026-11-16 08:00"), at("2026-11-16 17:00"))
    parts = plan(wanted(2, "08:00-17:00", days=frozenset({0})), weekly(ANI, "08:00-17:00"), single)
    assert kinds(parts) == [(TOO_FEW, 1, "16 08:00", "16 17:00")]


def test_a_rota_is_wanted_around_the_clock_from_its_first_day():
    away = Away(ANI, at("2026-11-18 00:00"), at("2026-11-19 00:00"))
    assert kinds(plan(rota(ANI), away)) == [(NO_ON_CALL, 0, "18 00:00", "19 00:00")]
    assert kinds(plan(rota(ANI, first=date(2026, 12, 1)))) == []


def test_two_teams_at_once_is_told_to_both():
    both = plan(weekly(ANI, "08:00-17:00", days=frozenset({0})), rota(ANI, BUDI, team=NETWORK))
    found = [(one.kind, one.team, one.other, one.person) for one in findings(both, *WEEK)]
    assert found == [(TWO_PLACES, DESK, NETWORK, ANI), (TWO_PLACES, NETWORK, DESK, ANI)]


def test_on_call_while_absent_says_who_stands_in():
    away = Away(ANI, at("2026-11-18 00:00"), at("2026-11-19 00:00"))
    (found,) = findings(plan(rota(ANI, BUDI), away), *WEEK)
    assert (found.kind, found.person, found.other) == (STANDS_IN, BUDI, ANI)


moments = st.integers(0, 60 * 24).map(lambda hours: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours))
spans = st.tuples(moments, st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + timedelta(hours=pair[1])))
people = st.sampled_from((ANI, BUDI, CITRA, DEDE))


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(("Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran")),
    order=st.lists(people, min_size=1, max_size=4, unique=True),
    days=st.integers(1, 9),
    hand_over=st.integers(0, 24 * 60 - 1),
    overrides=st.lists(st.tuples(people, spans), max_size=3),
    away=st.lists(st.tuples(people, spans), max_size=3),
    swaps=st.lists(st.tuples(people, people, spans), max_size=3),
)
def test_a_rota_covers_every_instant_once(zone, order, days, hand_over, overrides, away, swaps):
    text = f"{hand_over // 60:02d}:{hand_over % 60:02d}"
    parts = plan(
        rota(*order, days=days, hand_over=text, first=date(2026, 2, 20)),
        *(Override(number, DESK, person, *span) for number, (person, span) in enumerate(overrides)),
        *(Away(person, *span) for person, span in away),
        *(Swapped(n, DESK, ON_CALL, one, other, *span) for n, (one, other, span) in enumerate(swaps) if one != other),
        zone=zone,
    )
    window = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    found = duties(parts, *window)
    covered = [overlap((duty.start, duty.end), window) for duty in found]
    covered += [(one.start, one.end) for one in findings(parts, *window) if one.kind == NO_ON_CALL]
    covered.sort()
    assert covered[0][0] == window[0] and covered[-1][1] == window[1]
    assert all(one[1] == other[0] for one, other in pairwise(covered))
    for duty in found:
        assert not any(duty.person == person and overlap((duty.start, duty.end), span) for person, span in away)
        if duty.why == OVERRIDE:
            assert any(duty.person == person and span[0] <= duty.start < span[1] for person, span in overrides)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_turn_is_handed_over_by_the_wall_clock_all_year(zone):
    found = duties(plan(rota(ANI, BUDI, days=1), zone=zone), at("2026-11-20 00:00"), at("2027-11-20 00:00"))
    assert {f"{duty.start.astimezone(ZoneInfo(zone)):%H:%M}" for duty in found} == {"08:00"}
    assert len(found) > 360
