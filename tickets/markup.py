"""What people wrote, as safe HTML: kept as they wrote it, cleaned each time it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from tickets.models import Attachment

ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# beyond it brackets without end cost seconds (the parser is quadratic in them)
LONGEST_RENDERED = 20_000
KEPT_TEXTS = 512

# html=False: markup typed by a person is text. Links by themselves; line ends are line ends, as in mail.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable(
    ["table", "strikethrough"]
)
PICTURE = re.compile(r"attachment:(\d{1,15})")
PICTURE_TYPED = re.compile(r"!\[([^\]\n]{0,300})\]\(attachment:\d{1,15}\)")
PICTURE_ADDRESS = re.compile(r"/attachments/\d{1,15}/")
# number and file name of what may be shown
Pictures = tuple[tuple[int, str], ...]
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


def _show_pictures(state: StateCore) -> None:
    """![a photo](attachment:12) shows that file, if it is one of the text's own; every other picture stays as typed."""
    for block in state.tokens:
        block.children = [
            _picture(token, state.env.get("pictures", {})) if token.type == "image" else token
            for token in block.children or ()
        ]


def _picture(token: Token, own: dict[int, str]) -> Token:
    source = str(token.attrGet("src") or "")
    match = PICTURE.fullmatch(source)
    number = int(match[1]) if match else 0
    if number not in own:
        return _text(f"![{token.content}]({source})")
    token.attrSet("src", reverse("attachment", args=[number]))
    token.attrSet("loading", "lazy")
    token.attrs.pop("title", None)
    if not token.content.strip():
        token.children = [_text(own[number])]
    return token


_markdown.core.ruler.push("pictures", _show_pictures)
_markdown.core.ruler.push("tickets", _link_tickets)


def pictures_of(files: Iterable[Attachment]) -> Pictures:
    """The files of one message that may stand in its text."""
    return tuple((file.pk, file.name) for file in files if file.is_shown)


def with_names_of_pictures(text: str) -> str:
    """The text for letters, which show no pictures: "[photo.png]" where one stands."""
    return PICTURE_TYPED.sub(r"[\1]", text)


@lru_cache(maxsize=KEPT_TEXTS)
def to_html(text: str, pictures: Pictures = ()) -> SafeString:
    """Markdown to HTML a browser may show. Two doors: the renderer escapes what was typed, then nh3 lets only known
    tags and http(s)/mailto links through. Very long texts are shown as plain text, unrendered (quadratic parsers).

    Args:
        pictures: the text's own files, as `pictures_of` gives them; their address asks again who may see them.
    """
    if len(text) > LONGEST_RENDERED:
        return mark_safe("<pre>" + nh3.clean_text(text) + "</pre>")
    html = _markdown.render(_headings_lowered(text), {"pictures": dict(pictures)})
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "loading"}},
        attribute_filter=_only_our_pictures,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )
    return mark_safe(cleaned)


def _only_our_pictures(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not PICTURE_ADDRESS.fullmatch(value):
        return None
    return value


def _headings_lowered(text: str) -> str:
    """A message sits under the page's own headings: # and ## become ###."""
    lines = []
    for line in text.split("\n"):
        stripped = line.lstrip("#")
        level = len(line) - len(stripped)
        lines.append("#" * max(3, min(level, 4)) + stripped if 0 < level <= 6 and stripped.startswith(" ") else line)
    return "\n".join(lines)
