"""Keeping calendars and policies: each change is a draft that is looked at before it is put in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid
from escalation.calendar_definition import parse as parse_calendar
from escalation.commands.keeping import allow, in_order, number
from escalation.commands.wording import Version, draft_calendar, draft_policy, put_in_force
from escalation.models import BusinessCalendar, CalendarVersion, PolicyVersion, Recount, SlaPolicy
from escalation.policy_definition import PolicyError
from escalation.policy_definition import parse as parse_policy
from escalation.recount import OPEN, ask
from escalation.working_calendar import CalendarError

V = TypeVar("V", CalendarVersion, PolicyVersion)
PREVIEW, APPLY = Recount.Kind.PREVIEW, Recount.Kind.APPLY


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody wrote about a policy. `definition` is as `escalation.policy_definition` reads it."""

    name: str
    calendar: BusinessCalendar
    definition: Mapping[str, Any]
    name_id: str = ""
    owner: User | None = None
    note: str = ""


def create_calendar(name: str, definition: Mapping[str, Any], *, actor: User, note: str = "") -> BusinessCalendar:
    """Keep a new calendar; nobody uses it yet, so it is in force at once.

    Raises:
        Invalid: the name is taken or the definition makes no sense; the field is named.
    """
    allow(actor)
    with transaction.atomic():
        calendar = _named(BusinessCalendar(), name)
        put_in_force(draft_calendar(calendar, definition, actor=actor, note=note))
        calendar.refresh_from_db()
    return calendar


def change_calendar(
    calendar: BusinessCalendar, name: str, definition: Mapping[str, Any], *, seen: int, actor: User, note: str = ""
) -> Recount | None:
    """Rename a calendar, which counts at once, and draft other hours, which do not.

    Args:
        seen: number of the newest version when the page was opened.

    Returns:
        The look at what the draft would change; None when the hours are those in force.

    Raises:
        Invalid: the name is taken or the definition makes no sense; the field is named.
        Conflict: somebody else wrote a version since.
    """
    allow(actor)
    with transaction.atomic():
        locked = BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)
        _named(locked, name)
        if locked.current is not None and _same_hours(locked.current.definition, definition):
            return None
        newer = CalendarVersion.objects.filter(calendar=locked, number__gt=seen).select_related("author")
        if (twin := _own_newest(newer, actor)) and _same_hours(twin.definition, definition):
            return _look(twin, actor)
        return _look(draft_calendar(locked, definition, actor=actor, note=note), actor)


def create_policy(wording: Wording, *, actor: User) -> Recount:
    """Keep a new policy, the last before the default one. It is off until its draft is put in force.

    Returns:
        The look at what it would change.

    Raises:
        Invalid: the name is taken or the definition makes no sense; the field is named.
    """
    allow(actor)
    with transaction.atomic():
        others = in_order()
        _refuse_twins(None, wording.name, others)
        policy = SlaPolicy.objects.create(
            name=wording.name, name_id=wording.name_id, owner=wording.owner, is_active=False
        )
        number([*(one for one in others if not one.is_default), policy])
        draft = draft_policy(policy, wording.calendar, wording.definition, actor=actor, note=wording.note)
        return _look(draft, actor)


def change_policy(policy: SlaPolicy, wording: Wording, *, seen: int, actor: User) -> Recount | None:
    """Change a policy's names and owner, which counts at once, and draft other promises, which do not.

    Args:
        seen: number of the newest version when the page was opened.

    Returns:
        The look at what the draft would change; None when the promises are those in force.

    Raises:
        Invalid: the name is taken or the definition makes no sense; the field is named.
        Conflict: somebody else wrote a version since.
    """
    allow(actor)
    with transaction.atomic():
        others = in_order()
        locked = next(one for one in others if one.pk == policy.pk)
        _refuse_twins(locked, wording.name, others)
        locked.name, locked.name_id, locked.owner = wording.name, wording.name_id, wording.owner
        locked.save(update_fields=["name", "name_id", "owner"])
        if locked.current is not None and _same_promises(locked.current, wording):
            return None
        newer = PolicyVersion.objects.filter(policy=locked, number__gt=seen).select_related("author")
        if (twin := _own_newest(newer, actor)) and _same_promises(twin, wording):
            return _look(twin, actor)
        return _look(draft_policy(locked, wording.calendar, wording.definition, actor=actor, note=wording.note), actor)


