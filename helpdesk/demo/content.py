"""The demo company's content: people's names, catalogue, rules, articles and ticket texts, read from `data/`.

Everything is checked when it is loaded: a slug that leads nowhere, a placeholder that nothing fills or a text left
empty is a ContentError that names the place, never a half-filled demo.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from helpdesk.demo.shapes import (
    Article,
    AssetKind,
    Category,
    Content,
    Department,
    Handover,
    IntakeField,
    Member,
    Region,
    Rule,
    Service,
    Site,
    Team,
    TicketTemplate,
)
from tickets.conditions import Condition, ConditionError, validate

DATA = Path(__file__).parent / "data"
LANGUAGES = ("id", "en")
# What a ticket text or a phrase may leave open; `fill` must be given those it uses.
PLACEHOLDERS = frozenset({"asset", "site", "app", "error", "requester", "sapaan", "colleague", "agent"})
FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n+(.*)", re.S)
# Fields that may be empty; every other text may not.
MAY_BE_EMPTY = {"choices", "intake", "apps", "errors", "asset_kinds", "members", "departments", "site", "asset_kind"}

Shape = TypeVar("Shape")


class ContentError(ValueError):
    """Demo content that does not fit together."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put `values` into the placeholders of a text. Raises KeyError for one that has no value."""
    return text.format_map(values)


@cache
def load(directory: Path = DATA) -> Content:
    """Read and check everything. Raises ContentError naming the place of the first fault."""
    people = _json(directory, "people")
    services = tuple(_service(row) for row in _json(directory, "catalogue")["services"])
    service_of = {category.slug: service.slug for service in services for category in service.categories}
    content = Content(
        sites=_shapes(Site, people["sites"]),
        departments=_shapes(Department, people["departments"]),
        regions=_shapes(Region, people["regions"]),
        managers=_shapes(Member, people["managers"]),
        requesters=_shapes(Member, people["requesters"]),
        teams=_shapes(Team, _json(directory, "teams")["teams"]),
        services=services,
        rules=_shapes(Rule, _json(directory, "rules")["rules"]),
        articles=tuple(_article(path) for path in sorted((directory / "articles").glob("*.md"))),
        tickets=_shapes(
            TicketTemplate,
            [
                {**data, "service": service_of.get(data["category"], "")}
                for data in _json(directory, "tickets")["templates"]
            ],
        ),
        phrases={
            use: {language: tuple(lines) for language, lines in by_language.items()}
            for use, by_language in _json(directory, "phrases").items()
        },
    )
    for problem in problems(content):
        raise ContentError(problem)
    return content


def _json(directory: Path, name: str) -> Any:
    return json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))


# Which shape stands inside which field.
INNER: dict[str, type] = {
    "members": Member,
    "categories": Category,
    "intake": IntakeField,
    "asset_kinds": AssetKind,
    "handover": Handover,
}


def _shapes(shape: type[Shape], rows: list[dict[str, Any]]) -> tuple[Shape, ...]:
    return tuple(_shape(shape, row) for row in rows)


def _shape(shape: type[Shape], row: Mapping[str, Any]) -> Shape:
    """Make one dataclass from its JSON object: lists become tuples, objects in known fields become their own shape."""
    values: dict[str, Any] = {}
    for name, value in row.items():
        inner = INNER.get(name)
        if inner is not None and isinstance(value, list):
            value = _shapes(inner, value)
        elif inner is not None:
            value = _shape(inner, value)
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    try:
        return shape(**values)
    except TypeError as error:
        raise ContentError(f"{shape.__name__} {row.get('slug', row.get('name', ''))}: {error}") from error


def _service(row: dict[str, Any]) -> Service:
    categories = [{**category, "service": row["slug"]} for category in row["categories"]]
    return _shape(Service, {**row, "categories": categories})


def _article(path: Path) -> Article:
    found = FRONT_MATTER.fullmatch(path.read_text(encoding="utf-8"))
    if found is None:
        raise ContentError(f"{path.name}: expected front matter between two lines of three dashes")
    head = dict(re.findall(r"(?m)^(\w+): *(.*?) *$", found[1]))
    return _shape(Article, {**head, "category": head.get("category") or None, "body": found[2].strip()})


