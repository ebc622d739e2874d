import pytest
from django.db.models import Q
from django.utils import translation

from tickets.conditions import FIELDS, Condition, ConditionError, in_words, validate
from tickets.conditions.fields import OPERATORS
from tickets.conditions.operators import OPERATORS_BY_TYPE

FACTS = {
    "kind": "incident",
    "status": "open",
    "priority": 2,
    "impact": 3,
    "urgency": 1,
    "channel": "email",
    "service": "erp",
    "category": None,
    "team": "service-desk",
    "tier": 1,
    "assignee": None,
    "requester_vip": True,
    "requester_department": "Finance",
    "requester_site": None,
    "subject": "Server ERP lambat, VPN terputus",
    "description": "Printernya juga mati.\nDiskon 100% tidak tersimpan. “WMS” aman.",
    "language": "id",
    "reopen_count": 0,
    "return_count": 2,
    "intake": {"device": "Laptop", "floor": 3, "urgent": True, "note": "", "gone": None},
}


def leaf(field, op, *value):
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


def holds(*parts, word="all", facts=FACTS):
    return validate({word: list(parts)}).evaluate(facts)


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("kind", "is", "incident", True),
        ("kind", "is_not", "incident", False),
        ("service", "in", ["erp", "wms"], True),
        ("service", "not_in", ["erp", "wms"], False),
        ("priority", "at_least", 2, True),
        ("priority", "at_least", 1, False),  # P2 is not as high as P1
        ("priority", "at_most", 3, False),
        ("urgency", "at_least", 2, True),
        ("tier", "at_least", 2, False),
        ("tier", "at_most", 1, True),
        ("return_count", "at_least", 2, True),
        ("requester_vip", "is", True, True),
        ("requester_vip", "is_not", True, False),
        ("subject", "contains", "erp LAMBAT", True),
        ("subject", "contains", "printer", False),
        ("text", "contains", "printer", True),
        ("text", "contains", "100%", True),
        ("text", "contains", "1_0%", False),
        ("intake.device", "is", "Laptop", True),
        ("intake.device", "is", "laptop", False),
        ("intake.device", "contains", "LAP", True),
        ("intake.floor", "is", 3, True),
        ("intake.floor", "is", "3", False),
        ("intake.floor", "contains", "3", False),
        ("intake.urgent", "is", True, True),
        ("intake.urgent", "is", 1, False),
        ("intake.floor", "in", [2, 3], True),
    ],
)
def test_a_question_about_a_value(field, op, value, expected):
    assert holds(leaf(field, op, value)) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["erp"], True),
        (["terp"], False),
        (["wms"], True),  # typographic quotes are not letters
        (["print"], False),
        (["print*"], True),
        (["vpn terputus"], True),
        (["mati. diskon"], True),  # the blank between two words may be a line break
        (["lamba"], False),
        (["sap", "lambat"], True),
        (["100%"], True),
        (["(erp"], False),
    ],
)
def test_words_are_found_whole(words, expected):
    assert holds(leaf("text", "contains_any", words)) is expected


def test_erp_is_not_found_inside_an_indonesian_word():
    facts = {**FACTS, "subject": "Perpanjangan akun, koneksi terputus", "description": ""}
    assert not holds(leaf("text", "contains_any", ["erp"]), facts=facts)


@pytest.mark.parametrize("field", ["category", "assignee", "requester_site", "intake.gone", "intake.absent"])
def test_a_missing_value_is_empty_and_is_nothing_else(field):
    value = 5 if field == "assignee" else "x"
    assert holds(leaf(field, "is_empty"))
    assert holds(leaf(field, "is_not", value))
    assert holds(leaf(field, "not_in", [value]))
    assert not holds(leaf(field, "is_set"))
    assert not holds(leaf(field, "is", value))
    assert not holds(leaf(field, "in", [value]))


def test_a_missing_number_is_neither_at_least_nor_at_most():
    facts = {**FACTS, "tier": None}
    assert not holds(leaf("tier", "at_least", 1), facts=facts)
    assert not holds(leaf("tier", "at_most", 3), facts=facts)


def test_an_answer_left_blank_counts_as_empty():
    assert holds(leaf("intake.note", "is_empty"))


def test_is_null_is_read_as_is_empty():
    assert validate({"all": [leaf("assignee", "is", None)]}) == validate({"all": [leaf("assignee", "is_empty")]})
    assert validate({"all": [leaf("assignee", "is_not", None)]}) == validate({"all": [leaf("assignee", "is_set")]})


def test_groups_combine():
    yes, no = leaf("kind", "is", "incident"), leaf("kind", "is", "request")
    assert holds(yes, {"any": [no, yes]})
    assert not holds(yes, {"all": [no, yes]})
    assert holds(no, {"all": [yes, yes]}, word="any")
    assert not holds(no, {"any": [no]}, word="any")


def test_an_empty_all_is_every_ticket():
    everything = validate({"all": []})
    assert everything.evaluate(FACTS)
    assert everything.to_q() == Q()


def test_explaining_names_the_question_that_decided():
    condition = validate(
        {"all": [leaf("kind", "is", "incident"), {"any": [leaf("service", "is", "wms"), leaf("tier", "is", 3)]}]}
    )
    failing = condition.explain(FACTS)
    assert failing is not None
    assert failing.to_tree() == leaf("service", "is", "wms")
    assert condition.explain({**FACTS, "service": "wms"}) is None


TREE = {
    "all": [
        leaf("service", "in", ["erp", "wms"]),
        {"any": [leaf("priority", "at_least", 2), leaf("requester_vip", "is", True), leaf("assignee", "is_empty")]},
    ]
}


def test_a_condition_survives_the_round_trip():
    condition = validate(TREE)
    assert condition.to_tree() == TREE
    assert validate(condition.to_tree()) == condition
    assert isinstance(condition, Condition)


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
    ],
)
def test_a_wrong_condition_is_refused_by_naming_the_place(path, tree):
    with pytest.raises(ConditionError) as caught:
        validate(tree)
    assert caught.value.path == path
    assert caught.value.message


def test_every_operator_of_every_type_is_there():
    assert all(op in OPERATORS_BY_TYPE[kind] for kind, ops in OPERATORS.items() for op in ops)


def test_a_sentence_says_what_the_condition_means():
    with translation.override("en"):
        assert in_words(validate({"all": []})) == "every ticket"
        assert in_words(validate(TREE), {"service": {"erp": "ERP Finance"}}) == (
            "service is ERP Finance or wms and "
            "(priority is at least P2 High or requester is a VIP or nobody is assigned)"
        )
        assert in_words(validate({"any": [leaf("text", "contains_any", ["toner", "print*"])]})) == (
            "text mentions “toner” or “print*”"
        )
        assert in_words(validate({"all": [leaf("requester_vip", "is", False)]})) == "not: requester is a VIP"
        wide = validate(
            {"all": [leaf("impact", "at_least", 2), leaf("language", "is", "en"), leaf("channel", "is", "api")]}
        )
        assert in_words(wide) == "impact is at least a department or site and language is English and channel is API"


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_label_and_reads_known_facts(name):
    field = FIELDS[name]
    assert str(field.label)
    assert set(field.facts) <= set(FACTS)


def test_hostile_text_is_searched_in_linear_time():
    facts = {**FACTS, "description": "a" * 100_000 + " \n" * 50_000}
    words = ["a" * 200, "a a a a", "(a+)+$", "[[[["]
    assert not holds(leaf("text", "contains_any", words), facts=facts)
