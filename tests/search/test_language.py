"""What is typed and what it means. Pure."""

from datetime import date

import pytest

from tickets.search.language import LONGEST_QUESTION, MOST_TERMS, parse
from tickets.search.operators import KINDS, PRIORITIES, STATES, STATUSES, TIERS, day_of, value_of
from tickets.search.words import STOP_WORDS, indexed, plain, tokens, trigrams, typing_distance


def shape(text):
    question = parse(text)
    return (
        [[" ".join(term.tokens) for term in group] for group in question.groups],
        [" ".join(term.tokens) for term in question.without],
        [(one.name, one.value) for one in question.operators],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vpn mati", ([["vpn"], ["mati"]], [], [])),
        ('"vpn mati" kantor', ([["vpn mati"], ["kantor"]], [], [])),
        ('"vpn mati', ([["vpn mati"]], [], [])),
        ("vpn -mati", ([["vpn"]], ["mati"], [])),
        ('-"vpn mati" x1', ([["x1"]], ["vpn mati"], [])),
        ("vpn OR wifi kantor", ([["vpn", "wifi"], ["kantor"]], [], [])),
        ("vpn atau wifi", ([["vpn"], ["wifi"]], [], [])),
        ("vpn | wifi ATAU lan", ([["vpn", "wifi", "lan"]], [], [])),
        ("OR vpn OR", ([["vpn"]], [], [])),
        ("status:open tier:II", ([], [], [("status", "open"), ("tier", "II")])),
        ("Dari:sari petugas:saya", ([], [], [("from", "sari"), ("owner", "saya")])),
        ('layanan:"Office VPN" lambat', ([["lambat"]], [], [("service", "Office VPN")])),
        ("status:baru,selesai", ([], [], [("status", "baru,selesai")])),
        ("error: cannot start", ([["error"], ["cannot"], ["start"]], [], [])),
        ("https://intra.example/a", ([["https intra example"]], [], [])),
        ("LT-SBY-0231", ([["lt sby 0231"]], [], [])),
        ("12:30", ([["12 30"]], [], [])),
        ("the and yang", ([], [], [])),
        ("", ([], [], [])),
        ("- \" ' ( ) & | ! <-> :* \\", ([], [], [])),
        ("😀 مرحبا", ([["مرحبا"]], [], [])),
    ],
)
def test_questions_are_understood(text, expected):
    assert shape(text) == expected


def test_an_unknown_filter_is_searched_as_words_and_said():
    question = parse("warna:merah vpn")
    assert shape("warna:merah vpn")[0] == [["warna merah"], ["vpn"]]
    assert len(question.hints) == 1 and "warna" in question.hints[0]
    assert parse("https://x.example").hints == ()


@pytest.mark.parametrize("text", ["kata " * 5000, "a" * 100_000, '"' * 5000, "-" * 5000, "x:" * 5000, "\0vpn\0" * 200])
def test_a_question_is_bounded(text):
    question = parse(text)
    assert len(question.text) <= LONGEST_QUESTION
    assert sum(map(len, question.groups)) + len(question.without) + len(question.operators) <= MOST_TERMS
    assert question.hints


@pytest.mark.parametrize(
    ("table", "typed", "value"),
    [
        (STATUSES, "open", "live"), (STATUSES, "Terbuka", "live"), (STATUSES, "baru", "new"),
        (STATUSES, "in-progress", "open"), (STATUSES, "dikerjakan", "open"), (STATUSES, "menunggu", "pending"),
        (STATUSES, "selesai", "resolved"), (STATUSES, "ditutup", "closed"), (STATUSES, "purple", None),
        (PRIORITIES, "P1", "1"), (PRIORITIES, "kritis", "1"), (PRIORITIES, "rendah", "4"),
        (TIERS, "II", "2"), (TIERS, "3", "3"), (TIERS, "tier 1", "1"),
        (STATES, "terlambat", "late"), (STATES, "overdue", "late"), (STATES, "tanpa petugas", "unassigned"),
        (KINDS, "artikel", "article"), (KINDS, "permintaan", "request"),
    ],
)  # fmt: skip
def test_values_are_known_in_both_languages(table, typed, value):
    assert value_of(table, typed) == value


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2026-11-02", (date(2026, 11, 2), date(2026, 11, 2))),
        ("02/11/2026", (date(2026, 11, 2), date(2026, 11, 2))),
        ("2026-02", (date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-12", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2025", (date(2025, 1, 1), date(2025, 12, 31))),
        ("today", (TODAY, TODAY)),
        ("kemarin", (date(2026, 11, 20), date(2026, 11, 20))),
        ("7d", (date(2026, 11, 14), date(2026, 11, 14))),
        ("2w", (date(2026, 11, 7), date(2026, 11, 7))),
        ("2026-02-30", None),
        ("2026-13", None),
        ("soon", None),
        ("1-2-3-4", None),
        ("²", None),
        ("99999", None),
    ],
)
def test_days_are_understood(typed, days):
    assert day_of(typed, TODAY) == days


def test_words_are_plain_and_stop_words_stay_out():
    assert tokens("Café WI-FI_5 naïve") == ["cafe", "wi", "fi", "5", "naive"]
    assert indexed("Printer yang di lantai 2 tidak bisa mencetak") == "printer lantai 2 tidak bisa mencetak"
    assert "tidak" not in STOP_WORDS and "not" not in STOP_WORDS
    assert plain("ÇEŞME") == "cesme"


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("printer", "prnter", 1), ("printer", "pritner", 1), ("vpn", "vpn", 0), ("abc", "xyz", 3), ("a", "abcd", 3)],
)
def test_slips_of_the_hand_are_counted(one, other, distance):
    assert typing_distance(one, other, 2) == min(distance, 3)
    assert set(trigrams("ab")) == {"  a", " ab", "ab "}
