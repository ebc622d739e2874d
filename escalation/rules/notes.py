"""Notes that the product writes beside a version: stored in English, shown to each reader in their own language."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

IMPORTED = gettext_noop("Imported")
MOVED_UP = gettext_noop("Moved up")
MOVED_DOWN = gettext_noop("Moved down")
AGAIN = gettext_noop("Version %(number)s again")
OWN = frozenset({IMPORTED, MOVED_UP, MOVED_DOWN})
NUMBERED = re.compile(r"Version (\d{1,9}) again")


def note_in_words(note: str) -> str:
    """A stored note for this reader; what a person wrote stays as it was written."""
    if note in OWN:
        return _(note)
    again = NUMBERED.fullmatch(note)
    return _(AGAIN) % {"number": again[1]} if again else note
