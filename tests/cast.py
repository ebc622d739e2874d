"""The people of the tests, and the small world they work in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts.models import Membership, Team, Tier, User
from catalogue.models import Category, IntakeField, Service, SupportTeam
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Ticket

# a Monday, 09:00 in Jakarta, inside office hours
MONDAY = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def person(name: str, **fields: object) -> User:
    # English, so that tests can read what a page says; those about language choose their own
    fields.setdefault("language", "en")
    return User.objects.create_user(f"{name}@arunika.example", name=name.replace("_", " ").title(), **fields)


def team(slug: str, level: int, **fields: object) -> Team:
    return Team.objects.create(
        slug=slug, name=slug.replace("-", " ").title(), tier=Tier.objects.get(level=level), **fields
    )


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Three rungs, one service that climbs them, a restricted team aside."""
    desk, network, infra = team("service-desk", 1), team("network", 2), team("infrastructure", 3)
    hr = team("hr-systems", 2, is_restricted=True)
    vpn = Service.objects.create(slug="vpn", name="Office VPN", name_id="VPN kantor")
    for rung in (desk, network, infra):
        SupportTeam.objects.create(service=vpn, tier=rung.tier, team=rung)
    category = Category.objects.create(slug="vpn-down", name="VPN is down", service=vpn)
    IntakeField.objects.create(
        category=category, key="profile", label="Profile", kind="choice", choices=["HQ", "Split"]
    )
    return SimpleNamespace(desk=desk, network=network, infra=infra, hr=hr, vpn=vpn, category=category)


@pytest.fixture
def requester(db: None) -> User:
    return person("rina", language="en")


@pytest.fixture
def colleague(db: None) -> User:
    return person("siti")


def _agent(name: str, member_of: Team, role: str = "agent") -> User:
    agent = person(name, language="en")
    Membership.objects.create(user=agent, team=member_of, role=role)
    return agent


@pytest.fixture
def agent1(world: SimpleNamespace) -> User:
    return _agent("arif", world.desk)


@pytest.fixture
def agent2(world: SimpleNamespace) -> User:
    return _agent("bayu", world.network)


@pytest.fixture
def agent3(world: SimpleNamespace) -> User:
    return _agent("gilang", world.infra)


@pytest.fixture
def other_team_agent(world: SimpleNamespace) -> User:
    return _agent("hana", world.hr)


@pytest.fixture
def lead(world: SimpleNamespace) -> User:
    return _agent("laras", world.desk, role="lead")


@pytest.fixture
def manager(db: None) -> User:
    return person("maya", is_manager=True)


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def automation(db: None) -> User:
    return User.objects.automation()


Opener = Callable[..., Ticket]


@pytest.fixture
def opened(world: SimpleNamespace, requester: User) -> Opener:
    """Open a ticket the usual way: `opened()` or `opened(subject="…", at=…)`."""

    def open_one(
        *, at: datetime = MONDAY, by: User | None = None, into: Team | None = None, **report: object
    ) -> Ticket:
        fields = {"subject": "VPN down", "description": "It does not connect.", "category": world.category, **report}
        asker = by or requester
        return commands.open(Report(**fields), actor=asker, requester=asker, team=into, at=at)  # type: ignore[arg-type]

    return open_one
