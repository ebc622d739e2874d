"""The calendar and policy there are from the start, and a manager's browser."""

import pytest
from django.test import Client

from escalation.models import BusinessCalendar, SlaPolicy
from tests.escalation.major import active, candidate, lead_ticket

__all__ = ["active", "candidate", "lead_ticket"]


@pytest.fixture
def office() -> BusinessCalendar:
    return BusinessCalendar.objects.get()


@pytest.fixture
def standard() -> SlaPolicy:
    return SlaPolicy.objects.get(is_default=True)


@pytest.fixture
def keeper(manager, client) -> Client:
    client.force_login(manager)
    return client
