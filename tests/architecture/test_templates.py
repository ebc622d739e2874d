"""Templates obey the content security policy and escape what they show."""

import re

from tests.architecture.sources import found, read, templates

FORBIDDEN = {
    "inline style": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=[\"']application/(?:ld\+)?json)", re.I),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
    "foreign file": re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I),
    "evaluated htmx": re.compile(r"\bhx-(?:on|vars)\b|\bhx-(?:vals|headers)\s*=\s*[\"']js:", re.I),
    "unescaped value": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|\{%\s*autoescape\s+off"),
}
# Mail is read by programs that know no style sheets and run no scripts.
MAIL_FOLDERS = ("/mail/", "/email/")
MAIL_MAY = {"inline style", "style element"}


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", "", text, flags=re.S)


def test_templates_contain_nothing_the_browser_would_refuse() -> None:
    hits = []
    for name in templates():
        is_mail = any(folder in name for folder in MAIL_FOLDERS)
        text = _without_comments(read(name))
        hits += [
            f"{name}: {rule}: {match[0][:80]}"
            for rule, pattern in FORBIDDEN.items()
            if not (is_mail and rule in MAIL_MAY)
            for match in pattern.finditer(text)
        ]
    assert not hits, found(hits)
