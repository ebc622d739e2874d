"""Tags: short words that staff and rules put on tickets to find them again."""

from __future__ import annotations

TAG_LENGTH = 40
MOST_TAGS = 50


def normal_tag(text: str) -> str:
    """How a tag is kept and compared: in lower case, with single blanks and none around it."""
    return " ".join(text.split()).lower()
