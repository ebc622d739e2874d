"""Every text that goes through gettext is in the Indonesian catalogue; the catalogue itself is checked elsewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "accounts",
    "catalogue",
    "core",
    "dashboards",
    "escalation",
    "helpdesk",
    "knowledgebase",
    "notifications",
    "tickets",
)
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
CALL = re.compile(
    r"\b(?P<name>_|n?gettext|n?pgettext)\(u?(?P<first>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:,\s*u?(?P<second>'(?:[^'\\]|\\.)*'))?"
)


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        place = 0 if name in PLAIN else 1 if name in IN_CONTEXT else None
        if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
            text = node.args[place].value
            if isinstance(text, str) and text:
                yield text


def in_template(path: Path) -> Iterator[str]:
    for found in CALL.finditer(templatize(path.read_text(), origin=str(path))):
        in_context = found["name"] in ("pgettext", "npgettext")
        yield str(ast.literal_eval((found["second"] if in_context else found["first"]) or found["first"]))


def test_every_text_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in polib.pofile(str(ROOT / "locale/id/LC_MESSAGES/django.po"))}
    sources = [(path, in_python(path)) for app in APPS for path in (ROOT / app).rglob("*.py")]
    sources += [
        (path, in_template(path)) for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")
    ]
    missing = {(str(path.relative_to(ROOT)), text) for path, texts in sources for text in texts if text not in known}
    assert not missing
    assert len(known) > 1_000


def test_the_search_finds_what_it_should() -> None:
    page = ROOT / "templates/promises/overview.html"
    assert "In force" in set(in_template(page))
    assert "Choose a clock." in set(in_python(ROOT / "escalation/policy_definition.py"))
