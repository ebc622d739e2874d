"""What the conversation shows to whom."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from tickets import commands
from tickets.models import Draft
from tickets.timeline import timeline, timeline_page

pytestmark = pytest.mark.django_db


def test_staff_read_what_the_requester_was_told_on_resolving(opened, agent1, requester):
    ticket = opened()
    commands.resolve(ticket, actor=agent1, resolution="The certificate was renewed.", root_cause="expired")
    told = [entry.body_html for entry in timeline(ticket, agent1) if entry.body_html and entry.message is None]
    assert told == ["<p>The certificate was renewed.</p>\n"]


def test_the_answer_that_ends_the_waiting_says_so(opened, agent1, requester):
    ticket = opened()
    commands.reply(ticket, actor=agent1, body="Which profile?")
    commands.pend(ticket, actor=agent1, reason="requester")
    commands.reply(ticket, actor=requester, body="HQ")
    sentences = [str(entry.sentence) for entry in timeline(ticket, agent1) if entry.message is None]
    assert sum("ended the waiting" in sentence for sentence in sentences) == 1


def test_housekeeping_folds_and_the_story_does_not(opened, agent1, world):
    ticket = opened()
    for priority in (1, 2, 3, 4):
        commands.prioritise(ticket, actor=agent1, priority=priority, reason="x")
    commands.resolve(ticket, actor=agent1, resolution="done")
    kinds = [entry.kind for entry in timeline(ticket, agent1)]
    assert kinds == ["fold", "step"]


def test_a_requester_sees_no_reasons_of_staff(opened, agent1, requester):
    ticket = opened()
    commands.prioritise(ticket, actor=agent1, priority=1, reason="canary-31")
    shown = "".join(str(entry.sentence) for entry in timeline(ticket, requester, as_requester=True))
    assert "canary-31" not in shown


def test_a_late_autosave_does_not_bring_a_sent_reply_back(opened, agent1):
    ticket = opened()
    commands.reply(ticket, actor=agent1, body="Which profile?")
    client = Client()
    client.force_login(agent1)
    client.post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": "Which profile? "})
    assert not Draft.objects.exists()
    client.post(f"/desk/t/{ticket.key}/draft/", {"mode": "reply", "body": "Another thought"})
    assert Draft.objects.get().body == "Another thought"


def test_intake_answers_are_shown_with_their_questions(opened, agent1, requester):
    ticket = opened(intake={"profile": "HQ"})
    for user, path in ((agent1, f"/desk/t/{ticket.key}/"), (requester, f"/my/tickets/{ticket.key}/")):
        client = Client()
        client.force_login(user)
        assert "<dt>Profile</dt><dd>HQ</dd>" in client.get(path).content.decode()


def test_a_long_history_is_paged_without_loss_or_repetition(opened, agent1, requester, client):
    ticket = opened()
    begun = ticket.updated_at
    with commands.quietly():
        for number in range(130):
            at = begun + timedelta(minutes=number // 7)  # many in the same instant
            commands.note(ticket, actor=agent1, body=f"note {number:03}", at=at)
            commands.prioritise(ticket, actor=agent1, priority=1 + number % 4, reason=f"reason {number:03}", at=at)
    seen, before = [], ""
    for _page in range(9):
        page = timeline_page(ticket, agent1, before=before)
        flat = [one for entry in page.entries for one in (entry.events or [entry])]
        seen = [one.message.body if one.message else str(one.sentence)[-10:] for one in flat] + seen
        assert [entry.at for entry in page.entries] == sorted(entry.at for entry in page.entries)
        before = page.earlier
        if not before:
            break
    notes = [text for text in seen if text.startswith("note")]
    assert sorted(notes) == [f"note {number:03}" for number in range(130)]
    assert len({text for text in seen if "reason" in text}) == 130
    client.force_login(agent1)
    newest = client.get(ticket.get_absolute_url()).content.decode()
    assert "note 129" in newest and "note 000" not in newest and "Show earlier entries" in newest
    earlier = client.get(f"{ticket.get_absolute_url()}timeline/?before={quote(timeline_page(ticket, agent1).earlier)}")
    assert "note 129" not in earlier.content.decode() and "note 0" in earlier.content.decode()
    assert client.get(f"{ticket.get_absolute_url()}?before=nonsense").status_code == 422
