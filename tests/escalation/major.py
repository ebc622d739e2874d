"""A major incident to test with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from escalation import commands
from escalation.models import MajorIncident
from tickets.models import Ticket

EN, ID = "We are looking at it.", "Kami sedang memeriksanya."


def declaration(world: SimpleNamespace, **other: Any) -> commands.Declaration:
    told: dict[str, Any] = {
        "title": "VPN is down",
        "title_id": "VPN mati",
        "service": world.vpn,
        "severity": "many",
        "service_state": "outage",
        "cadence_minutes": 60,
    }
    return commands.Declaration(**{**told, **other})


@pytest.fixture
def lead_ticket(opened, world, requester) -> Ticket:
    return opened(subject="VPN drops for everyone", into=world.desk)


@pytest.fixture
def candidate(lead_ticket: Ticket, agent1: User) -> MajorIncident:
    return commands.propose(lead_ticket, actor=agent1, reason="Ten calls at once")


@pytest.fixture
def active(candidate: MajorIncident, manager: User, world: SimpleNamespace) -> MajorIncident:
    return commands.promote(candidate, actor=manager, declaration=declaration(world))
