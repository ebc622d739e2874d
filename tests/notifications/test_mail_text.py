"""S07, S05, S10: what stands in a mail, and what must never get into one."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import override_settings

from accounts.models import User
from escalation import commands as escalation
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tests.security.payloads import HEADER_BREAKERS, MARKUP
from tickets import commands
from tickets.models import Ticket

CANARY = "kanari-90d2"
OURS = {
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    "Auto-Submitted", "X-Auto-Response-Suppress",
}  # fmt: skip


def whole_life(world: SimpleNamespace, ticket: Ticket, agent1: User, agent2: User, words: str) -> None:
    """Everything that writes a mail, with the same words everywhere."""
    requester = ticket.requester
    commands.assign(ticket, actor=agent1, assignee=agent1)
    commands.reply(ticket, actor=agent1, body=words)
    commands.reply(ticket, actor=requester, body=words)
    packet = escalation.Packet(reason="skill", symptom=words, asked=words, tried=words, evidence=words)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet)
    escalation.accept(ticket, actor=agent2)
    escalation.hand_back(ticket, actor=agent2, reason="missing", missing=words)
    commands.resolve(ticket, actor=agent1, resolution=words)
    commands.reopen(ticket, actor=requester, reason=words)
    commands.cancel(ticket, actor=agent1, reason=words)


@pytest.mark.parametrize("breaker", HEADER_BREAKERS, ids=lambda text: ascii(text)[:24])
def test_every_mail_has_exactly_our_headers_and_recipient(
    breaker: str, world: SimpleNamespace, requester: User, agent1: User, agent2: User, opened: Callable[..., Ticket]
) -> None:
    for person in (requester, agent1, agent2):
        person.name = breaker[:150]
        person.save()
    whole_life(world, opened(subject=breaker, into=world.desk), agent1, agent2, breaker)
    while deliver_due():
        pass
    assert not OutboxMessage.objects.filter(sent_at__isnull=True).exists()
    assert len(mail.outbox) >= 4
    for sent in mail.outbox:
        parsed = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
        assert set(parsed.keys()) <= OURS
        assert parsed["To"] == requester.email
        assert sent.recipients() == [requester.email]
        assert len(parsed.get_all("Subject")) == 1
        assert parsed.get_content_type() == "text/plain"
        assert parsed["Auto-Submitted"] == "auto-generated"


def test_markup_stays_plain_text_and_templates_are_not_run_twice(
    world: SimpleNamespace, agent1: User, agent2: User, opened: Callable[..., Ticket]
) -> None:
    words = "{{ 7|add:7 }} {% load x %} {{ recipient.password }} & <b>" + MARKUP[0]
    whole_life(world, opened(subject=words[:100], into=world.desk), agent1, agent2, words)
    while deliver_due():
        pass
    replied = next(sent for sent in mail.outbox if words in sent.body)
    assert not getattr(replied, "alternatives", [])
    assert not any("&amp;" in sent.body or "&#x27;" in sent.body for sent in mail.outbox)
    assert all("{{ 7|add:7 }}" in sent.body for sent in mail.outbox)


def test_what_is_written_for_staff_reaches_no_mail_and_no_requester(
    world: SimpleNamespace, requester: User, agent1: User, agent2: User, opened: Callable[..., Ticket], client
) -> None:
    ticket = opened(into=world.desk)
    commands.note(ticket, actor=agent1, body=CANARY)
    commands.reply(ticket, actor=agent1, body="We look into it")
    commands.note(ticket, actor=agent2, body=CANARY)
    packet = escalation.Packet(reason="skill", symptom=CANARY, asked=CANARY, tried=CANARY, evidence=CANARY)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet)
    escalation.hand_back(ticket, actor=agent2, reason="missing", missing=CANARY)
    commands.prioritise(ticket, actor=agent1, priority=1, reason=CANARY)
    commands.resolve(ticket, actor=agent1, resolution="done", root_cause=CANARY)
    while deliver_due():
        pass
    assert not any(CANARY in str(sent.message()) for sent in mail.outbox)
    assert not any(CANARY in str(row.context) for row in OutboxMessage.objects.all())
    client.force_login(requester)
    key = ticket.key
    for path in (f"/my/tickets/{key}/", f"/my/tickets/{key}/changes/?since=0", "/", "/my/tickets/"):
        assert CANARY not in client.get(path).content.decode()
    assert key not in client.get(f"/search?q={CANARY}").content.decode()
    for tail in ("", "messages/", "events/", "visits/"):
        assert CANARY not in client.get(f"/api/v1/tickets/{key}/{tail}").content.decode()
    assert CANARY not in client.get("/api/v1/tickets/").content.decode()


@override_settings(BASE_URL="https://desk.example", ALLOWED_HOSTS=["*"])
def test_links_come_from_the_settings_never_from_the_request(requester: User, client) -> None:
    client.force_login(requester)
    client.post("/tickets/new/", {"subject": "a", "description": "b"}, headers={"Host": "evil.example"})
    deliver_due()
    assert "https://desk.example/my/tickets/" in mail.outbox[0].body
    assert "evil.example" not in str(mail.outbox[0].message())


def test_an_acknowledgement_goes_to_the_account_not_to_a_claimed_address(requester: User, client) -> None:
    client.force_login(requester)
    client.post("/tickets/new/", {"subject": "a", "description": "b", "requester": "victim@elsewhere.example"})
    deliver_due()
    assert [sent.recipients() for sent in mail.outbox] == [[requester.email]]