def problems(content: Content) -> Iterator[str]:
    """Every way in which this content does not fit together, in plain words."""
    yield from _repeated("team", [team.slug for team in content.teams])
    yield from _repeated("service", [service.slug for service in content.services])
    yield from _repeated("category", [category.slug for category in content.categories])
    yield from _repeated("article", [article.slug for article in content.articles])
    yield from _repeated("person", [member.email for member in content.members])
    yield from _loose_ends(content)
    for rule in content.rules:
        yield from _rule_problems(content, rule)
    for template in content.tickets:
        yield from _template_problems(content, template)
    for use, by_language in content.phrases.items():
        if set(by_language) != set(LANGUAGES) or not all(by_language.values()):
            yield f"phrases {use}: expected sentences in {' and '.join(LANGUAGES)}"
        for line in (line for lines in by_language.values() for line in lines):
            yield from _unknown_placeholders(f"phrases {use}", line)
    yield from _empty_texts("content", content)


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{what} {name}: there are two"


def _loose_ends(content: Content) -> Iterator[str]:
    tiers = {team.slug: team.tier for team in content.teams}
    sites = {site.name for site in content.sites}
    departments = {department.name for department in content.departments}
    services = {service.slug for service in content.services}
    categories = {category.slug: category.service for category in content.categories}
    for member in content.members:
        if member.site not in sites:
            yield f"{member.email}: there is no site {member.site}"
    for service in content.services:
        levels = [tiers.get(slug, 0) for slug in service.line]
        if 0 in levels or levels != sorted(set(levels)):
            yield f"service {service.slug}: its line {service.line} is not a climb through known teams"
        for name in sorted(set(service.departments) - departments):
            yield f"service {service.slug}: there is no department {name}"
    for category in content.categories:
        if category.service not in services:
            yield f"category {category.slug}: there is no service {category.service}"
    for article in content.articles:
        if article.service not in services:
            yield f"article {article.slug}: there is no service {article.service}"
        if article.category and categories.get(article.category) != article.service:
            yield f"article {article.slug}: {article.service} has no category {article.category}"
        if article.language not in LANGUAGES or article.audience not in ("requesters", "staff"):
            yield f"article {article.slug}: unknown language or audience"


def _rule_problems(content: Content, rule: Rule) -> Iterator[str]:
    try:
        condition: Condition = validate(rule.conditions)
    except ConditionError as error:
        yield f"rule {rule.name}: {error}"
        return
    known = {
        "service": {service.slug for service in content.services},
        "category": {category.slug for category in content.categories},
        "team": {team.slug for team in content.teams},
        "requester_site": {site.name for site in content.sites},
        "requester_department": {department.name for department in content.departments},
    }
    if rule.team is not None and rule.team not in known["team"]:
        yield f"rule {rule.name}: there is no team {rule.team}"
    for leaf in condition.leaves():
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        for value in values:
            if leaf.field.name in known and value is not None and value not in known[leaf.field.name]:
                yield f"rule {rule.name}: there is no {leaf.field.name} {value}"


def _template_problems(content: Content, template: TicketTemplate) -> Iterator[str]:
    place = f"ticket {template.category} “{template.subjects[0]}”"
    service = next((service for service in content.services if service.slug == template.service), None)
    if service is None:
        yield f"{place}: there is no such category"
        return
    if template.language not in LANGUAGES or template.impact not in (1, 2, 3, 4) or template.urgency not in (1, 2, 3):
        yield f"{place}: unknown language, impact or urgency"
    offered = {"asset": template.asset_kind, "app": service.apps, "error": template.errors}
    for text in template.texts():
        yield from _unknown_placeholders(place, text)
        for name in sorted(placeholders(text) & set(offered)):
            if not offered[name]:
                yield f"{place}: there is nothing to put into {{{name}}}"
    if template.asset_kind and template.asset_kind not in {asset.kind for asset in service.asset_kinds}:
        yield f"{place}: {service.slug} has no {template.asset_kind}"
    if template.site and template.site not in {site.name for site in content.sites}:
        yield f"{place}: there is no site {template.site}"


def placeholders(text: str) -> set[str]:
    """The names between braces in a text. Raises ValueError for a brace left open."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _unknown_placeholders(place: str, text: str) -> Iterator[str]:
    for name in sorted(placeholders(text) - PLACEHOLDERS):
        yield f"{place}: nothing fills {{{name}}}"


def _empty_texts(place: str, value: Any) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in MAY_BE_EMPTY:
                yield from _empty_texts(f"{place}.{field.name}", getattr(value, field.name))
    elif isinstance(value, tuple):
        if not value:
            yield f"{place}: empty"
        for index, inner in enumerate(value):
            yield from _empty_texts(f"{place}[{index}]", inner)
    elif isinstance(value, str) and not value.strip():
        yield f"{place}: empty"
