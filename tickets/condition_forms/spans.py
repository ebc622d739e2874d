"""Lengths of time as people write them."""

from __future__ import annotations

import re

MINUTE_UNIT = r"(?:menit|minutes?|mins?|m)?"
SPAN = re.compile(
    rf"(?P<hours>\d{{1,5}})\s*(?:hours?|jam|h|j)(?:\s*(?P<rest>\d{{1,5}})\s*{MINUTE_UNIT})?"
    rf"|(?P<minutes>\d{{1,9}})\s*{MINUTE_UNIT}",
    re.I | re.A,
)


def minutes_from_text(text: str) -> int:
    """Working minutes as people write them: "90", "30m", "4h", "1h30", "1h 30m", in Indonesian "4j", "1 jam 30".

    Raises:
        ValueError: it is not such a length of time.
    """
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    if found["minutes"] is not None:
        return int(found["minutes"])
    return int(found["hours"]) * 60 + int(found["rest"] or 0)
