"""Conditions as rows: every field with every operator, groups, errors at their place."""

import pytest
from django.http import QueryDict

from tests.escalation.pages import rows_sent
from tickets.condition_forms.moving import press_of
from tickets.condition_forms.rows import ConditionRows
from tickets.condition_forms.values import span_as_typed
from tickets.conditions import FIELDS, validate
from tickets.conditions.fields import BARE_OPERATORS, LIST_OPERATORS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
# what a field of a type can be asked about; fields with choices take the first of theirs
VALUES = {"choice": "vpn", "number": 3, "flag": True, "text": "kabel putus", "list": "vpn", "age": 90, "answer": "HQ"}


def sent(rows: ConditionRows) -> QueryDict:
    """The rows as a browser sends them."""
    data = QueryDict(mutable=True)
    for name, value in rows_sent(rows).items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def known_value(field, person):
    if field.type == "person":
        return person.pk
    if field.choices:
        return next(iter(field.choices))
    named = {"service": "vpn", "category": "vpn-down", "team": "network", "tier": 2}
    return named.get(field.name.removeprefix("previous_"), VALUES[str(field.type)])


def test_every_field_with_every_operator_goes_through_the_page_unchanged(agent1):
    for field in FIELDS.values():
        for op in field.operators:
            value = known_value(field, agent1)
            leaf = {"field": field.name, "op": op}
            if op not in BARE_OPERATORS:
                leaf["value"] = [value] if op in LIST_OPERATORS else value
            tree = validate({"all": [leaf]}).to_tree()
            again = ConditionRows(sent(ConditionRows(initial_tree=tree)))
            assert again.is_valid(), (leaf, again.errors)
            assert again.tree() == tree


def test_groups_and_intake_answers_go_through_the_page_unchanged():
    tree = {
        "any": [
            {"field": "intake.profile", "op": "is", "value": "Split"},
            {
                "all": [
                    {"field": "text", "op": "contains_any", "value": ["a, b", "print*"]},
                    {"field": "team", "op": "is_set"},
                ]
            },
        ]
    }
    again = ConditionRows(sent(ConditionRows(initial_tree=tree)), "if")
    assert again.is_valid() and again.tree() == tree


@pytest.mark.parametrize(
    "tree", [{"all": "x"}, {"none": []}, {"all": [1, {}]}, {"any": [{"field": "mood", "op": "is"}]}]
)
def test_what_makes_no_sense_any_more_can_still_be_opened(tree):
    assert ConditionRows(initial_tree=tree).items is not None


def test_nothing_asked_is_every_ticket():
    rows = ConditionRows(QueryDict("if-word=any"))
    assert rows.is_valid() and rows.tree() == {"all": []}


def test_a_choice_that_is_gone_stays_and_says_so():
    rows = ConditionRows(initial_tree={"all": [{"field": "team", "op": "is", "value": "old-team"}]})
    assert "old-team (gone)" in str(next(rows.rows())["value"])


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("all.0.value", "if-1-value"),
        ("all.1.any.0.op", "if-3-op"),
        ("priority", "if-1-value"),
        ("all.1.any.0", "if-3-field"),
        ("nowhere", "if-add"),
    ],
)
def test_an_error_stands_at_its_row(path, place):
    leaf = {"field": "priority", "op": "is", "value": 2}
    inner = {"field": "team", "op": "is", "value": "network"}
    rows = ConditionRows(sent(ConditionRows(initial_tree={"all": [leaf, {"any": [inner]}]})))
    assert rows.is_valid()
    rows.place(path, "Wrong")
    assert rows.errors == {place: ["Wrong"]}


def test_buttons_add_move_and_remove():
    leaf = {"field": "priority", "op": "is", "value": 2}
    rows = ConditionRows(sent(ConditionRows(initial_tree={"all": [leaf, {"any": [leaf]}]})))
    moved = rows.redrawn(press_of("rows:if:up:2"))
    assert [item.key for item in moved.items] == [2, 1] and moved.focus == "id_if-2-up"
    gone = ConditionRows(sent(moved)).redrawn(press_of("rows:if:remove:3"))
    assert [item.key for item in gone.items] == [1] and gone.focus == "id_if-add"
    assert ConditionRows(sent(gone)).redrawn(press_of("rows:if:add")).focus == "id_if-2-field"
    assert press_of("rows:if:drop:1") is None and press_of("rows") is None


@pytest.mark.parametrize(("minutes", "text"), [(90, "1h 30m"), (60, "1h"), (2880, "2d"), (-30, "-30m"), (0, "0m")])
def test_ages_are_written_the_way_they_are_read(minutes, text):
    from tickets.condition_forms.values import AgeField

    assert span_as_typed(minutes) == text and AgeField().clean(text) == minutes
