"""Who and what there is in the demo company, read once, so that telling thousands of stories asks for nobody twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Self

from accounts.models import Membership, Team, User
from catalogue.models import Asset, Category, Contract, IntakeField, Service, SupportTeam
from escalation.models import BusinessCalendar
from escalation.working_calendar import Calendar
from helpdesk.demo.people import DOMAIN
from helpdesk.demo.promises import OFFICE
from helpdesk.demo.rates import VIP_WEIGHT
from helpdesk.demo.shapes import Content, TicketTemplate


@dataclass(slots=True)
class Roster:
    """Shared rows: every story uses the same objects, so what they have looked up about themselves stays."""

    content: Content
    people: dict[str, User]
    requesters: list[User]
    teams: dict[int, Team]
    agents: dict[int, list[User]]
    leads: dict[int, User]
    categories: dict[str, Category]
    intake: dict[int, list[IntakeField]]
    lines: dict[int, list[Team]]
    assets: dict[str, list[Asset]]
    contracts: dict[int, Contract]
    automation: User
    office: Calendar
    _pools: dict[tuple[str, str, str], tuple[list[User], list[float]]] = field(default_factory=dict)

    @classmethod
    def read(cls, content: Content) -> Self:
        """Read the company from the database; twelve queries."""
        found = User.objects.filter(email__endswith=f"@{DOMAIN}").select_related("department", "site").order_by("pk")
        people = {user.email: user for user in found}
        teams = {team.pk: team for team in Team.objects.select_related("tier")}
        agents, leads = _staff(people)
        staff = {user.pk for members in agents.values() for user in members}
        lines: dict[int, list[Team]] = defaultdict(list)
        for support in SupportTeam.objects.order_by("service_id", "tier__level"):
            lines[support.service_id].append(teams[support.team_id])
        intake: dict[int, list[IntakeField]] = defaultdict(list)
        for question in IntakeField.objects.all():
            intake[question.category_id].append(question)
        assets: dict[str, list[Asset]] = defaultdict(list)
        for asset in Asset.objects.select_related("site", "service"):
            assets[asset.kind].append(asset)
        return cls(
            content=content,
            people=people,
            requesters=[
                user
                for user in people.values()
                if user.pk not in staff and not user.is_manager and not user.is_staff and user.department
            ],
            teams=teams,
            agents=agents,
            leads=leads,
            categories={row.slug: row for row in Category.objects.select_related("service")},
            intake=dict(intake),
            lines=dict(lines),
            assets=dict(assets),
            contracts=_contracts(),
            automation=User.objects.automation(),
            office=BusinessCalendar.objects.get(name=OFFICE).value(),
        )

    def team(self, slug: str) -> Team:
        """The team of this slug. Raises StopIteration when there is none."""
        return next(team for team in self.teams.values() if team.slug == slug)

    def higher_team(self, service: Service | None, team_id: int | None) -> Team | None:
        """The next team up the service's line from where a ticket is."""
        level = self.teams[team_id].tier.level if team_id else 0
        line = self.lines.get(service.pk, []) if service else []
        return next((team for team in line if team.tier.level > level), None)

    def requester(self, template: TicketTemplate, rng: Random) -> User:
        """Somebody who would write this: of the right department, site and language."""
        key = (template.service, template.site, template.language)
        if key not in self._pools:
            departments = self.content.service(template.service).departments
            fits = [
                user
                for user in self.requesters
                if (not departments or (user.department and user.department.name in departments))
                and (not template.site or (user.site and user.site.name == template.site))
                and user.language == template.language
            ]
            pool = fits or self.requesters
            self._pools[key] = (pool, [VIP_WEIGHT if user.is_vip else 1.0 for user in pool])
        pool, weights = self._pools[key]
        return rng.choices(pool, weights)[0]

    def asset(self, template: TicketTemplate, requester: User, rng: Random) -> Asset | None:
        """A device of the template's kind: the requester's own, else one at their site, else any."""
        known = self.assets.get(template.asset_kind, [])
        near = [asset for asset in known if asset.site_id == requester.site_id]
        own = [asset for asset in near if asset.owner_id == requester.pk]
        choice = own or near or known
        return rng.choice(choice) if choice else None


def _contracts() -> dict[int, Contract]:
    """Whom to call for a service: the contract in force, by the service."""
    rows = Contract.objects.filter(is_active=True).select_related("vendor").prefetch_related("services").order_by("pk")
    found: dict[int, Contract] = {}
    for contract in rows:
        for service in contract.services.all():
            found.setdefault(service.pk, contract)
    return found


def _staff(people: Mapping[str, User]) -> tuple[dict[int, list[User]], dict[int, User]]:
    """The demo's agents and leads by team."""
    by_id = {user.pk: user for user in people.values()}
    agents: dict[int, list[User]] = defaultdict(list)
    leads: dict[int, User] = {}
    for row in Membership.objects.filter(user_id__in=by_id).order_by("pk"):
        agents[row.team_id].append(by_id[row.user_id])
        if row.role == Membership.Role.LEAD:
            leads[row.team_id] = by_id[row.user_id]
    return dict(agents), leads
