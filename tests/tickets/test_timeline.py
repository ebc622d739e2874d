"""What the conversation shows to whom."""

import pytest
from django.test import Client

from tickets import commands
from tickets.models import Draft
from tickets.timeline import timeline

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
