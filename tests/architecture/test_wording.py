"""Sources speak about the product: no machine they were written on, no tracker they were planned in."""

import re

from tests.architecture.sources import found, read, tracked

TEXT = (".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".yml", ".yaml", ".json", ".in", ".po", ".sh")
PLACES = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[a-z]+")
TRACKER = re.compile(r"\b(?:[Ii]ssue|ticket|PR) #?\d+ (?:of|from|in) (?:the|our) (?:tracker|backlog|board)")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def test_no_file_names_a_workplace_or_leaves_a_reminder() -> None:
    hits = [
        f"{name}: {match[0]}"
        for name in tracked()
        if name.endswith(TEXT) and name not in ("tests/architecture/test_wording.py", "package-lock.json")
        for pattern in (PLACES, TRACKER, UNFINISHED)
        for match in pattern.finditer(read(name))
    ]
    assert not hits, found(hits)
