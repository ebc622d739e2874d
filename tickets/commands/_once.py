"""One form, one message: sent again it is the same message, unless its words were changed meanwhile."""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.errors import Invalid
from tickets.texts import plain

QUOTED_LENGTH = 120


class SentAlready(Invalid):
    """Other words went out under this key: who corrected them must not believe that the correction went out."""

    status = 409
    code = "sent_already"


def require_same(sent: str, body: str) -> None:
    """Raises SentAlready where what was sent under the same key are other words than `body`."""
    if not same_words(sent, body):
        said = _("This was sent already with other words: “%(words)s”. What you changed since has not gone out.")
        raise SentAlready(said % {"words": Truncator(" ".join(sent.split())).chars(QUOTED_LENGTH)})


def same_words(one: str, other: str) -> bool:
    """Whether two texts are one message: forms change line ends, and commands drop the blanks around."""
    return plain(one).strip() == plain(other).strip()
