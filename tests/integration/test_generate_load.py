"""A made-up load stands in every table a page reads, consistent enough to be opened, listed and counted."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalogue.models import Category, Service
from escalation.models import Clock, TierVisit
from tickets.models import Message, Ticket, TicketEvent

pytestmark = pytest.mark.slow


@pytest.mark.django_db
def test_made_up_tickets_can_be_opened_and_listed(world, agent1, client):
    Category.objects.create(slug="vpn", name="VPN", service=Service.objects.create(slug="net", name="Network"))
    call_command("generate_load", tickets=300, people=40)
    assert Ticket.objects.count() == 300
    assert {"closed", "open"} <= set(Ticket.objects.values_list("status", flat=True))
    assert Clock.objects.count() == 600 and TierVisit.objects.count() == 300 and Message.objects.exists()
    assert TicketEvent.objects.values("ticket").distinct().count() == 300
    live = Ticket.objects.staffed_by(agent1).live().first()
    client.force_login(agent1)
    assert client.get(live.get_absolute_url()).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tickets_ticket', 'id')) > max(id) FROM tickets_ticket")
        assert cursor.fetchone()[0]


@pytest.mark.django_db
def test_an_empty_instance_is_told_what_is_missing():
    with pytest.raises(CommandError, match="no teams"):
        call_command("generate_load", tickets=1, people=1)
