"""What clocks did in lives written down by hand, and what holds in any life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.clock import REFER, UPDATE, VENDOR, WAITING_FOR_VENDOR, Agreement, Promise, Step, used
from escalation.explanation import counted_in, explain, in_days, retold, shown_minutes, single
from escalation.lives import Terms, begun_by, replay, told
from escalation.policy_definition import parse
from tests.escalation import (
    stories_of_calendars,
    stories_of_changes,
    stories_of_merges,
    stories_of_vendors,
    stories_of_waiting,
)
from tests.escalation.stories import (
    POLICY,
    Story,
    always,
    expected_figures,
    expected_intervals,
    figures,
    intervals_of,
    lives_of,
    nights,
    office,
)

STORIES = (
    *stories_of_waiting.STORIES,
    *stories_of_changes.STORIES,
    *stories_of_merges.STORIES,
    *stories_of_calendars.STORIES,
    *stories_of_vendors.STORIES,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_clock_did_what_the_story_says(story: Story) -> None:
    lives = lives_of(story)
    for name, text in story.expected.items():
        intervals, _bar, named = text.partition("|")
        life = lives[name]
        assert intervals_of(story, life) == expected_intervals(story, intervals.split()), name
        expected, found = expected_figures(story, named), figures(story, life.state, life.promise.calendar)
        if life.state.stopped_at is not None and "due" not in named:
            expected["due"] = found["due"]
        assert found == expected, name


def test_there_are_enough_stories_and_each_has_a_name_of_its_own() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES) >= 60


STATES = ("new", "open", "pending:requester", "pending:vendor", "pending:scheduled", "resolved", "cancelled", "merged")
START = datetime(2026, 3, 27, 14, tzinfo=UTC)  # a Friday; in Berlin the clocks change two nights later
CALENDARS = (
    office(),
    office("2026-03-30", zone="Europe/Berlin"),
    nights("Europe/Berlin"),
    always("Australia/Lord_Howe"),
)


CONTRACTS = [
    Agreement({}, Promise(VENDOR, calendar, {1: 3600, 2: 7200, 3: 36_000}, frozenset({WAITING_FOR_VENDOR})))
    for calendar in CALENDARS[:2]
]


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    at, state, team = START, "new", 1
    steps = [Step(at, state, draw(st.integers(1, 4)), 1, "open", tier=1, team=1, enters=True)]
    for number in range(2, draw(st.integers(2, 14))):
        at += timedelta(seconds=draw(st.sampled_from((0, 1, 900, 3600, 12_345, 61_234, 259_200))))
        was, state = state, draw(st.sampled_from(STATES))
        moves = draw(st.booleans())
        team = 3 - team if moves else team
        verb = draw(st.sampled_from(("resume", "breach", "absorb", REFER)))
        state = WAITING_FOR_VENDOR if verb == REFER else state
        steps.append(
            Step(
                at, state, draw(st.integers(1, 4)), number, verb, was,
                tier=team, team=team, enters=moves, leaves=moves, answered=draw(st.booleans()),
                since=START - timedelta(hours=draw(st.integers(0, 30))) if draw(st.booleans()) else None,
                agreed=draw(st.sampled_from([None, *CONTRACTS])) if verb == REFER else None,
            )
        )  # fmt: skip
    return steps


TERMS = st.sampled_from([parse(POLICY).terms(calendar) for calendar in CALENDARS])


@given(TERMS, histories())
def test_the_whole_history_says_what_its_steps_said_one_by_one(terms: Terms, history: list[Step]) -> None:
    since = min((step.since for step in history if step.since), default=None)
    lives = {}
    for step in history:
        lives = {key: told(life, step) for key, life in lives.items()}
        lives |= {(life.promise.metric, life.key): life for life in begun_by(terms, step, since)}
    assert lives == replay(terms, history)
    for (metric, key), life in replay(terms, history).items():
        assert retold(terms, history, metric, key) == life


@given(TERMS, histories(), st.integers(0, 400_000))
def test_intervals_follow_each_other_and_add_up(terms: Terms, history: list[Step], seconds: int) -> None:
    until = history[-1].at + timedelta(seconds=seconds)
    for (metric, key), whole in replay(terms, history, keep_trail=True).items():
        life = retold(terms, history, metric, key)
        assert life is not None
        intervals = explain(life, until)
        assert intervals == explain(whole, until)
        assert counted_in(intervals) == used(life.state, life.promise.calendar, until)
        assert all(one.until == after.since for one, after in pairwise(intervals))
        if life.state.started_at < until:
            assert (intervals[0].since, intervals[-1].until) == (life.state.started_at, until)
        for table in (single(intervals), in_days(intervals, life.promise.calendar.time_zone, most=3)):
            rows = table.rows
            assert sum(row.minutes for row in rows) == shown_minutes(counted_in(intervals))
            assert all(row.minutes >= 0 for row in rows)
            assert all(one.until == after.since for one, after in pairwise(rows))


@given(TERMS, histories())
def test_counted_time_only_grows_but_for_a_new_period(terms: Terms, history: list[Step]) -> None:
    for (metric, _key), life in replay(terms, history, keep_trail=True).items():
        for (_step, before), (_next, after) in pairwise(life.trail):
            assert after.counted >= before.counted or (metric == UPDATE and after.cycle == before.cycle + 1)
            assert before.missed_at in (None, after.missed_at) or after.cycle == before.cycle + 1
