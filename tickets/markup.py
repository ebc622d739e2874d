"""What people wrote, as safe HTML: kept as they wrote it, cleaned each time it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# beyond it brackets without end cost seconds (the parser is quadratic in them)
LONGEST_RENDERED = 20_000
KEPT_TEXTS = 512

# html=False: markup typed by a person is text. Links by themselves; line ends are line ends, as in mail.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable(
    ["table", "strikethrough"]
)
TICKET = re.compile(r"(?<![\w/.-])(?:INC|REQ)-\d{1,12}(?![\w-])")


def _link_tickets(state: StateCore) -> None:
    """INC-10482 becomes a link, whether or not there is such a ticket: what is behind it, its page says to those who
    may know. Not inside links, and not in code, which is no text.
    """
    for block in state.tokens:
        depth, parts = 0, list[Token]()
        for token in block.children or ():
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            parts.extend([token] if depth or token.type != "text" else _with_links(token))
        if block.children:
            block.children = parts


def _with_links(token: Token) -> Iterator[Token]:
    end = 0
    for match in TICKET.finditer(token.content):
        yield _text(token.content[end : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": f"/t/{match[0]}/"})
        yield _text(match[0])
        yield Token("link_close", "a", -1)
        end = match.end()
    yield _text(token.content[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


_markdown.core.ruler.push("tickets", _link_tickets)


@lru_cache(maxsize=KEPT_TEXTS)
def to_html(text: str) -> SafeString:
    """Markdown to HTML a browser may show. Two doors: the renderer escapes what was typed, then nh3 lets only known
    tags and http(s)/mailto links through. Very long texts are shown as plain text, unrendered (quadratic parsers).
    """
    if len(text) > LONGEST_RENDERED:
        return mark_safe("<pre>" + nh3.clean_text(text) + "</pre>")
    html = _markdown.render(_headings_lowered(text))
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )
    return mark_safe(cleaned)


def _headings_lowered(text: str) -> str:
    """A message sits under the page's own headings: # and ## become ###."""
    lines = []
    for line in text.split("\n"):
        stripped = line.lstrip("#")
        level = len(line) - len(stripped)
        lines.append("#" * max(3, min(level, 4)) + stripped if 0 < level <= 6 and stripped.startswith(" ") else line)
    return "\n".join(lines)
