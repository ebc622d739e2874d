"""Parts that can never hold together are reported, and nothing that can."""

import random

import pytest

from tests.tickets.asking import FACTS, leaf
from tickets.conditions import FIELDS, contradictions, validate
from tickets.conditions.fields import LIST_OPERATORS, FieldType


def found(*parts, word="all"):
    return contradictions(validate({word: list(parts)}))


@pytest.mark.parametrize(
    "parts",
    [
        (leaf("priority", "is", 1), leaf("priority", "is", 2)),
        (leaf("assignee", "is_empty"), leaf("assignee", "is", 7)),
        (leaf("assignee", "is_empty"), leaf("assignee", "is_set")),
        (leaf("return_count", "at_least", 4), leaf("return_count", "at_most", 2)),
        (leaf("priority", "at_least", 2), leaf("priority", "at_most", 3)),
        (leaf("service", "in", ["erp", "wms"]), leaf("service", "in", ["mail"])),
        (leaf("service", "is", "erp"), leaf("service", "not_in", ["erp", "wms"])),
        (leaf("tier", "is", 3), leaf("tier", "in", [1, 2])),
        (leaf("tier", "is", 3), leaf("tier", "at_most", 2)),
        (leaf("late", "is", True), leaf("late", "is", False)),
        (leaf("late", "is", True), leaf("late", "is_not", True)),
        (leaf("tags", "has_all", ["vpn", "x"]), leaf("tags", "has_none", ["x"])),
        (leaf("tags", "has_any", ["vpn"]), leaf("tags", "has_none", ["x", "vpn"])),
        (leaf("tags", "has_any", ["vpn"]), leaf("tags", "is_empty")),
        (leaf("minutes_in_tier", "at_least", 60), leaf("minutes_in_tier", "less_than", 60)),
        (leaf("intake.device", "is", True), leaf("intake.device", "is", 1)),
        (leaf("subject", "contains", "x"), leaf("subject", "is_empty")),
        (leaf("tier", "is", 3), {"any": [leaf("tier", "is", 1), leaf("tier", "is_empty")]}),
        (leaf("tier", "is", 3), {"all": [leaf("kind", "is", "incident"), leaf("tier", "is", 1)]}),
        (leaf("tier", "is", 3), {"any": [leaf("tier", "is", 1)]}),
    ],
)
def test_what_can_never_hold_together_is_reported(parts):
    assert found(*parts)


@pytest.mark.parametrize(
    "parts",
    [
        (leaf("priority", "at_least", 2), leaf("priority", "at_most", 2)),
        (leaf("service", "in", ["erp", "wms"]), leaf("service", "in", ["wms"])),
        (leaf("assignee", "is_empty"), leaf("assignee", "is_not", 7)),
        (leaf("tags", "has_any", ["a", "b"]), leaf("tags", "has_none", ["a"])),
        (leaf("minutes_in_tier", "at_least", 59), leaf("minutes_in_tier", "less_than", 60)),
        (leaf("text", "is_empty"), leaf("text", "matches", "^$")),
        (leaf("tier", "is", 3), {"any": [leaf("tier", "is", 1), leaf("team", "is", "desk")]}),
    ],
)
def test_what_may_hold_is_not_reported(parts):
    assert not found(*parts)


def test_a_finding_names_the_place_and_says_both_parts():
    assert found(leaf("kind", "is", "incident"), leaf("priority", "is", 1), leaf("priority", "is", 2)) == [
        ("all.2", "These can never hold together: priority is P1 Critical; priority is P2 High.")
    ]


def test_an_any_is_reported_only_when_every_branch_is_dead():
    dead = {"all": [leaf("late", "is", True), leaf("late", "is", False)]}
    assert not found(dead, leaf("kind", "is", "incident"), word="any")
    assert [path for path, _message in found(dead, dead, word="any")] == ["any.0.all.1", "any.1.all.1"]


ASKED = ("priority", "tier", "late", "tags", "minutes_to_due", "service", "previous_priority", "subject", "intake.x")
VALUES = {
    FieldType.FLAG: (True, False),
    FieldType.TEXT: ("a", "b"),
    FieldType.LIST: ("a", "b"),
    FieldType.CHOICE: ("a", "b"),
    FieldType.AGE: (-1, 0, 1, 2),
    FieldType.ANSWER: (True, 1, "a"),
}


def random_leaf(rng, name):
    field = FIELDS.get(name)
    kind = field.type if field else FieldType.ANSWER
    op = rng.choice(field.operators if field else ("is", "is_not", "in", "not_in", "contains", "is_empty", "is_set"))
    if op in ("is_empty", "is_set"):
        return leaf(name, op)
    values = VALUES.get(kind, (1, 2, 3))
    if op == "contains":
        values = ("a", "b")
    return leaf(name, op, rng.sample(values, rng.randint(1, 2)) if op in LIST_OPERATORS else rng.choice(values))


def random_facts(rng):
    number = (1, 2, 3)
    return {
        **FACTS,
        "priority": rng.choice(number),
        "tier": rng.choice((None, *number)),
        "late": rng.random() < 0.5,
        "tags": rng.sample(("a", "b"), rng.randint(0, 2)),
        "minutes_to_due": rng.choice((None, -2, -1, 0, 1, 2)),
        "service": rng.choice((None, "a", "b", "c")),
        "previous_priority": rng.choice((None, *number)),
        "subject": rng.choice(("", "a", "ab", "b c")),
        "intake": rng.choice(({}, {"x": True}, {"x": 1}, {"x": "a"}, {"x": ""}, {"x": ["a"]})),
    }


def test_what_is_reported_holds_for_no_ticket():
    rng = random.Random(11)
    tickets = [random_facts(rng) for _ in range(150)]
    reported = 0
    for _ in range(800):
        names = rng.sample(ASKED, 2)
        parts = [random_leaf(rng, rng.choice(names)) for _ in range(rng.randint(2, 4))]
        inner = {rng.choice(("any", "all")): [random_leaf(rng, rng.choice(names)) for _ in range(2)]}
        condition = validate({rng.choice(("all", "all", "any")): [*parts, inner]})
        if contradictions(condition):
            reported += 1
            assert not any(condition.evaluate(facts) for facts in tickets), condition.to_tree()
    assert reported > 150
