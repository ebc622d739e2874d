"""The shapes of the demo company's content, as `content.load` returns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Region:
    """Names that belong together: people from one part of the country, and how many of 100 colleagues come from it."""

    name: str
    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    name: str
    share: int
    job_titles: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    name: str
    city: str
    code: str
    time_zone: str
    share: int


@dataclass(frozen=True)
class Member:
    """Somebody with a name of their own in the demo: an agent, a lead, a manager."""

    name: str
    email: str
    job_title: str
    language: str
    site: str
    role: str


@dataclass(frozen=True)
class Team:
    slug: str
    name: str
    name_id: str
    tier: int
    is_restricted: bool
    email: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class IntakeField:
    key: str
    label: str
    label_id: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Category:
    slug: str
    service: str
    name: str
    name_id: str
    kind: str
    intake: tuple[IntakeField, ...] = ()


@dataclass(frozen=True)
class AssetKind:
    """A kind of device; `pattern` makes its tag from {code} (the site's) and {number}."""

    kind: str
    name: str
    pattern: str

    def tag(self, code: str, number: int) -> str:
        """The name on the sticker: LT-SBY-0231."""
        return self.pattern.format(code=code, number=f"{number:04d}")


@dataclass(frozen=True)
class Service:
    """`line` is the support line: the team on each rung, from tier I upwards.

    `apps` are names for {app} in tickets, `departments` those whose people usually write them; empty means anybody.
    """

    slug: str
    name: str
    name_id: str
    icon: str
    is_critical: bool
    line: tuple[str, ...]
    categories: tuple[Category, ...]
    asset_kinds: tuple[AssetKind, ...]
    apps: tuple[str, ...]
    departments: tuple[str, ...]

    @property
    def team(self) -> str:
        """The team that looks first."""
        return self.line[0]


@dataclass(frozen=True)
class Rule:
    """A routing rule: `team` is a slug, `priority` 1 to 4, None leaves them alone; `stops` ends the chain."""

    name: str
    name_id: str
    conditions: dict[str, Any]
    team: str | None
    priority: int | None
    stops: bool
    reason: str
    reason_id: str


@dataclass(frozen=True)
class Article:
    slug: str
    title: str
    language: str
    service: str
    category: str | None
    audience: str
    keywords: str
    body: str


@dataclass(frozen=True)
class Handover:
    symptom: str
    tried: str
    asked: str


@dataclass(frozen=True)
class TicketTemplate:
    """One story: what the requester writes, how the talk goes, what it was.

    `weight` is how often it comes up, `escalates` whether the front line usually hands it on, `site` where it happens
    ("" anywhere), `asset_kind` and `errors` what fits {asset} and {error}.
    """

    service: str
    category: str
    language: str
    impact: int
    urgency: int
    weight: int
    escalates: bool
    subjects: tuple[str, ...]
    descriptions: tuple[str, ...]
    question: str
    answer: str
    note: str
    handover: Handover
    resolution: str
    root_cause: str
    site: str = ""
    asset_kind: str = ""
    errors: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Every text that may hold placeholders."""
        own = (self.question, self.answer, self.note, self.resolution, self.root_cause)
        return (*self.subjects, *self.descriptions, *own, *vars(self.handover).values())


@dataclass(frozen=True)
class Content:
    """All of it. `phrases` maps a purpose and a language to interchangeable sentences."""

    sites: tuple[Site, ...]
    departments: tuple[Department, ...]
    regions: tuple[Region, ...]
    managers: tuple[Member, ...]
    requesters: tuple[Member, ...]
    teams: tuple[Team, ...]
    services: tuple[Service, ...]
    rules: tuple[Rule, ...]
    articles: tuple[Article, ...]
    tickets: tuple[TicketTemplate, ...]
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def categories(self) -> tuple[Category, ...]:
        return tuple(category for service in self.services for category in service.categories)

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody who has a name of their own: staff, managers, known requesters."""
        staff = tuple(member for team in self.teams for member in team.members)
        return (*staff, *self.managers, *self.requesters)

    def service(self, slug: str) -> Service:
        """The service of this slug. Raises StopIteration when there is none."""
        return next(service for service in self.services if service.slug == slug)

    def category(self, slug: str) -> Category:
        """The category of this slug. Raises StopIteration when there is none."""
        return next(category for category in self.categories if category.slug == slug)

    def person_name(self, rng: Random) -> tuple[str, bool]:
        """A believable full name, and whether its bearer is addressed as Bu (True) or Pak (False)."""
        region = rng.choices(self.regions, [region.share for region in self.regions])[0]
        is_woman = rng.random() < 0.5
        first = rng.choice(region.women if is_woman else region.men)
        return f"{first} {rng.choice(region.last)}", is_woman
