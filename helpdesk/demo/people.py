"""The people of the demo company: those the content names, and enough colleagues drawn from its lists of names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from helpdesk.demo.shapes import Content, Department, Member, Site

PEOPLE = 400
IT_DEPARTMENT = "Information technology"
BOARD = "Board"
DOMAIN = "arunika.example"
SPEAKS_ENGLISH = 0.3


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the address book."""

    name: str
    email: str
    job_title: str
    language: str
    site: str
    department: str
    role: str
    phone: str

    @property
    def is_vip(self) -> bool:
        return self.role == "vip"


def everybody(content: Content, rng: Random) -> list[Person]:
    """All PEOPLE, named ones first; the same every time for the same `rng`."""
    named = [_named(content, member, rng) for member in content.members]
    taken = {person.email for person in named}
    return [*named, *_colleagues(content, PEOPLE - len(named), taken, rng)]


def address_of(content: Content, name: str) -> str:
    """How this person is addressed in Indonesian: Bu or Pak, by the first name."""
    words = name.split()
    for region in content.regions:
        for first in region.women:
            if words[: len(first.split())] == first.split():
                return "Bu"
    return "Pak"


def _named(content: Content, member: Member, rng: Random) -> Person:
    staff = {colleague.email for team in content.teams for colleague in team.members}
    in_it = member.email in staff or member in content.managers
    department = IT_DEPARTMENT if in_it else _department_of(content, member.job_title)
    return Person(
        member.name,
        member.email,
        member.job_title,
        member.language,
        member.site,
        department,
        member.role,
        _phone(rng),
    )


def _department_of(content: Content, job_title: str) -> str:
    return next((row.name for row in content.departments if job_title in row.job_titles), content.departments[0].name)


def _colleagues(content: Content, count: int, taken: set[str], rng: Random) -> Iterator[Person]:
    for _number in range(count):
        name, _is_woman = content.person_name(rng)
        department: Department = rng.choices(content.departments, [row.share for row in content.departments])[0]
        site: Site = rng.choices(content.sites, [row.share for row in content.sites])[0]
        if department.name == BOARD:
            site = content.sites[0]
        yield Person(
            name=name,
            email=_email(name, taken),
            job_title=rng.choice(department.job_titles),
            language="en" if rng.random() < SPEAKS_ENGLISH else "id",
            site=site.name,
            department=department.name,
            role="vip" if department.name == BOARD else "requester",
            phone=_phone(rng),
        )


def _email(name: str, taken: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    local = re.sub(r"[^a-z0-9]+", ".", letters).strip(".")
    number = 1
    while (email := f"{local}{number if number > 1 else ''}@{DOMAIN}") in taken:
        number += 1
    taken.add(email)
    return email


def _phone(rng: Random) -> str:
    return f"08{rng.choice((11, 12, 13, 21, 52, 57, 78))}-{rng.randrange(1000, 9999)}-{rng.randrange(1000, 9999)}"
