"""The buttons under a ticket's title: what each shows, and what it offers to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roster import OnNow, on_now
from catalogue.models import Category
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from tickets import commands
from tickets.choices import PendingReason, Priority, Status
from tickets.models import Ticket

# kept in English: each reader finds it in their own language
BY_HAND = gettext_noop("Set by hand")


@dataclass(slots=True)
class Property:
    """One button and its choices; without choices it only shows.

    Where choices cost a query, `choices_url` says where they are to be had when the menu is opened.
    """

    name: str
    label: str
    value: str
    icon: str = ""
    key: str = ""
    is_empty: bool = False
    choices: list[dict[str, Any]] = field(default_factory=list)
    choices_url: str = ""


def properties(ticket: Ticket, user: User, verbs: set[str]) -> list[Property]:
    """The properties of a ticket as this person may change them."""
    return [
        _status(ticket, verbs),
        _priority(ticket, verbs),
        _team(ticket, user, verbs),
        _owner(ticket, user, verbs),
        _category(ticket, verbs),
    ]


def with_choices(ticket: Ticket, name: str, verbs: set[str]) -> Property:
    """One of the properties whose choices are loaded when its menu opens.

    Raises:
        NotVisible: no such property, or nothing this person could choose there.
    """
    verb, choices = LAZY.get(name, ("", None))
    if choices is None or verb not in verbs:
        raise NotVisible()
    return Property(name, "", "", choices=choices(ticket))


def apply(ticket: Ticket, *, name: str, value: str, actor: User, version: int | None) -> str:
    """Change one property by its command.

    Returns:
        What happened, to be announced.

    Raises:
        Invalid: no such property or value; and whatever the command raises.
    """
    setter = SETTERS.get(name)
    if setter is None:
        raise Invalid(_("There is no such property."))
    setter(ticket, value, actor, version)
    return _("Saved")


def _set_status(ticket: Ticket, value: str, actor: User, version: int | None) -> None:
    if value == Status.OPEN:
        commands.resume(ticket, actor=actor, version=version)
    else:
        commands.pend(ticket, actor=actor, reason=value, version=version)


def _set_priority(ticket: Ticket, value: str, actor: User, version: int | None) -> None:
    if value not in {str(priority) for priority in Priority.values}:
        raise Invalid.field("priority", _("Choose one of the list."))
    reason = BY_HAND
    commands.prioritise(ticket, actor=actor, priority=int(value), reason=reason, version=version)


def _set_owner(ticket: Ticket, value: str, actor: User, version: int | None) -> None:
    if value == "":
        commands.release(ticket, actor=actor, version=version)
        return
    person = User.objects.filter(pk=whole_number(value) or 0, is_active=True).first()
    if person is None:
        raise Invalid.field("assignee", _("Choose one of the list."))
    commands.assign(ticket, actor=actor, assignee=person, version=version)


def _set_team(ticket: Ticket, value: str, actor: User, version: int | None) -> None:
    team = next((team for team in actor.hats.visible_teams if team.slug == value), None)
    if team is None:
        raise Invalid.field("team", _("Choose one of the list."))
    commands.transfer(ticket, actor=actor, team=team, version=version)


def _set_category(ticket: Ticket, value: str, actor: User, version: int | None) -> None:
    category = Category.objects.select_related("service").filter(slug=value).first()
    if category is None:
        raise Invalid.field("category", _("Choose one of the list."))
    commands.categorise(ticket, actor=actor, category=category, version=version)


SETTERS = {
    "status": _set_status,
    "priority": _set_priority,
    "assignee": _set_owner,
    "team": _set_team,
    "category": _set_category,
}


def _choice(value: object, label: object, *, current: bool = False) -> dict[str, Any]:
    return {"value": value, "label": label, "is_current": current}


def _status(ticket: Ticket, verbs: set[str]) -> Property:
    shown = Property("status", _("Status"), ticket.status_words, key="s")
    if "resume" in verbs:
        shown.choices.append(_choice(Status.OPEN, Status.OPEN.label))
    if "pend" in verbs:
        # scheduled work needs a time: its dialog asks for it, and takes one for the other reasons too
        shown.choices += [
            _choice(reason, reason.label, current=ticket.pending_reason == reason)
            for reason in PendingReason
            if reason != PendingReason.SCHEDULED
        ]
        scheduled = _choice("", _("Until a set time…"), current=ticket.pending_until is not None)
        shown.choices.append({**scheduled, "href": reverse("desk_waiting", args=[ticket.key])})
    return shown


def _priority(ticket: Ticket, verbs: set[str]) -> Property:
    shown = Property("priority", _("Priority"), str(Priority(ticket.priority).label), key="p")
    if "prioritise" in verbs:
        shown.choices = [_choice(int(row), row.label, current=ticket.priority == row) for row in Priority]
    return shown


def _team(ticket: Ticket, user: User, verbs: set[str]) -> Property:
    label = f"{ticket.tier.numeral} · {ticket.team.label}" if ticket.team and ticket.tier else _("No team yet")
    shown = Property("team", _("Queue"), label, is_empty=ticket.team is None)
    if "transfer" in verbs and (user.hats.is_lead or ticket.team is None):
        shown.choices = [
            _choice(team.slug, f"{team.tier.numeral} · {team.label}")
            for team in user.hats.visible_teams
            if team.pk != ticket.team_id
        ]
    return shown


def _owner(ticket: Ticket, user: User, verbs: set[str]) -> Property:
    owner = ticket.assignee
    label = (
        (_("%(name)s (you)") % {"name": owner.short_name} if owner == user else owner.short_name)
        if owner
        else _("Nobody")
    )
    shown = Property("assignee", _("Owner"), label, icon="" if owner else "user-round", key="a", is_empty=owner is None)
    if "assign" in verbs and ticket.team_id:
        shown.choices_url = reverse("property_choices", args=[ticket.key, "assignee"])
    return shown


def _owners(ticket: Ticket) -> list[dict[str, Any]]:
    """The members of the team that has it, with what the roster says of them now."""
    if ticket.team_id is None:
        return []
    members = User.objects.filter(memberships__team_id=ticket.team_id, is_active=True).order_by("name")
    now = on_now([ticket.team_id], timezone.now())[ticket.team_id]
    choices = [
        _choice(person.pk, _with_duty(person, now), current=person.pk == ticket.assignee_id) for person in members
    ]
    return [*choices, _choice("", _("Nobody"))] if ticket.assignee_id else choices


def _with_duty(person: User, now: OnNow) -> str:
    """The name, and what the roster says of them now."""
    words = ""
    if person.pk in now.absent:
        words = _("absent")
    elif now.on_call and person.pk == now.on_call.pk:
        words = _("on call")
    elif person.pk in now.until:
        words = _("on shift")
    return f"{person.name} · {words}" if words else person.name


def _category(ticket: Ticket, verbs: set[str]) -> Property:
    label = (
        f"{ticket.service.label} · {ticket.category.label}" if ticket.service and ticket.category else _("No category")
    )
    icon = ticket.service.icon if ticket.service else "tag"
    shown = Property("category", _("Category"), label, icon=icon, is_empty=ticket.category is None)
    if "categorise" in verbs:
        shown.choices_url = reverse("property_choices", args=[ticket.key, "category"])
    return shown


def _categories(ticket: Ticket) -> list[dict[str, Any]]:
    return [
        _choice(row.slug, f"{row.service.label} · {row.label}", current=row.pk == ticket.category_id)
        for row in Category.objects.select_related("service")
    ]


# the verb that chooses, and the choices
LAZY: dict[str, tuple[str, Callable[[Ticket], list[dict[str, Any]]]]] = {
    "assignee": ("assign", _owners),
    "category": ("categorise", _categories),
}
