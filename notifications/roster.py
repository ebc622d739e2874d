"""Telling people about the roster and about training, in the product and by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation

from accounts.models import User
from accounts.roster_news import News
from notifications.outbox import Channel, Letter, post


def tell(recipients: Iterable[User], news: News, *, at: datetime) -> None:
    """Write the rows: named in `settings.ROSTER_TELLER`."""
    letters = [_letter(person, news, channel) for person in recipients for channel in (Channel.EMAIL, Channel.IN_APP)]
    post(letters, at=at)


def _letter(person: User, news: News, channel: str) -> Letter:
    with translation.override(person.language):
        team = news.team.label
    context = {
        "what": news.what,
        "key": "",
        "subject": team,
        "desk_path": news.path,
        "actor": news.actor,
        "other": news.other,
        "kind": news.kind,
        "start": news.start.isoformat(),
        "end": news.end.isoformat(),
        "time_zone": person.time_zone,
    }
    return Letter(recipient=person, template=news.topic, key=news.key, context=context, channel=channel)
