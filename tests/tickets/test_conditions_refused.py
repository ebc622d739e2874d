"""Conditions that cannot be read are refused by naming the place."""

import pytest

from tests.tickets.asking import leaf
from tickets.conditions import ConditionError, validate


@pytest.mark.parametrize(
    ("path", "tree"),
    [
        ("", []),
        ("", "kind is incident"),
        ("", {}),
        ("", {"all": [], "any": []}),
        ("", {"none": []}),
        ("all", {"all": {}}),
        ("any", {"any": []}),
        ("all", {"all": [leaf("kind", "is", "incident")] * 51}),
        ("", {"all": [{"any": [leaf("kind", "is", "incident")] * 26}] * 2}),
        ("all.0", {"all": ["kind"]}),
        ("all.1.any", {"all": [leaf("kind", "is", "incident"), {"any": []}]}),
        ("all.0.any.0", {"all": [{"any": [{"all": [leaf("kind", "is", "incident")]}]}]}),
        ("all.0.field", {"all": [leaf("requester__password", "is", "x")]}),
        ("all.0.field", {"all": [leaf("intake.a b", "is", "x")]}),
        ("all.0.field", {"all": [leaf(7, "is", "x")]}),
        ("all.0.op", {"all": [leaf("kind", "contains", "inc")]}),
        ("all.0.op", {"all": [leaf("kind", None, "incident")]}),
        ("all.0.sql", {"all": [{**leaf("kind", "is", "incident"), "sql": "1=1"}]}),
        ("all.0.value", {"all": [leaf("kind", "is", "problem")]}),
        ("all.0.value", {"all": [leaf("kind", "is")]}),
        ("all.0.value", {"all": [leaf("kind", "in", "incident")]}),
        ("all.0.value", {"all": [leaf("kind", "in", [])]}),
        ("all.0.value.1", {"all": [leaf("kind", "in", ["incident", "problem"])]}),
        ("all.0.value", {"all": [leaf("assignee", "is_empty", 1)]}),
        ("all.0.value", {"all": [leaf("assignee", "is", "7")]}),
        ("all.0.value", {"all": [leaf("assignee", "is", True)]}),
        ("all.0.value", {"all": [leaf("assignee", "is", 2**63)]}),
        ("all.0.value", {"all": [leaf("priority", "is", 5)]}),
        ("all.0.value", {"all": [leaf("reopen_count", "at_least", 1.5)]}),
        ("all.0.value", {"all": [leaf("requester_vip", "is", 1)]}),
        ("all.0.value", {"all": [leaf("intake.x", "is", [1])]}),
        ("all.0.value", {"all": [leaf("subject", "contains", "  ")]}),
        ("all.0.value", {"all": [leaf("subject", "contains", "a\0b")]}),
        ("all.0.value", {"all": [leaf("subject", "contains", "\ud800")]}),
        ("all.0.value", {"all": [leaf("subject", "contains", "x" * 201)]}),
        ("all.0.value.0", {"all": [leaf("text", "contains_any", ["*"])]}),
        ("all.0.op", {"all": [leaf("tags", "is", "vpn")]}),
        ("all.0.value", {"all": [leaf("tags", "has_any", "vpn")]}),
        ("all.0.value.1", {"all": [leaf("tags", "has_any", ["vpn", " "])]}),
        ("all.0.value.0", {"all": [leaf("tags", "has_all", ["x" * 41])]}),
        ("all.0.value", {"all": [leaf("minutes_in_status", "at_least", -1)]}),
        ("all.0.value", {"all": [leaf("minutes_in_status", "less_than", 1.5)]}),
        ("all.0.value", {"all": [leaf("minutes_to_due", "less_than", -(2**31))]}),
        ("all.0.op", {"all": [leaf("minutes_in_status", "is", 5)]}),
        ("all.0.value", {"all": [leaf("opened_hour", "is", 24)]}),
        ("all.0.value", {"all": [leaf("opened_weekday", "at_most", 0)]}),
        ("all.0.op", {"all": [leaf("priority", "is_empty")]}),
        ("all.0.value", {"all": [leaf("text", "matches", "(")]}),
    ],
)
def test_a_wrong_condition_is_refused_by_naming_the_place(path, tree):
    with pytest.raises(ConditionError) as caught:
        validate(tree)
    assert caught.value.path == path
    assert caught.value.message
