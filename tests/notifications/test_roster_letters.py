"""What is told of rosters and training, as mail and in the product."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.roster_news import News
from core.time import database_now
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from notifications.roster import tell
from tests.cast import MONDAY

SAID = {
    "swap_asked": "Dewi asks you to take a duty from 16 Nov 2026, 09:00 WIB",
    "swap_agreed": "Dewi agreed to take Arif's duty",
    "swap_approved": "Dewi approved the swap",
    "swap_declined": "Dewi declined the swap",
    "swap_withdrawn": "Dewi no longer asks you",
    "swap_undone": "Dewi took back the swap",
    "gap_nobody": "Nobody is on shift from 16 Nov 2026, 09:00 WIB",
    "gap_too_few": "Too few people are on shift",
    "gap_no_on_call": "Nobody is on call from",
    "training_invited": "Dewi invites you to “Arif”, 16 Nov 2026, 09:00 WIB",
    "certificate_expires": "Dewi: the certificate “Arif” expires on 16 Nov 2026",
    "certificate_expired": "Dewi: the certificate “Arif” expired on 16 Nov 2026",
}


@pytest.mark.parametrize("what", SAID)
def test_each_thing_is_said_by_mail_and_in_the_product(what, world, agent1):
    news = News(
        what=what, key=what, team=world.desk, path="/desk/roster/service-desk/", start=MONDAY,
        end=MONDAY + timedelta(hours=8), actor="Dewi", other="Arif",
        topic="roster" if what.startswith(("swap", "gap")) else "training",
    )  # fmt: skip
    for _time in range(2):
        tell([agent1], news, at=database_now())
    assert OutboxMessage.objects.count() == 2
    deliver_due()
    (letter,) = mail.outbox
    assert SAID[what] in letter.body and "/desk/roster/service-desk/" in letter.body
    assert letter.subject and "\n" not in letter.subject
    client = Client()
    client.force_login(agent1)
    page = client.get("/desk/updates/").content.decode().replace("&#x27;", "'")
    assert SAID[what] in page
