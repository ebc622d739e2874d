"""What the strict content policy and the templates' own rules ask of every page."""

import re
from pathlib import Path

import pytest
from django.http import Http404
from django.template.loader import get_template
from django.test import RequestFactory, override_settings

from helpdesk.styleguide import sheet

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"""\sstyle\s*=\s*["']"""),
    "an inline handler": re.compile(r"""\son[a-z]+\s*=\s*["']"""),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"),
    "an inline style sheet": re.compile(r"<style\b"),
    "evaluated htmx": re.compile(r"""hx-on\b|hx-vals\s*=\s*["']js:|hx-vars"""),
    "a foreign address": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//"""),
    "a comment over several lines, which Django prints": re.compile(r"\{#(?:(?!#\})[^\n])*\n"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_keeps_the_content_policy(path):
    text = path.read_text()
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_compiles(path):
    get_template(str(path.relative_to(ROOT / "templates")))


@override_settings(STYLEGUIDE=True)
def test_the_component_sheet_draws_every_part():
    html = sheet(RequestFactory().get("/styleguide/")).content.decode()
    assert "{#" not in html
    assert "{%" not in html
    for css in (
        "msg-note",
        "msg-agent",
        "banner-amber",
        "undo",
        "error-summary",
        "cmp",
        "sla",
        "tier",
        "prio",
        "empty",
    ):
        assert f'class="{css}' in html or f" {css}" in html
    assert "Internal note, staff only" in html


@override_settings(STYLEGUIDE=False)
def test_the_component_sheet_exists_only_where_it_is_asked_for():
    with pytest.raises(Http404):
        sheet(RequestFactory().get("/styleguide/"))


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_needs_no_request(name):
    assert "<h1>" in get_template(name).render()


@override_settings(STYLEGUIDE=True)
def test_a_note_is_never_drawn_for_the_requester():
    html = sheet(RequestFactory().get("/styleguide/")).content.decode()
    portal = html[html.index("sg-portal") :]
    assert "Ping ke" not in portal
