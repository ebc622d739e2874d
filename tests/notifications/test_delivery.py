"""S23 The outbox: late at worst, never lost, never twice, and one bad letter stops no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import User
from core.time import database_now
from notifications import delivery
from notifications.delivery import LEASE_SECONDS, MAX_ATTEMPTS, claim, deliver_due, retry_at
from notifications.models import OutboxMessage
from notifications.outbox import Channel, Letter, post
from notifications.tasks import deliver

WORDS = {
    "key": "INC-1", "subject": "VPN", "path": "/my/tickets/INC-1/", "recipient": "Rina", "actor": "Arif", "words": "hi",
}  # fmt: skip


def letter(person: User, key: str = "event-1", **fields: object) -> OutboxMessage:
    """One due letter in the outbox."""
    template = str(fields.pop("template", "ticket_replied"))
    post([Letter(recipient=person, template=template, key=key, context=WORDS)], at=database_now())
    found = OutboxMessage.objects.filter(dedupe_key__startswith=f"{key}:")
    found.update(**fields)
    return found.get()


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(message: OutboxMessage) -> None:
        raise error

    monkeypatch.setattr(delivery.email, "send", send)


def test_a_letter_is_sent_once(requester: User) -> None:
    message = letter(requester)
    assert deliver_due() == 1
    assert deliver_due() == 0
    message.refresh_from_db()
    assert message.sent_at and message.attempts == 1 and message.last_error == ""
    assert [sent.to for sent in mail.outbox] == [[requester.email]]


def test_the_same_fact_is_told_once(requester: User) -> None:
    letter(requester)
    letter(requester)
    assert OutboxMessage.objects.count() == 1


def test_nothing_is_told_of_what_was_rolled_back(requester: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter(requester)
        raise ZeroDivisionError
    assert deliver_due() == 0


def test_the_deactivated_and_the_automation_get_no_mail(requester: User, automation: User) -> None:
    requester.is_active = False
    handed_in = post(
        [Letter(recipient=person, template="ticket_replied", key="k") for person in (requester, automation)],
        at=database_now(),
    )
    assert handed_in == 0


def test_a_passing_trouble_is_tried_again_later(requester: User, monkeypatch: pytest.MonkeyPatch) -> None:
    message = letter(requester)
    refusing(monkeypatch, SMTPServerDisconnected("gone"))
    assert deliver_due() == 1
    assert deliver_due() == 0
    message.refresh_from_db()
    assert message.sent_at is None and message.failed_at is None and message.claimed_until is None
    assert message.due_at > database_now() + timedelta(seconds=10)
    assert "gone" in message.last_error


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (8, 1920), (12, 14_400), (200, 14_400)])
def test_the_pauses_grow_up_to_four_hours(attempts: int, seconds: int) -> None:
    now = datetime(2026, 11, 16)
    assert retry_at(now, attempts) - now == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("error", "given_up"),
    [
        (SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}), True),
        (SMTPRecipientsRefused({"a@b.example": (450, b"greylisted")}), False),
        (SMTPDataError(451, b"later"), False),
        (ConnectionRefusedError(), False),
        (TimeoutError(), False),
    ],
    ids=["unknown address", "greylisted", "later", "refused", "silent"],
)
def test_only_an_address_that_is_none_is_given_up(
    error: Exception, given_up: bool, requester: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = letter(requester)
    refusing(monkeypatch, error)
    deliver_due()
    message.refresh_from_db()
    assert bool(message.failed_at) is given_up


def test_nothing_is_tried_for_ever(requester: User, monkeypatch: pytest.MonkeyPatch) -> None:
    message = letter(requester, attempts=MAX_ATTEMPTS - 1)
    refusing(monkeypatch, TimeoutError())
    deliver_due()
    message.refresh_from_db()
    assert message.failed_at
    assert deliver_due() == 0


def test_a_letter_that_cannot_be_drawn_stops_no_other(requester: User, colleague: User) -> None:
    bad = letter(requester, "bad", template="no_such_letter")
    letter(colleague, "good")
    for _round in range(3):
        OutboxMessage.objects.filter(sent_at__isnull=True, failed_at__isnull=True).update(due_at=database_now())
        deliver()
    bad.refresh_from_db()
    assert bad.failed_at and bad.attempts == 3
    assert [sent.to for sent in mail.outbox] == [[colleague.email]]


def test_a_worker_that_died_is_replaced_when_its_lease_ends(requester: User) -> None:
    letter(requester)
    assert len(claim(10)) == 1
    assert deliver_due() == 0
    OutboxMessage.objects.update(claimed_until=database_now() - timedelta(seconds=1))
    assert deliver_due() == 1
    assert len(mail.outbox) == 1


def test_a_slow_worker_leaves_what_another_took_over(requester: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first letter takes longer than the lease; by then another worker has sent the rest."""
    for number in range(3):
        letter(requester, f"event-{number}")
    plain_send = delivery.email.send
    slow = True

    def send(message: OutboxMessage) -> None:
        nonlocal slow
        plain_send(message)
        if slow:
            slow = False
            left = OutboxMessage.objects.exclude(pk=message.pk)
            left.update(claimed_until=database_now() - timedelta(seconds=LEASE_SECONDS))
            deliver_due()

    monkeypatch.setattr(delivery.email, "send", send)
    deliver_due()
    ids = [sent.extra_headers["Message-ID"] for sent in mail.outbox]
    assert len(ids) == 3 == len(set(ids))


def test_a_second_copy_carries_the_same_id(requester: User) -> None:
    message = letter(requester)
    deliver_due()
    OutboxMessage.objects.update(sent_at=None)
    deliver_due()
    first, second = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert first == second == f"<outbox-{message.pk}.{message.created_at:%Y%m%d%H%M%S}@tuntas.example>"


def test_an_in_app_message_is_delivered_by_being_there(requester: User) -> None:
    post(
        [Letter(recipient=requester, template="assigned", key="k", context=WORDS, channel=Channel.IN_APP)],
        at=database_now(),
    )
    assert deliver_due() == 0
    assert OutboxMessage.objects.get().sent_at
