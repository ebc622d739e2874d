import random
import re

import pytest
from django.db.models import Q
from django.utils import translation

from tests.tickets.asking import FACTS, holds, leaf
from tickets.conditions import FIELDS, Condition, in_words, validate
from tickets.conditions.fields import OPERATORS
from tickets.conditions.operators import OPERATORS_BY_TYPE
from tickets.conditions.prose import word_pattern


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
        ("tags", "has_any", ["wifi", "VPN "], True),
        ("tags", "has_any", ["wifi"], False),
        ("tags", "has_all", ["jakarta", "vpn"], True),
        ("tags", "has_all", ["vpn", "wifi"], False),
        ("tags", "has_none", ["wifi"], True),
        ("tags", "has_none", ["wifi", "vpn"], False),
        ("minutes_in_status", "at_least", 60, True),
        ("minutes_in_status", "less_than", 60, False),
        ("minutes_in_tier", "at_least", 60, False),
        ("minutes_in_tier", "less_than", 60, True),
        ("minutes_in_team", "at_least", 0, False),  # it is in no team
        ("minutes_in_team", "less_than", 60, False),
        ("minutes_to_due", "less_than", 0, True),
        ("minutes_to_due", "at_least", -5, True),
        ("late", "is", True, True),
        ("late", "is_not", True, False),
        ("service_critical", "is", False, True),
        ("opened_weekday", "in", [6, 7], False),
        ("opened_hour", "at_least", 9, True),
        ("requester", "is", 71, True),
        ("requester_title", "contains_any", ["direktur"], True),
        ("previous_status", "is", "new", True),
        ("previous_tier", "at_least", 2, True),
        ("previous_priority", "is_not", 1, True),  # it never changed
        ("previous_priority", "at_least", 4, False),
        ("asset_kind", "in", ["laptop", "printer"], True),
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


@pytest.mark.parametrize("op", ["contains", "contains_any"])
def test_words_do_not_reach_from_the_subject_into_the_text(op):
    wanted = "reset password" if op == "contains" else ["reset password", "reset pass*"]
    condition = validate({"all": [leaf("text", op, wanted)]})
    assert condition.evaluate({**FACTS, "subject": "Hello", "description": "please reset password"})
    assert not condition.evaluate({**FACTS, "subject": "Cannot reset", "description": "password forgotten"})


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("c++ builder", "A C++  Builder licence"),
        ("e-mail rout*", "the e-mail routing"),
        ("c+*", "C++"),
        ("vpn *", "vpns"),
    ],
)
def test_phrases_of_words_signs_and_stems_are_found(phrase, text):
    condition = validate({"all": [leaf("subject", "contains_any", ["nothing", phrase])]})
    assert condition.evaluate({**FACTS, "subject": text})
    assert not condition.evaluate({**FACTS, "subject": "builder of mail, c and routes"})


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
        assert in_words(validate({"all": [leaf("requester_vip", "is", False)]})) == "requester is not a VIP"
        wide = validate(
            {"all": [leaf("impact", "at_least", 2), leaf("language", "is", "en"), leaf("channel", "is", "api")]}
        )
        rule = [
            leaf("minutes_since_staff", "at_least", 150),
            leaf("minutes_to_due", "less_than", -1440),
            leaf("tags", "has_all", ["vpn", "jakarta"]),
            leaf("tags", "has_none", ["vip", "wifi"]),
            leaf("late", "is", False),
            leaf("opened_weekday", "in", [6, 7]),
            leaf("text", "matches", "^re:"),
            leaf("previous_assignee", "is_set"),
        ]
        assert in_words(validate({"all": rule})) == (
            "time since staff last acted is at least 2h 30m and time to the next deadline is less than −1d "
            "and tags include vpn and jakarta and tags do not include vip or wifi and no promise was missed "
            "and weekday opened is Saturday or Sunday and text matches “^re:” and previous assignee is set"
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


def test_a_long_text_is_searched_as_a_short_one():
    rng = random.Random(3)
    pieces = ("erp", "terputus", "VPN", "É", "100%", "a_b", "\n", " ", " ", ", ", "vpn down", "printer", "Σ")
    for _ in range(20):
        short = "".join(rng.choices(pieces, k=12))
        long = short + " \n;" * 2_000
        for wanted in ("erp", "terp", "vpn d", "0%", "é", "print", "x", "printere", "σ", "npv"):
            expected = wanted in short.lower().replace("ς", "σ")
            assert (
                holds(leaf("text", "contains", wanted), facts={**FACTS, "subject": "", "description": long}) is expected
            )
        for word in ("erp", "vpn*", "100%", "vpn down", "er*", "é", "a_b"):
            expected = re.search(word_pattern((word,)), short.lower().replace("ς", "σ")) is not None
            question = leaf("text", "contains_any", [word, "unheard"])
            assert holds(question, facts={**FACTS, "subject": "", "description": long}) is expected
