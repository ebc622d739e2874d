"""Patterns in conditions: what is let in, what is refused, and that both engines read the same."""

import random

import pytest
from django.db import connection

from tickets.conditions import ConditionError, ConditionTimeout, validate
from tickets.conditions.letters import lower
from tickets.conditions.patterns import emitted, found_in


def matches(pattern, text):
    condition = validate({"all": [{"field": "subject", "op": "matches", "value": pattern}]})
    return condition.evaluate({"subject": text})


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"ERR-\d{4}", "got err-0042 today", True),
        (r"ERR-\d{4}", "got err-42 today", False),
        (r"^vpn", "VPN down", True),
        (r"^vpn", "the VPN", False),
        (r"down$", "vpn down\n", False),  # the very end, not before a last line end
        (r"a.b", "a\nb", False),
        (r"(\d{1,3}\.){3}\d{1,3}", "host 10.0.0.17 lost", True),
        (r"[A-F]+", "BEEF", True),
        (r"[^A-Z]", "ABC", False),
        (r"\W", "aé_9", False),
        (r"[\w.]+@[\w.]+", "Mail to RINA@arunika.example", True),
        (r"print(er|ing)?s?$", "two PRINTERS", True),
        (r"İ", "istanbul", True),
        (r"\*{3}", "***", True),
        (r"c:\\temp", "C:\\Temp", True),
    ],
)
def test_a_pattern_is_found_in_any_case(pattern, text, expected):
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+$", "inside a repetition"),
        ("(a|ab)*c", "inside a repetition"),
        ("((a{1,9}){9}){9}", "inside a repetition"),
        (r"(a)\1", "back to a group"),
        ("(?=a)b", "ahead or behind"),
        (r"\bvpn", r"\^ and \$"),
        ("a*?b", "as little as"),
        ("(?i)vpn", "Switches"),
        ("(a?)*", "may be empty"),
        ("^*a", "nothing to repeat"),
        ("a{101}", "up to 100"),
        ("(a{99}){99}", "too long"),
        ("[\\S\\s]", "Inside"),
        ("[\u0100-\uffff]", "spans at most"),
        ("\\x00", "no ticket can hold"),
        ("a{2,1}", "cannot be read"),
        ("a++", "not allowed"),
    ],
)
def test_a_dangerous_pattern_is_refused_with_the_reason(pattern, reason):
    with pytest.raises(ConditionError, match=reason) as raised:
        matches(pattern, "x")
    assert raised.value.path == "all.0.value"


def test_a_slow_pattern_is_stopped_and_counts_as_not_found():
    text = "a" * 50_000
    pattern = "a*a*a*a*[b-d]"
    with pytest.raises(ConditionTimeout):
        found_in(pattern, text)
    condition = validate({"all": [{"field": "subject", "op": "matches", "value": pattern}]})
    assert not condition.evaluate({"subject": text})
    failed = condition.explain({"subject": text})
    assert failed is not None
    assert failed.value == pattern


ATOMS = ("a", "B", "é", "İ", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[a-c]", "[^A-C]", r"[\w-]", r"[\]\[^-]",
         "[À-Þ]", r"\.", "-", "_", "1", " ", "σ", "(?:ab|c)", "(a|)", "()", "\\n", "[#&~|]", "%", "'", '"')  # fmt: skip
REPEATS = ("", "", "", "*", "+", "?", "{2}", "{0,3}", "{2,}", "{0}", "{,2}")
LETTERS = "aAbBcC1 .-_éÉİiΣσς\n\t[]^#&~|%'\"ÀþZ"


def random_pattern(rng):
    body = "".join(rng.choice(ATOMS) + rng.choice(REPEATS) for _ in range(rng.randint(1, 4)))
    body = rng.choice(("", "", "^")) + body + rng.choice(("", "", "$"))
    return f"{body}|{random_pattern(rng)}" if rng.random() < 0.2 else body


def accepted(pattern):
    try:
        return emitted(pattern)
    except ValueError:
        return None


@pytest.mark.django_db
def test_both_engines_find_the_same():
    rng = random.Random(7)
    texts = ["", *("".join(rng.choices(LETTERS, k=rng.randint(1, 7))) for _ in range(60))]
    patterns = {pattern: text for pattern in (random_pattern(rng) for _ in range(300)) if (text := accepted(pattern))}
    assert len(patterns) > 150
    query = "SELECT p.n, t.n FROM unnest(%s) WITH ORDINALITY AS p(x, n), unnest(%s) WITH ORDINALITY AS t(x, n)"
    with connection.cursor() as cursor:
        cursor.execute(f"{query} WHERE lower(t.x) ~ p.x", [list(patterns.values()), texts])
        found = set(cursor.fetchall())
    for number, pattern in enumerate(patterns, 1):
        mine = {(number, place) for place, text in enumerate(texts, 1) if found_in(pattern, lower(text))}
        assert mine == {pair for pair in found if pair[0] == number}, pattern
