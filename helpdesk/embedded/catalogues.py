"""Compile and check the translations without the gettext tools."""

import os
import re
from pathlib import Path

import polib

from helpdesk.embedded.places import ROOT


def compile_all(root: Path = ROOT) -> int:
    """Write every missing or outdated .mo beside its .po and return how many were written."""
    written = 0
    for source in (root / "locale").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = source.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
        written += 1
    return written


PLACEHOLDER = re.compile(r"%\([^)]+\)[a-z]|%[a-z]|\{[a-z_]*\}")
SHOWN = 20


def complaints(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the translations: missing, unsure, or naming other placeholders than the original."""
    found = []
    for source in (root / "locale").glob("*/LC_MESSAGES/*.po"):
        catalogue = polib.pofile(str(source))
        place = source.relative_to(root)
        found += [f"{place}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
        found += [f"{place}: marked as unsure: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
        found += [
            f"{place}: placeholders differ: {entry.msgid!r}"
            for entry in catalogue.translated_entries()
            if not _same_placeholders(entry)
        ]
    hidden = len(found) - SHOWN
    return found if hidden <= 0 else [*found[:SHOWN], f"and {hidden} more"]


def _same_placeholders(entry: polib.POEntry) -> bool:
    """A plural may leave a number out ("one ticket"), a single message may not."""
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    if entry.msgid_plural:
        return all(set(PLACEHOLDER.findall(text)) <= wanted for text in entry.msgstr_plural.values())
    return set(PLACEHOLDER.findall(entry.msgstr)) == wanted