def restore(version: Version, *, actor: User) -> Recount:
    """Draft an older wording again as the newest version, and look at what it would change. Twice is once.

    Raises:
        Invalid: it is the one in force.
    """
    allow(actor)
    owner = version.calendar if isinstance(version, CalendarVersion) else version.policy
    if owner.current_id == version.pk:
        raise Invalid(_("This version is in force already."))
    newest = owner.versions.first()
    if newest and newest.applied_at is None and newest.author_id == actor.pk and _is_alike(newest, version):
        return _look(newest, actor)
    note = _("Version %(number)d again") % {"number": version.number}
    with transaction.atomic():
        if isinstance(version, CalendarVersion):
            return _look(draft_calendar(version.calendar, version.definition, actor=actor, note=note), actor)
        draft = draft_policy(version.policy, version.calendar, version.definition, actor=actor, note=note)
        return _look(draft, actor)


def look_again(version: Version, *, actor: User) -> Recount:
    """What a draft would change as tickets stand now."""
    allow(actor)
    under_way = version.recounts.filter(kind=PREVIEW, state__in=OPEN).first()
    return under_way or ask(version, PREVIEW, actor=actor)


def apply(version: Version, *, actor: User) -> Recount:
    """Put a version in force and count the open tickets by it; asking twice is asking once.

    Raises:
        Conflict: a newer version is in force already.
    """
    allow(actor)
    owner = version.calendar if isinstance(version, CalendarVersion) else version.policy
    with transaction.atomic():
        type(owner).objects.select_for_update(of=("self",)).get(pk=owner.pk)
        begun = version.recounts.filter(kind=APPLY).exclude(state=Recount.State.FAILED).first()
        return begun or ask(version, APPLY, actor=actor)


def _is_alike(one: Version, other: Version) -> bool:
    same_calendar = getattr(one, "calendar_id", None) == getattr(other, "calendar_id", None)
    return same_calendar and one.definition == other.definition


def _named(calendar: BusinessCalendar, name: str) -> BusinessCalendar:
    taken = Invalid.field("name", _("There is a calendar of this name already."))
    if BusinessCalendar.objects.filter(name__iexact=name).exclude(pk=calendar.pk).exists():
        raise taken
    calendar.name = name
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError as error:  # two people at once
        raise taken from error
    return calendar


def _refuse_twins(policy: SlaPolicy | None, name: str, others: list[SlaPolicy]) -> None:
    if any(other != policy and other.name.casefold() == name.casefold() for other in others):
        raise Invalid.field("name", _("There is a policy of this name already."))


def _own_newest(newer: Iterable[V], actor: User) -> V | None:
    """The newest version written since the page was opened; one's own drafts are no conflict."""
    since = list(newer)
    strangers = [version for version in since if version.author_id != actor.pk]
    if strangers:
        words = _("%(who)s wrote version %(number)d meanwhile. What you typed is still here; send it again to go on.")
        who = strangers[0].author or _("Somebody")
        raise Conflict(words % {"who": who, "number": strangers[0].number})
    return since[0] if since else None


def _look(version: Version, actor: User) -> Recount:
    return version.recounts.filter(kind=PREVIEW).first() or ask(version, PREVIEW, actor=actor)


def _same_hours(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        return parse_calendar(one) == parse_calendar(other)
    except CalendarError:
        return False


def _same_promises(version: PolicyVersion, wording: Wording) -> bool:
    try:
        same = parse_policy(version.definition) == parse_policy(wording.definition)
    except PolicyError:
        return False
    return same and version.calendar_id == wording.calendar.pk
