"""Writing the demo company: sites, people, teams, catalogue, assets, rules, promises, articles."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Department, Membership, Site, Team, Tier, User
from catalogue.models import Asset, Category, IntakeField, Service, SupportTeam
from core.time import database_now
from escalation.commands.rules import RuleWording, draft_rule, put_in_force
from escalation.models import BusinessCalendar, Rule, RuleVersion
from escalation.rules.ready import READY, placed
from helpdesk.demo.chance import chance
from helpdesk.demo.duties import make_duties
from helpdesk.demo.knowledge import make_articles
from helpdesk.demo.ladder import make_ladder
from helpdesk.demo.macros import make_macros
from helpdesk.demo.people import IT_DEPARTMENT, Person, everybody
from helpdesk.demo.promises import make_promises
from helpdesk.demo.shapes import Content
from helpdesk.demo.shapes import Service as ServiceShape
from helpdesk.demo.skills import make_skills
from helpdesk.demo.upkeep import make_upkeep
from helpdesk.demo.vendors import make_vendors

PASSWORD = "tuntas-demo"  # noqa: S105  printed at every start: a demo's accounts are no secret
REQUESTER = "rina.wulandari@arunika.example"
LEAD = "nadia.kusuma@arunika.example"
MANAGER = "maya.hapsari@arunika.example"
# the first is on
TIME_RULES = (
    "P1 and P2 that nobody takes within 15 minutes",
    "No progress for two working days",
    "Reopened twice: the lead looks",
)
STUCK = {"what": "in_tier", "minutes": 120}
ASSETS = 60
PERSONAL = frozenset({"laptop", "desktop", "handheld scanner"})
DEGRADED = "vpn"
DEGRADED_NOTE = "ERP is slow over HQ-Split; use HQ-Full for now."
DEGRADED_NOTE_ID = "Lewat HQ-Split ERP lambat; sementara pakai HQ-Full."


@transaction.atomic
def make_company(content: Content, seed: int, now: datetime) -> None:
    """Write everything but the tickets, all or nothing. Rows that are there already are left as they are."""
    rng = chance("company", seed)
    people = everybody(content, rng)
    _make_people(content, people)
    _make_teams(content)
    make_duties(content, now)
    make_skills(now)
    _make_catalogue(content)
    make_ladder()
    _make_assets(content, rng)
    _make_rules(content)
    make_promises(content, range(now.year - 2, now.year + 2))
    _make_time_rules()
    make_vendors(now)
    make_upkeep(now, LEAD)
    make_macros(MANAGER, LEAD)
    make_articles(content, rng, now)


def _make_people(content: Content, people: list[Person]) -> None:
    Site.objects.bulk_create(
        (Site(name=site.name, city=site.city, time_zone=site.time_zone) for site in content.sites),
        ignore_conflicts=True,
    )
    names = [*(department.name for department in content.departments), IT_DEPARTMENT]
    Department.objects.bulk_create((Department(name=name) for name in names), ignore_conflicts=True)
    sites = {site.name: site for site in Site.objects.all()}
    departments = {department.name: department for department in Department.objects.all()}
    password = make_password(PASSWORD)  # one hash for all of them: hashing four hundred would take minutes
    User.objects.bulk_create(
        (
            User(
                email=person.email,
                name=person.name,
                password=password,
                language=person.language,
                time_zone=sites[person.site].time_zone,
                job_title=person.job_title,
                phone=person.phone,
                department=departments[person.department],
                site=sites[person.site],
                is_vip=person.is_vip,
                is_manager=person.role == "manager",
                is_staff=person.role == "admin",
                is_superuser=person.role == "admin",
            )
            for person in people
        ),
        ignore_conflicts=True,
    )


def _make_teams(content: Content) -> None:
    tiers = {tier.level: tier for tier in Tier.objects.all()}
    for shape in content.teams:
        team, _new = Team.objects.get_or_create(
            slug=shape.slug,
            defaults={
                "name": shape.name,
                "name_id": shape.name_id,
                "tier": tiers[shape.tier],
                "is_restricted": shape.is_restricted,
                "email": shape.email,
            },
        )
        people = {user.email: user for user in User.objects.filter(email__in=[row.email for row in shape.members])}
        Membership.objects.bulk_create(
            (Membership(user=people[member.email], team=team, role=member.role) for member in shape.members),
            ignore_conflicts=True,
        )


def _make_catalogue(content: Content) -> None:
    teams = {team.slug: team for team in Team.objects.select_related("tier")}
    for position, shape in enumerate(content.services):
        is_degraded = shape.slug == DEGRADED
        service = Service.objects.create(
            slug=shape.slug,
            name=shape.name,
            name_id=shape.name_id,
            icon=shape.icon,
            is_critical=shape.is_critical,
            position=position,
            state=Service.State.DEGRADED if is_degraded else Service.State.OPERATIONAL,
            state_note=DEGRADED_NOTE if is_degraded else "",
            state_note_id=DEGRADED_NOTE_ID if is_degraded else "",
        )
        SupportTeam.objects.bulk_create(
            SupportTeam(service=service, tier=teams[slug].tier, team=teams[slug]) for slug in shape.line
        )
        _make_categories(service, shape)


def _make_categories(service: Service, shape: ServiceShape) -> None:
    for position, category in enumerate(shape.categories):
        row = Category.objects.create(
            service=service,
            slug=category.slug,
            name=category.name,
            name_id=category.name_id,
            kind=category.kind,
            position=position,
        )
        IntakeField.objects.bulk_create(
            IntakeField(
                category=row,
                key=field.key,
                label=field.label,
                label_id=field.label_id,
                kind=field.kind,
                required=field.required,
                choices=list(field.choices),
                position=number,
            )
            for number, field in enumerate(category.intake)
        )


def _make_assets(content: Content, rng: Random) -> None:
    """ASSETS devices spread over the kinds; what somebody carries has an owner, what stands in a rack has none."""
    codes = {site.name: site.code for site in content.sites}
    services = {service.slug: service for service in Service.objects.all()}
    owners = list(User.objects.filter(is_automation=False).select_related("site").order_by("pk"))
    kinds = [(service.slug, kind) for service in content.services for kind in service.asset_kinds]
    rows: dict[str, Asset] = {}
    while len(rows) < ASSETS:
        slug, kind = kinds[len(rows) % len(kinds)]
        owner = rng.choice(owners)
        if owner.site is None:
            continue
        tag = kind.tag(codes.get(owner.site.name, "HQ"), rng.randrange(101, 900))
        is_personal = kind.kind in PERSONAL
        rows.setdefault(
            tag,
            Asset(
                tag=tag,
                name=kind.name,
                kind=kind.kind,
                owner=owner if is_personal else None,
                service=services[slug],
                site=owner.site,
            ),
        )
    Asset.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _make_rules(content: Content) -> None:
    automation = User.objects.automation()
    versions = []
    for position, told in enumerate(content.rules, start=1):
        rule = Rule.objects.create(name=told.name, name_id=told.name_id, position=10 * position)
        definition = {
            "when": {"on": ["opened"]},
            "if": told.conditions,
            "then": [
                *([{"do": "set_priority", "priority": told.priority}] if told.priority else []),
                *([{"do": "set_team", "team": told.team}] if told.team else []),
            ],
            "stop": told.stops,
            "order": 10 * position,
            "told": {"en": told.reason, "id": told.reason_id},
        }
        version = RuleVersion(rule=rule, number=1, name=told.name, name_id=told.name_id, definition=definition)
        version.created_at = database_now()
        version.save()
        versions.append(version)
    put_in_force(versions, actor=automation)


def _make_time_rules() -> None:
    """One rule on a schedule that is on, and drafts to try: a backlog of open tickets is waiting for them."""
    lead, automation = User.objects.get(email=LEAD), User.objects.automation()
    calendar = BusinessCalendar.objects.order_by("pk").first()
    for number, (name, name_id, said) in enumerate(READY, start=50):
        if name in TIME_RULES:
            definition = placed(said, 10 * number, calendar.pk if calendar else None)
            draft = draft_rule(None, RuleWording(name, definition, name_id, lead), actor=automation)
            if name == TIME_RULES[0]:
                put_in_force([draft], actor=automation)
    stuck = {
        "when": {"every": 5, "calendar": calendar.pk if calendar else None, "reaches": STUCK},
        "if": {"all": [{"field": "priority", "op": "at_least", "value": 2}, {"field": "tier", "op": "is", "value": 2}]},
        "then": [{"do": "escalate", "to": "next"}, {"do": "notify", "who": ["owner", "lead"]}],
        "order": 600,
    }
    name_id = "P2 dua jam di tier II tanpa kemajuan"
    draft_rule(None, RuleWording("P2, 2 h at tier II without progress", stuck, name_id, lead), actor=automation)
