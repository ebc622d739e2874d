"""Taking a macro back in the second in which its reply leaves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from core.time import database_now
from escalation.commands.macro_runs import run_macro, undo_macro
from tests.escalation.macros import macro, urgent
from tickets import departures
from tickets.models import Departure, Message, ReplyTemplate

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
LONG = 20


def test_a_reply_that_is_leaving_leaves_and_nobody_waits_in_a_ring(opened, world, agent1, monkeypatch):
    template = ReplyTemplate.objects.create(name="Look", body_en="I look at it.", body_id="Saya cek.")
    kept = macro(agent1, {"do": "reply", "template": template.pk}, urgent())
    run = run_macro(opened(into=world.desk), kept, actor=agent1, delay=10)
    Departure.objects.update(leaves_at=database_now() - timedelta(seconds=1))
    has_begun, is_undone, real = threading.Event(), threading.Event(), departures.send

    def slowly(departure, ticket):
        has_begun.set()
        is_undone.wait(LONG)
        return real(departure, ticket)

    def sweep():
        try:
            departures.send_due(1)
        finally:
            connection.close()

    monkeypatch.setattr(departures, "send", slowly)
    thread = threading.Thread(target=sweep)
    thread.start()
    assert has_begun.wait(LONG)
    said = undo_macro(run, actor=agent1).in_words
    is_undone.set()
    thread.join(LONG)
    assert not thread.is_alive() and said == "It stays that you replied."
    assert Message.objects.get().author == agent1 and not Departure.objects.exists()
