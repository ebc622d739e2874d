"""What makes a ladder one that can be climbed."""

import pytest

from escalation.ladder_definition import DOWN, LEADS, UP, Item, LadderError, Rung, as_tree, parse, usual

ONE, TWO, THREE = 11, 12, 13
RUNGS = [{"tier": ONE, "name": "First"}, {"tier": TWO, "name": "Second"}, {"tier": THREE, "name": "Third"}]


def up(start, end, **more):
    return {"from": start, "to": end, "direction": UP, **more}


def down(start, end, **more):
    return {"from": start, "to": end, "direction": DOWN, **more}


def tree(*steps, rungs=RUNGS, **more):
    return {"rungs": rungs, "steps": list(steps), **more}


CLIMBED = (up(ONE, TWO), up(TWO, THREE))


def test_a_ladder_reads_back_as_it_was_written():
    written = parse(
        tree(
            up(
                ONE, TWO, fields=["tried"], checklist=[{"en": "Restarted", "id": "Dinyalakan ulang"}], accept_minutes=30
            ),
            up(TWO, THREE, senders=LEADS, teams=[7], accept_minutes=30, lead_minutes=60),
            down(TWO, ONE),
            skips=False,
        )
    )
    assert parse(as_tree(written)) == written
    assert written.step(ONE, TWO).checklist == (Item("Restarted", "Dinyalakan ulang"),)


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        (tree(rungs=[]), "no first rung"),
        (tree(up(ONE, TWO), up(TWO, ONE), up(TWO, THREE)), "no first rung"),
        (tree(up(ONE, TWO), up(TWO, THREE), up(THREE, TWO)), r"circle: Second → Third → Second"),
        (tree(up(ONE, TWO)), "No step leads up to Third"),
        (tree(*CLIMBED, down(ONE, THREE)), "First → Third leads up, not down"),
        (tree(up(ONE, THREE), up(THREE, TWO)), "Third → Second leads down, not up"),
        (tree(up(ONE, TWO), up(ONE, THREE)), "No step leads up from Second"),
        (tree(*CLIMBED, up(ONE, ONE)), "to itself"),
        (tree(*CLIMBED, up(ONE, TWO)), "twice"),
        (tree(*CLIMBED, up(ONE, 99)), "not on the ladder"),
        (tree(up(ONE, TWO, accept_minutes=0), up(TWO, THREE)), "between one minute"),
        (tree(up(ONE, TWO, accept_minutes=60, lead_minutes=30), up(TWO, THREE)), "not before"),
        (tree(up(ONE, TWO, checklist=[{"en": " "}]), up(TWO, THREE)), "needs English words"),
        (tree(up(ONE, TWO, checklist=[{"en": "x"}] * 21), up(TWO, THREE)), "at most 20"),
        (tree(*CLIMBED, rungs=[*RUNGS[:2], {"tier": THREE, "name": " "}]), "needs a name"),
        (tree(*CLIMBED, rungs=[*RUNGS[:2], {"tier": THREE, "name": "first"}]), "same name"),
        (tree(*CLIMBED, rungs=[*RUNGS, RUNGS[0]]), "twice"),
        (tree({"from": ONE}), "cannot be read"),
        ({"steps": []}, "cannot be read"),
    ],
)
def test_a_ladder_nobody_could_climb_is_refused_in_words(ladder, words):
    with pytest.raises(LadderError, match=words):
        parse(ladder)


def test_a_step_over_a_rung_asks_for_what_both_steps_ask_for():
    ladder = parse(
        tree(
            up(ONE, TWO, fields=["tried"], checklist=[{"en": "Restarted"}]),
            up(TWO, THREE, fields=["evidence"], senders=LEADS, accept_minutes=15),
        )
    )
    over = ladder.step(ONE, THREE)
    assert over.fields == ("tried", "evidence")
    assert [item.en for item in over.checklist] == ["Restarted"]
    assert (over.senders, over.accept_minutes) == (LEADS, 15)


def test_skips_can_be_forbidden_but_for_a_step_that_is_written():
    assert parse(tree(*CLIMBED, skips=False)).step(ONE, THREE) is None
    assert parse(tree(*CLIMBED, up(ONE, THREE), skips=False)).step(ONE, THREE) is not None


def test_down_leads_only_what_is_written():
    ladder = parse(tree(*CLIMBED, down(THREE, TWO)))
    assert ladder.step(THREE, TWO) is not None
    assert ladder.step(THREE, ONE) is None
    assert ladder.step(TWO, ONE) is None


def test_on_one_rung_and_from_outside_a_plain_packet_does():
    ladder = parse(tree(*CLIMBED))
    assert ladder.step(TWO, TWO).fields == ()
    assert ladder.step(None, THREE).fields == ()


def test_the_usual_ladder_can_be_climbed():
    ladder = usual([Rung(ONE, "First"), Rung(TWO, "Second"), Rung(THREE, "Third")])
    assert parse(as_tree(ladder)) == ladder
    assert ladder.step(THREE, ONE).direction == DOWN
