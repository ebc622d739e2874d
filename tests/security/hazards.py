"""Reading a page as a browser would, and naming whatever in it could run or reach out."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

NEVER = {
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "base",
    "math",
    "noscript",
    "x-owned",
    "foreignobject",
    "video",
}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background", "ping"}
MARK = "owned"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag if tag in ("script", "style") else ""
        given = {name: value or "" for name, value in attrs}
        if tag in NEVER or tag == "style":
            self.found.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/") and "json" not in given.get("type", ""):
            self.found.append("<script> that is not ours")
        if tag == "meta" and "refresh" in given.get("http-equiv", "").lower():
            self.found.append("<meta refresh>")
        for name, value in given.items():
            self._attribute(tag, name, value)

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self.inside == "script" and data.strip() and MARK in data:
            self.found.append(f"script text {data[:60]!r}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith(("on", "hx-on")) or name == "style" or MARK in name or name == "srcdoc":
            self.found.append(f"{name}= on <{tag}>")
        if name.startswith("hx-") and MARK in value:
            self.found.append(f"{name}={value[:60]!r} on <{tag}>")
        if name in ADDRESSES and not _harmless(tag, value):
            self.found.append(f"{name}={value[:80]!r} on <{tag}>")


def _harmless(tag: str, address: str) -> bool:
    """A link may lead anywhere by http(s) or mail; everything the page loads or sends to is our own."""
    compact = "".join(char for char in address if char > " ")
    try:
        parts = urlsplit(compact)
    except ValueError:
        return False
    if tag == "a":
        return parts.scheme.lower() in ("", "http", "https", "mailto")
    return not parts.scheme and not parts.netloc


def hazards(html: str) -> list[str]:
    """What a browser could be made to do by this page; empty for a page that only shows text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
