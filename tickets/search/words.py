"""Texts as the index and the questions see them: plain words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_WORD = 64
WORD = re.compile(r"[^\W_]+")
# PostgreSQL has no Indonesian stop words, and the configuration `simple` has none at all. Short on purpose: a word that
# may name a fault ("not", "down", "off") stays.
STOP_WORDS = frozenset(
    WORD.findall(
        """
        a an and are as at be been but by can could did do does for from had has have he her his how i if in into is
        it its me my of or our she so than that the their them then there these they this those to was we were what
        when which who will with would you your
        ada adalah agar akan apa atau bagi bu dan dari dengan di dia ini itu jika juga kami karena ke ketika kita lalu
        maka mereka namun nya oleh pada pak para saat saja saya sebagai sehingga seperti serta sudah supaya telah
        tersebut untuk ya yaitu yakni yang
        """
    )
)


def plain(text: str) -> str:
    """Lower case without accents: "Café" and "cafe" are the same word."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def tokens(text: str) -> list[str]:
    """Every word and number in reading order, stop words included; each at most 64 characters."""
    return [word[:LONGEST_WORD] for word in WORD.findall(plain(text))]


def telling(words: Iterable[str]) -> list[str]:
    """Those that are no stop words."""
    return [word for word in words if word not in STOP_WORDS]


def indexed(text: str) -> str:
    """A text as it goes into the index: its telling words, one space between."""
    return " ".join(telling(tokens(text)))


def trigrams(word: str) -> list[str]:
    """The groups of three letters of a word with its edges, sorted, each once."""
    padded = f"  {word} "
    return sorted({padded[at : at + 3] for at in range(len(padded) - 2)})


def typing_distance(one: str, other: str, most: int) -> int:
    """Letters added, dropped, changed or swapped with a neighbour between two words; `most` + 1 for anything beyond.

    The distance after Damerau, in its restricted form (no letter is edited twice).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]
