"""The sweep of uploads nothing was sent with takes none that somebody still counts on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from core.time import database_now
from tickets import commands, unsent
from tickets.models import Attachment, Draft, Ticket
from tickets.tasks import remove_unsent_uploads

pytestmark = pytest.mark.django_db


def upload(user: User, name: str) -> Attachment:
    file = ContentFile(b"line", name)
    made = Attachment.objects.create(uploaded_by=user, file=file, name=name, size=4, content_type="text/plain")
    Attachment.objects.filter(pk=made.pk).update(created_at=database_now() - timedelta(days=2))
    return made


def test_what_a_draft_or_a_reply_under_way_names_stays(opened: Callable[..., Ticket], agent1: User, world: Any):
    ticket = opened(into=world.desk)
    kept, back, leaving, lost = (upload(agent1, f"{name}.txt") for name in ("kept", "back", "leaving", "lost"))
    came = {"id": 1, "body": "x", "attachments": [back.pk], "why": "y"}
    data = {"attachments": [kept.pk], "came_back": [came]}
    Draft.objects.create(user=agent1, ticket=ticket, mode="reply", body="x", data=data)
    commands.send_later(ticket, actor=agent1, body="z", seconds=60, dedupe_key="k", attachments=[leaving])
    remove_unsent_uploads()
    assert set(Attachment.objects.all()) == {kept, back, leaving}
    assert not lost.file.storage.exists(lost.file.name)


def test_one_that_a_reply_took_since_it_was_listed_keeps_row_and_file(opened, agent1, world, monkeypatch):
    ticket, file = opened(into=world.desk), upload(agent1, "log.txt")
    real = unsent._remove

    def late(pk: int) -> bool:
        commands.reply(ticket, actor=agent1, body="here it is", attachments=[file])
        return real(pk)

    monkeypatch.setattr(unsent, "_remove", late)
    remove_unsent_uploads()
    assert ticket.attachments.get().file.read() == b"line"
