"""Who rings: found by name, address, number or device while the agent types, and written down when unknown."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.finding import SHORTEST_PHONE, people_called
from accounts.models import User
from accounts.models.people import DIGITS_BACKWARDS, NATIONAL_DIGITS, NATIONAL_PREFIX, NOWHERE
from core.errors import Invalid, NotAllowed, NotVisible
from tickets.models import Ticket
from tickets.search.words import tokens

MOST = 8
SHORTEST = 2
SHOWN_TICKETS = 5
LONGEST_NAME, LONGEST_PHONE = 150, 40


@dataclass(frozen=True, slots=True)
class Caller:
    """One who may be on the line.

    Attributes:
        devices: tags of what they have, in order.
        live: how many open tickets of theirs this agent sees.
    """

    person: User
    devices: tuple[str, ...]
    live: int


def find_callers(user: User, typed: str) -> list[Caller]:
    """Those who fit what is typed so far; at most eight, numbers and devices before names.

    Args:
        typed: part of a name or address, a telephone number in any spelling, or the tag of a device.

    Raises:
        NotVisible: the directory is for the desk.
    """
    if not user.hats.is_agent:
        raise NotVisible()
    text = typed.strip()
    if len(text) < SHORTEST:
        return []
    found: dict[int, User] = {}
    for people in (_by_number(text), _by_device(text), _by_name(text)):
        if people is not None and len(found) < MOST:
            found |= {person.pk: person for person in people.select_related("site", "department")[:MOST]}
    return _described(user, list(found.values())[:MOST])


def card_of(user: User, person: User) -> dict[str, Any]:
    """The caller as the form shows them: devices and the newest open tickets, as far as this agent sees them."""
    tickets = Ticket.objects.visible_to(user).live().filter(requester=person).order_by("-opened_at")
    return {"person": person, "devices": person.assets.all()[:3], "tickets": tickets[:SHOWN_TICKETS]}


def callers() -> QuerySet[User]:
    """Everybody a ticket can be opened for."""
    return User.objects.filter(is_active=True, is_automation=False)


def new_caller(*, actor: User, name: str, phone: str = "", email: str = "") -> User:
    """Write down somebody nobody knows yet; they cannot sign in until an operator lets them.

    Args:
        phone: as it was said, in any spelling; needed when there is no `email`.

    Raises:
        NotAllowed: the actor does not work at the desk.
        Invalid: no name, neither number nor address, or somebody is known by one of them already.
    """
    if not actor.hats.is_agent:
        raise NotAllowed()
    name, phone, email = name.strip(), phone.strip(), email.strip().lower()
    errors = _wrong_with(name, phone, email)
    if errors:
        raise Invalid(_("The caller cannot be written down yet."), fields=errors)
    return User.objects.create_user(email or f"caller-{uuid.uuid4().hex[:12]}@{NOWHERE}", name=name, phone=phone)


def _wrong_with(name: str, phone: str, email: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    digits = national(phone)
    if not name or len(name) > LONGEST_NAME:
        errors["caller_name"] = [_("Write the caller's name.")]
    if not phone and not email:
        errors["caller_phone"] = [_("Write a number or an address, so that the caller can be reached.")]
    elif phone and (len(digits) < SHORTEST_PHONE or len(phone) > LONGEST_PHONE):
        errors["caller_phone"] = [_("Write the number with at least four digits.")]
    elif phone and (known := User.objects.alias(digits=NATIONAL_DIGITS).filter(digits=digits).first()):
        errors["caller_phone"] = [_("%(name)s has this number already.") % {"name": known.name}]
    if email:
        try:
            validate_email(email)
        except ValidationError:
            errors["caller_email"] = [_("Write the address in full, like name@company.example.")]
        if User.objects.filter(email=email).exists():
            errors["caller_email"] = [_("Somebody with this address is there already: search for it above.")]
    return errors


def national(phone: str) -> str:
    """The digits as they are said inside the country: the same for +62 812-34, 0062 812 34 and 0812 34."""
    return re.sub(NATIONAL_PREFIX, "", re.sub(r"\D", "", phone), count=1)


def _by_number(text: str) -> QuerySet[User] | None:
    """From the front, as one dials it; from the end, as people quote it."""
    digits = national(text)
    if len(digits) < SHORTEST_PHONE or re.search(r"[^\W\d_]", text):
        return None
    starts = callers().alias(digits=NATIONAL_DIGITS).filter(digits__startswith=digits).values("pk")[:MOST]
    ends = callers().alias(backwards=DIGITS_BACKWARDS).filter(backwards__startswith=digits[::-1]).values("pk")[:MOST]
    # two index scans each; one statement with OR would read the whole directory
    return callers().filter(pk__in=starts.union(ends)).order_by("name")


def _by_device(text: str) -> QuerySet[User] | None:
    tag = text.upper()
    if " " in tag or not re.search(r"\d", tag):
        return None
    return callers().filter(assets__tag__startswith=tag).order_by("assets__tag")


def _by_name(text: str) -> QuerySet[User] | None:
    if "@" in text:
        return callers().filter(email__startswith=text.lower()).order_by("email")
    words = tokens(text)
    return people_called(words).order_by("name", "pk") if words else None


def _described(user: User, people: list[User]) -> list[Caller]:
    """With devices and counts for all of them: two statements, however many there are."""
    keys = [person.pk for person in people]
    live = Ticket.objects.visible_to(user).live().filter(requester__in=keys).order_by()
    counts = dict(live.values_list("requester").annotate(Count("pk", distinct=True)))
    devices: dict[int, list[str]] = {}
    for owner, tag in User.objects.filter(pk__in=keys, assets__isnull=False).values_list("pk", "assets__tag"):
        devices.setdefault(owner, []).append(tag)
    return [Caller(person, tuple(sorted(devices.get(person.pk, ()))), counts.get(person.pk, 0)) for person in people]
