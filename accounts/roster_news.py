"""Telling people about the roster and about training. Who delivers it stands above, named in the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Team, User


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell. `what` names the sentence; `key` is unique per fact told; `path` is where to look.

    `actor` did it, `other` is the second name in the sentence; the span is what it is about. `topic` is "roster" or
    "training".
    """

    what: str
    key: str
    team: Team
    path: str
    start: datetime
    end: datetime
    actor: str = ""
    other: str = ""
    kind: str = ""
    topic: str = "roster"


class Teller(Protocol):
    """Writes the rows from which people are told, in the caller's transaction."""

    def __call__(self, recipients: Iterable[User], news: News, *, at: datetime) -> None: ...


def tell(recipients: Iterable[User], news: News, *, at: datetime) -> None:
    """Tell each of them once. The settings name who does it: ROSTER_TELLER."""
    teller: Teller = import_string(settings.ROSTER_TELLER)
    teller(recipients, news, at=at)
