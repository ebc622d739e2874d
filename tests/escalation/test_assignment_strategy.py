"""Choosing whom a ticket goes to: what may be written in a strategy, and what it comes to."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.assignment.strategy import Candidate, Facts, StrategyError, choose, parse

ANI, BUDI, CITRA, DEDE = 11, 12, 13, 14
NAMES = {ANI: "Ani", BUDI: "Budi", CITRA: "Citra", DEDE: "Dede"}
FIREWALLS = 3


def someone(pk, **told):
    return Candidate(id=pk, name=NAMES.get(pk, str(pk)), **{"languages": frozenset({"en", "id"}), **told})


def of(*steps, otherwise="queue"):
    return parse({"steps": [step if isinstance(step, dict) else {"by": step} for step in steps], "else": otherwise})


def chosen(strategy, *candidates, **facts):
    return choose(strategy, candidates, Facts(**facts)).person


# --- what may be written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, "steps"),
        ({"steps": "on_shift"}, "steps"),
        ({"steps": [{"by": "on_shift"}] * 13}, "steps"),
        ({"steps": [], "else": "manager"}, "else"),
        ({"steps": [], "then": "queue"}, "then"),
        ({"steps": ["on_shift"]}, "steps.0"),
        ({"steps": [{"by": "star_sign"}]}, "steps.0"),
        ({"steps": [{"by": ["on_shift"]}]}, "steps.0"),
        ({"steps": [{"by": "on_shift", "most": 2}]}, "steps.0.most"),
        ({"steps": [{"by": "on_shift"}, {"by": "on_shift"}]}, "steps.1"),
        ({"steps": [{"by": "round_robin"}, {"by": "on_shift"}]}, "steps.0"),
        ({"steps": [{"by": "round_robin"}, {"by": "least_effort"}]}, "steps.0"),
        ({"steps": [{"by": "skill"}]}, "steps.0.skill"),
        ({"steps": [{"by": "skill", "skill": True}]}, "steps.0.skill"),
        ({"steps": [{"by": "skill", "skill": 3, "level": 5}]}, "steps.0.level"),
        ({"steps": [{"by": "language", "only": "yes"}]}, "steps.0.only"),
        ({"steps": [{"by": "capacity"}]}, "steps.0.most"),
        ({"steps": [{"by": "capacity", "most": 0}]}, "steps.0.most"),
        ({"steps": [{"by": "least_effort", "weights": [8, 4]}]}, "steps.0.weights"),
        ({"steps": [{"by": "least_effort", "weights": {"5": 1}}]}, "steps.0.weights.5"),
        ({"steps": [{"by": "least_effort", "weights": {"1": -1}}]}, "steps.0.weights.1"),
    ],
)
def test_what_cannot_be_used_is_refused_where_it_stands(tree, path):
    with pytest.raises(StrategyError) as refused:
        parse(tree)
    assert refused.value.path == path
    assert refused.value.message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["by", "skill", "language"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["steps", "else", "by", "skill", "only", "weights", "1"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_read_or_refused(tree):
    try:
        parse(tree)
    except StrategyError:
        pass


def test_two_skills_can_be_asked_for():
    strategy = of({"by": "skill", "skill": 3, "level": 2}, {"by": "skill", "skill": 4})
    assert strategy.skills == {3, 4}
    assert chosen(strategy, someone(ANI, skills={3: 4}), someone(BUDI, skills={3: 2, 4: 1})) == BUDI


# --- what it comes to ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("on_shift", {"is_on_shift": False}),
        ({"by": "skill", "skill": FIREWALLS, "level": 2}, {"skills": {FIREWALLS: 1}}),
        ({"by": "skill", "skill": FIREWALLS, "level": 2}, {"skills": {}}),
        ({"by": "language", "only": True}, {"languages": frozenset({"id"})}),
        ({"by": "capacity", "most": 12}, {"open": (1, 1, 5, 5)}),
    ],
)
def test_each_step_puts_out_who_does_not_fit(step, told):
    fits = {"skills": {FIREWALLS: 2}, "open": (0, 0, 0, 11)}
    choice = choose(of(step), [someone(ANI, **{**fits, **told}), someone(BUDI, turn=9, **fits)], Facts())
    by = step if isinstance(step, str) else step["by"]
    assert choice.person == BUDI
    assert list(choice.considered) == [{"person": ANI, "by": by, "step": 0}, {"person": BUDI, "by": "chosen"}]
    assert json.loads(json.dumps(choice.considered)) == list(choice.considered)


def test_nobody_absent_is_ever_chosen():
    away = someone(ANI, is_absent=True)
    assert chosen(of(), away, someone(BUDI, turn=5)) == BUDI
    assert chosen(of("previous_owner"), away, someone(BUDI, turn=5), previous_owner=ANI) == BUDI
    assert chosen(of(otherwise="lead"), someone(ANI, is_absent=True, is_lead=True)) is None


def test_a_team_without_a_roster_has_everybody_on_shift():
    nobody = [someone(ANI, is_on_shift=False), someone(BUDI, is_on_shift=False, is_absent=True)]
    assert chosen(of("on_shift"), *nobody) is None
    assert chosen(of("on_shift"), *nobody, is_planned=False) == ANI


def test_a_wished_language_is_passed_over_and_a_needed_one_is_not():
    english = [someone(ANI, languages=frozenset({"en"})), someone(BUDI, languages=frozenset({"en"}), turn=1)]
    wished = choose(of("on_shift", "language"), english, Facts(language="id"))
    assert wished.person == ANI
    assert wished.reason["en"] == "Next in turn of 2 on shift; none of them speaks Indonesian"
    needed = choose(of("on_shift", {"by": "language", "only": True}), english, Facts(language="id"))
    assert needed.person is None
    assert needed.reason["en"] == "Nobody can take it: 2 without Indonesian"


def test_the_previous_owner_comes_first_when_they_are_there():
    team = [someone(ANI), someone(BUDI, turn=9)]
    strategy = of("previous_owner", "on_shift", "round_robin")
    choice = choose(strategy, team, Facts(previous_owner=BUDI))
    assert (choice.person, choice.by, choice.took_a_turn) == (BUDI, "previous_owner", False)
    assert choice.reason["en"] == "Worked on it before it came back"
    assert choice.considered[0] == {"person": ANI, "by": "previous_owner", "step": 0}
    assert chosen(strategy, *team, previous_owner=CITRA) == ANI
    home = [someone(ANI), someone(BUDI, turn=9, is_on_shift=False)]
    assert chosen(strategy, *home, previous_owner=BUDI) == ANI
    assert chosen(strategy, *home, previous_owner=BUDI, is_planned=False) == BUDI


def test_what_stands_before_the_previous_owner_counts_for_them_too():
    strategy = of({"by": "capacity", "most": 1}, "previous_owner")
    assert chosen(strategy, someone(ANI), someone(BUDI, open=(0, 0, 1, 0)), previous_owner=BUDI) == ANI


def test_in_turn_is_whose_turn_is_longest_ago_and_the_new_one_first():
    team = [someone(ANI, turn=7), someone(BUDI, turn=3), someone(CITRA, turn=5)]
    assert chosen(of("round_robin"), *team) == BUDI
    assert chosen(of("round_robin"), *team, someone(DEDE)) == DEDE
    assert chosen(of(), *team) == BUDI, "without a picker it is taken in turn"


def test_least_effort_weighs_by_priority_and_then_goes_in_turn():
    busy, calm = someone(ANI, open=(1, 0, 0, 0)), someone(BUDI, open=(0, 0, 2, 3))
    assert chosen(of("least_effort"), busy, calm) == BUDI
    assert chosen(of({"by": "least_effort", "weights": {"1": 1}}), busy, calm) == ANI
    assert chosen(of("least_effort"), someone(ANI, turn=2), someone(BUDI, turn=1)) == BUDI


def test_with_nobody_left_it_goes_to_the_lead_at_work_or_stays():
    team = [
        someone(ANI, is_on_shift=False, is_lead=True),
        someone(BUDI, is_lead=True, turn=4, open=(0, 0, 0, 2)),
        someone(CITRA, open=(2, 0, 0, 0)),
    ]
    steps = ("on_shift", {"by": "capacity", "most": 2})
    to_lead = choose(of(*steps, otherwise="lead"), team, Facts())
    assert (to_lead.person, to_lead.by, to_lead.took_a_turn) == (BUDI, "lead", True)
    assert (
        to_lead.reason["en"] == "For the lead, nobody else can take it: 1 not on shift, 2 with 2 open tickets or more"
    )
    assert {row["person"]: row["by"] for row in to_lead.considered} == {
        ANI: "on_shift", BUDI: "chosen", CITRA: "capacity"
    }  # fmt: skip
    stays = choose(of(*steps), team, Facts())
    assert (stays.person, stays.by, stays.took_a_turn) == (None, "queue", False)
    assert choose(of(), [], Facts()).reason["en"] == "Nobody works for the team"


@pytest.mark.parametrize(
    ("steps", "count", "words"),
    [
        (("on_shift", {"by": "language"}), 3, "Next in turn of 3 on shift who speak Indonesian"),
        (("on_shift", {"by": "language"}), 1, "The only one on shift who speaks Indonesian"),
        (("least_effort",), 2, "Least work in hand of 2 of the team"),
        (("least_effort",), 1, "The only one of the team"),
        (
            ({"by": "skill", "skill": FIREWALLS}, {"by": "capacity", "most": 5}),
            2,
            "Next in turn of 2 of the team who know Firewalls, have fewer than 5 open tickets",
        ),
        (({"by": "skill", "skill": 9},), 1, "The only one of the team who knows #9"),
    ],
)
def test_the_reason_says_of_whom_it_was_chosen(steps, count, words):
    skills = {FIREWALLS: 3, 9: 3}
    team = [someone(pk, skills=skills) for pk in (ANI, BUDI, CITRA)[:count]]
    team.append(someone(DEDE, is_absent=True))
    facts = Facts(language="id", skill_names={FIREWALLS: {"en": "Firewalls", "id": "Firewall"}})
    reason = choose(of(*steps), team, facts).reason
    assert reason["en"] == words
    assert reason["id"]


# --- what always holds -----------------------------------------------------------------------------------------------

candidates = st.builds(
    lambda pk, shift, away, lead, level, languages, open_, turn: Candidate(
        pk, str(pk), shift, away, lead, {FIREWALLS: level} if level else {}, frozenset(languages), open_, turn
    ),
    st.integers(1, 30),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 4),
    st.sets(st.sampled_from(["en", "id"])),
    st.tuples(*[st.integers(0, 3)] * 4),
    st.integers(0, 9),
)
teams = st.lists(candidates, max_size=6, unique_by=lambda one: one.id)
filters = st.permutations(
    [
        {"by": "on_shift"},
        {"by": "skill", "skill": FIREWALLS, "level": 2},
        {"by": "language", "only": True},
        {"by": "capacity", "most": 6},
    ]
).flatmap(lambda steps: st.integers(0, 4).map(lambda count: steps[:count]))
pickers = st.sampled_from([[], [{"by": "least_effort"}], [{"by": "round_robin"}]])


@given(teams, filters, pickers, st.sampled_from(["queue", "lead"]), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_a_choice_is_at_work_fits_and_accounts_for_everybody(team, steps, picker, otherwise, chance):
    strategy = parse({"steps": [*steps, *picker], "else": otherwise})
    facts = Facts(language="id")
    choice = choose(strategy, team, facts)
    shuffled = list(team)
    chance.shuffle(shuffled)
    assert choose(strategy, shuffled, facts) == choice, "the order in which they are read decides nothing"
    by = {row["person"]: row["by"] for row in choice.considered}
    assert sorted(by) == sorted(one.id for one in team)
    assert [pk for pk, how in by.items() if how == "chosen"] == ([choice.person] if choice.person else [])
    found = next((one for one in team if one.id == choice.person), None)
    fitting = [one for one in team if not one.is_absent and all(_fits(step, one) for step in steps)]
    assert found is None or not found.is_absent
    if fitting:
        assert found in fitting
    else:
        assert choice.by in ("lead", "queue")
        assert found is None or found.is_lead


def _fits(step, one):
    return {
        "on_shift": one.is_on_shift,
        "skill": one.skills.get(FIREWALLS, 0) >= 2,
        "language": "id" in one.languages,
        "capacity": one.open_count < 6,
    }[step["by"]]


@given(st.integers(1, 6), st.integers(0, 40), st.sampled_from(["round_robin", "least_effort"]))
@settings(max_examples=30, deadline=None)
def test_many_in_a_row_are_spread_within_one(people, tickets, picker):
    strategy = of(picker)
    turns, given_ = dict.fromkeys(range(1, people + 1), 0), dict.fromkeys(range(1, people + 1), 0)
    for number in range(1, tickets + 1):
        team = [someone(pk, turn=turns[pk], open=(0, 0, given_[pk], 0)) for pk in turns]
        who = choose(strategy, team, Facts()).person
        turns[who], given_[who] = number, given_[who] + 1
    assert max(given_.values()) - min(given_.values()) <= 1
