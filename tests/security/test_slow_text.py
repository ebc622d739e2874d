"""S17 Quadratic text work: no text makes a page slow, however it is built."""

from __future__ import annotations

import time

import pytest

from knowledgebase.search import words_of
from tests.security.hazards import hazards
from tickets.markup import LONGEST_RENDERED, to_html
from tickets.texts import checked_subject
from tickets.uploads import clean_name

pytestmark = pytest.mark.slow

MOST_SECONDS = 2.0
LENGTH = 100_000
UNITS = (
    "[", "]", "(", "<", ">", "*", "_", "`", "~", "|", "#", "&", "!", "\\", "-", "+", "1. ", "> ", "- ", "* ", "[a](",
    "![", "**a", "*a ", "_a_", "`a", "``", "~~~\n", "<a@a.", "a@a.a", "http://", "<http://", "&amp", "&#1", "|-",
    "|a\n", "\n", "\t", " ", "  \n", "[a]: b\n", "[a][", "<!--", "<![CDATA[", "<?", "a\n=\n", "\\[", "\u202e",
)  # fmt: skip
NESTED = {
    "quotes": "> " * 2000 + "x\n", "lists": "".join("  " * n + "- x\n" for n in range(190)),
    "links": "[" * 3000 + "]()" * 3000,
    "emphasis": "*a **b " * 6000, "divs": "<div>" * 9000,
    "tables": ("|" * 500 + "\n" + "|-" * 500 + "\n") * 30,
    "quoted list": "> - " * 800 + "x", "backticks": " ".join("`" * n for n in range(300)),
}  # fmt: skip


def seconds(text: str) -> float:
    started = time.process_time()
    assert hazards(to_html(text)) == []
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_the_same_over_and_over(unit: str) -> None:
    for length in (LONGEST_RENDERED, LENGTH):
        assert seconds((unit * length)[:length]) < MOST_SECONDS


@pytest.mark.parametrize("kind", NESTED)
def test_deep_nesting(kind: str) -> None:
    assert seconds(NESTED[kind][:LONGEST_RENDERED]) < MOST_SECONDS


@pytest.mark.parametrize("unit", ["a", ".", "/", "\\", " ", "\u202e", "a b "])
def test_names_subjects_and_searches(unit: str) -> None:
    started = time.process_time()
    clean_name(unit * LENGTH)
    words_of(unit * LENGTH)
    checked_subject((unit * 190)[:190] + "x")
    assert time.process_time() - started < MOST_SECONDS
