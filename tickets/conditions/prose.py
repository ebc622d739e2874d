"""A text of a ticket, read once for the many rules that ask about it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tickets.conditions.letters import WORD_CHARACTERS, lower

WORD = re.compile(f"[{WORD_CHARACTERS}]+")
LONG_CHARACTERS = 4_000


# stands in no stored text, in no word and in no run of blanks: nothing that is looked for reaches across it
BETWEEN = "\0"


@lru_cache(maxsize=32)
def prose(*texts: str) -> Prose:
    """Texts of one ticket, in lower case, and their words, kept for the next question about them."""
    return Prose(lower(BETWEEN.join(texts)))


@dataclass(frozen=True)
class Prose:
    """A text in lower case, or several with BETWEEN them."""

    text: str

    def contains(self, wanted: str) -> bool:
        """Whether this text, in lower case itself, is part of it."""
        if len(self.text) < LONG_CHARACTERS or not WORD.fullmatch(wanted):
            return wanted in self.text
        return wanted in self._vocabulary

    def mentions(self, phrases: Phrases) -> bool:
        """Whether one of the phrases stands in it, as whole words."""
        if not self._words.isdisjoint(phrases.whole):
            return True
        if phrases.stems and any(map(self._has_stem, phrases.stems)):
            return True
        # most texts hold none of the longer ones, and this runs for every rule
        maybe = [phrase.written for phrase in phrases.longer if self._may_hold(phrase)]
        return bool(maybe) and compiled_words(tuple(maybe)).search(self.text) is not None

    def _may_hold(self, phrase: Phrase) -> bool:
        """Whether the words of a phrase are there, in whatever order."""
        if not self._words.issuperset(phrase.whole):
            return False
        return all(map(self._has_stem, phrase.stems)) and all(part in self.text for part in phrase.odd)

    def _has_stem(self, stem: str) -> bool:
        place = bisect_left(self._in_order, stem)
        return place < len(self._in_order) and self._in_order[place].startswith(stem)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(WORD.findall(self.text))

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._words)

    @cached_property
    def _vocabulary(self) -> str:
        """Every word once: what is part of a word of the text is part of this, which is much shorter."""
        return "\n".join(self._words)


@dataclass(frozen=True)
class Phrase:
    """What a rule looks for: a word, or words with blanks between them; "print*" is any word that begins so.

    Attributes:
        whole: those of its words that a text must hold as they are.
        stems: the one that a word of the text must begin with, if any.
        odd: words with other characters than letters and digits, such as "c++" or "e-mail".
    """

    written: str
    whole: frozenset[str]
    stems: tuple[str, ...]
    odd: tuple[str, ...]

    @classmethod
    def read(cls, written: str) -> Phrase:
        """The phrase as it is written in a rule."""
        parts = lower(written.removesuffix("*")).split()
        stems = tuple(parts[-1:] if written.endswith("*") and WORD.fullmatch(parts[-1]) else ())
        whole = parts[:-1] if written.endswith("*") else parts
        odd = tuple(part for part in parts if not WORD.fullmatch(part))
        return cls(written, frozenset(whole) - frozenset(odd), stems, odd)

    @property
    def is_one_word(self) -> bool:
        return len(self.whole) + len(self.stems) == 1 and not self.odd and len(self.written.split()) == 1


@dataclass(frozen=True)
class Phrases:
    """Several phrases, sorted by how a text is asked for them: one of `whole` or `stems` is enough."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    longer: tuple[Phrase, ...]


def phrases(written: Sequence[str]) -> Phrases:
    """The phrases of a rule, read once for all texts."""
    known = [Phrase.read(one) for one in written]
    return Phrases(
        whole=frozenset().union(*(phrase.whole for phrase in known if phrase.is_one_word)),
        stems=tuple(stem for phrase in known if phrase.is_one_word for stem in phrase.stems),
        longer=tuple(phrase for phrase in known if not phrase.is_one_word),
    )


@lru_cache(maxsize=512)
def word_pattern(words: tuple[str, ...]) -> str:
    """A pattern for lower-case text that holds one of these words whole; "print*" means any word that begins so.

    Every character of a word is taken literally, so the pattern has no nested repetition and matches in linear time.
    """
    return f"(^|[^{WORD_CHARACTERS}])({'|'.join(_one_word(word) for word in words)})"


def _one_word(word: str) -> str:
    stem = word.removesuffix("*")
    # Django's Regex lookup passes the pattern as a parameter; a blank between two words may be any run of blanks.
    literal = r"[ \t\r\n]+".join(re.escape(lower(part)) for part in stem.split())
    return literal if stem != word else f"{literal}($|[^{WORD_CHARACTERS}])"


@lru_cache(maxsize=512)
def compiled_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """`word_pattern`, compiled."""
    return re.compile(word_pattern(words))
