"""What every searchable kind of thing answers, and the search for people.

The search itself lives in `tickets.search`; apps below and above it offer a source each (`settings.SEARCH_SOURCES`) and
meet it in these two values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.models.people import DIGITS_BACKWARDS, PEOPLE_WORDS

# people quote the end of a number: without the country, or the extension alone
SHORTEST_PHONE = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, as every source gets it.

    Attributes:
        words: lower case, without accents and stop words; all of them must match.
        typing: whether the last word may still go on.
        text: everything as it was typed, for numbers and addresses.
    """

    words: tuple[str, ...]
    typing: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found, not a ticket.

    Attributes:
        kind: "article", "person", "asset" and whatever comes later; also the value of the operator `kind:`.
        detail: one short line beside the title.
        text: what a snippet is cut from; only what this reader may read.
        exact: whether a number or address was met, not words.
    """

    kind: str
    title: str
    url: str
    icon: str
    detail: str = ""
    text: str = ""
    language: str = ""
    exact: bool = False


def all_of(words: Iterable[str], *, typing: bool = False, configs: Iterable[str] = ("simple",)) -> SearchQuery:
    """All of the words, each in any of the configurations; the last one may go on when `typing`.

    Args:
        words: letters and digits only, at least one.
    """
    wanted = list(words)
    query: SearchQuery | None = None
    for place, word in enumerate(wanted):
        goes_on = ":*" if typing and place == len(wanted) - 1 else ""
        either: SearchQuery | None = None
        for config in configs:
            part = SearchQuery(word + goes_on, config=config, search_type="raw")
            either = part if either is None else either | part
        assert either is not None
        query = either if query is None else query & either
    assert query is not None
    return query


def people_called(words: Iterable[str], *, typing: bool = True) -> QuerySet[User]:
    """Active people whose name, address or job holds all of the words."""
    people = User.objects.filter(is_active=True, is_automation=False)
    return people.annotate(words=PEOPLE_WORDS).filter(words=all_of(words, typing=typing))


def find_people(user: User, asked: Asked, limit: int) -> list[Found]:
    """People by name, address, job or the end of their telephone number; a directory for staff alone."""
    if not user.hats.is_agent:
        return []
    digits = re.sub(r"\D", "", asked.text)
    by_phone: list[User] = []
    if len(digits) >= SHORTEST_PHONE and not re.search(r"[a-z]{3}", asked.text.lower().removeprefix("ext")):
        owners = User.objects.filter(is_active=True, is_automation=False).alias(backwards=DIGITS_BACKWARDS)
        ends = owners.filter(backwards__startswith=digits.removeprefix("62").lstrip("0")[::-1] or digits[::-1])
        by_phone = list(ends.select_related("department", "site").order_by("name")[:limit])
    named: list[User] = []
    if asked.words:
        named = list(people_called(asked.words).select_related("department", "site").order_by("name", "pk")[:limit])
    people = {person.pk: person for person in [*by_phone, *named]}
    return [_found(person, exact=person in by_phone) for person in people.values()][:limit]


def _found(person: User, *, exact: bool) -> Found:
    place = person.department or person.site
    detail = " · ".join(str(part) for part in (person.job_title, place, person.phone) if part)
    url = f"{reverse('search')}?{urlencode({'q': f'from:{person.email}'})}"
    return Found("person", person.name, url, "user-round", detail=detail, text=person.email, exact=exact)
