"""What people may write: limits with clear words, and the characters no database column can hold."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.spoken_numbers import grouped
from tickets.models.ticket import DESCRIPTION_LENGTH, SUBJECT_LENGTH

MESSAGE_LENGTH = DESCRIPTION_LENGTH
REMARK_LENGTH = 500
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


def checked_subject(text: str) -> str:
    """One line, not empty, at most 200 characters.

    Raises:
        Invalid: on the field `subject`.
    """
    subject = " ".join(plain(text).split())
    if is_blank(subject):
        raise Invalid.field("subject", _("Say what is happening, in one sentence."))
    return _short_enough(subject, SUBJECT_LENGTH, "subject")


def checked_description(text: str) -> str:
    """Not empty, at most 100,000 characters.

    Raises:
        Invalid: on the field `description`.
    """
    description = plain(text).strip()
    if is_blank(description):
        raise Invalid.field("description", _("Tell us a little more, so that we can help at once."))
    return _short_enough(description, DESCRIPTION_LENGTH, "description")


def checked_body(text: str, field: str = "body") -> str:
    """A reply, note or reason: not empty, at most 100,000 characters.

    Raises:
        Invalid: on `field`.
    """
    body = plain(text).strip()
    if is_blank(body):
        raise Invalid.field(field, _("Write something first."))
    return _short_enough(body, MESSAGE_LENGTH, field)


def checked_remark(text: str, field: str) -> str:
    """A few words that may be missing: at most 500 characters.

    Raises:
        Invalid: on `field`.
    """
    remark = plain(text).strip()
    return "" if is_blank(remark) else _short_enough(remark, REMARK_LENGTH, field)


def plain(text: str) -> str:
    """Without NUL characters (PostgreSQL refuses them) and lone surrogates; line ends as newlines."""
    cleaned = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return cleaned.encode("utf-8", "replace").decode("utf-8")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    return UNSTORABLE.search(text) is None


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: spaces, line ends, and characters without a width (U+200B and its kind)."""
    return all(unicodedata.category(letter)[0] in "ZC" for letter in text)


def _short_enough(text: str, most: int, field: str) -> str:
    if len(text) > most:
        raise Invalid.field(
            field,
            _("This is %(length)s characters long; the limit is %(most)s. Attach the long part as a file.")
            % {"length": grouped(len(text)), "most": grouped(most)},
        )
    return text


def checked_line(text: str, field: str, most: int, missing: str) -> str:
    """One line that must hold something.

    Args:
        most: characters.
        missing: what to say when it is empty.

    Raises:
        Invalid: on `field`.
    """
    line = " ".join(plain(text).split())
    if not line:
        raise Invalid.field(field, missing)
    if len(line) > most:
        words = _("This is %(length)s characters long; the limit is %(most)s.")
        raise Invalid.field(field, words % {"length": grouped(len(line)), "most": grouped(most)})
    return line
