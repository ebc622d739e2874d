"""Letters as PostgreSQL sees them, so that Python sees the same.

Lower case is PostgreSQL's simple, character by character mapping (builtin collation C.UTF-8), which Python's
`str.lower` is not: it knows a final sigma and turns one dotted capital I into two characters.
"""

from __future__ import annotations

# Letters and digits for the purpose of word edges, written so that both regular expression engines read it alike:
# ASCII, then Latin-1 letters to U+1FFF, then U+2C00 to U+D7FF. General punctuation and emoji separate words.
WORD_CHARACTERS = "a-z0-9\u00c0-\u1fff\u2c00-\ud7ff"


def lower(text: str) -> str:
    """Lower case as PostgreSQL's builtin collation makes it."""
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()
