"""Writing calendars and policies: a new wording is a new version, and one version at a time is in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.time import database_now
from escalation.calendar_definition import calendar_from
from escalation.models import BusinessCalendar, CalendarVersion, PolicyVersion, SlaPolicy
from escalation.policy_definition import PolicyError, parse
from escalation.working_calendar import CalendarError
from notifications.transports.webhook import checked_url
from tickets.conditions import ConditionError, validate

NOTE_LENGTH = 200
Version = CalendarVersion | PolicyVersion


def draft_calendar(
    calendar: BusinessCalendar, definition: Mapping[str, Any], *, actor: User | None = None, note: str = ""
) -> CalendarVersion:
    """Write a new version of a calendar; it is not in force yet.

    Args:
        definition: as `escalation.calendar_definition` reads it.

    Raises:
        Invalid: the definition makes no sense; the field is named.
    """
    try:
        calendar_from(dict(definition))
    except CalendarError as error:
        raise Invalid.field(error.field, error.message) from error
    with transaction.atomic():
        BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)
        return CalendarVersion.objects.create(
            calendar=calendar,
            number=_next_number(calendar),
            definition=definition,
            author=actor,
            note=note[:NOTE_LENGTH],
            created_at=database_now(),
        )


def draft_policy(
    policy: SlaPolicy,
    calendar: BusinessCalendar,
    definition: Mapping[str, Any],
    *,
    actor: User | None = None,
    note: str = "",
) -> PolicyVersion:
    """Write a new version of a policy; it is not in force yet.

    Args:
        calendar: the hours its promises are counted in.
        definition: as `escalation.policy_definition` reads it.

    Raises:
        Invalid: the definition makes no sense; the field is named.
    """
    try:
        parsed = parse(definition)
    except PolicyError as error:
        raise Invalid.field(error.field, error.message) from error
    _check_condition("conditions", parsed.conditions)
    for index, step in enumerate(parsed.steps):
        if step.only_if:
            _check_condition(f"steps.{index}.only_if", step.only_if)
        for place, action in enumerate(step.actions):
            if action.url:
                _check_url(f"steps.{index}.actions.{place}.url", action.url)
    with transaction.atomic():
        SlaPolicy.objects.select_for_update().get(pk=policy.pk)
        return PolicyVersion.objects.create(
            policy=policy,
            number=_next_number(policy),
            calendar=calendar,
            definition=definition,
            author=actor,
            note=note[:NOTE_LENGTH],
            created_at=database_now(),
        )


def put_in_force(version: Version, *, at: datetime | None = None) -> None:
    """Make this version the one that new tickets, and open ones once they are counted again, are measured by.

    A policy's first version turns it on.

    Raises:
        Conflict: a newer version is in force already.
    """
    owner: BusinessCalendar | SlaPolicy = version.calendar if isinstance(version, CalendarVersion) else version.policy
    with transaction.atomic():
        locked = type(owner).objects.select_for_update(of=("self",)).select_related("current").get(pk=owner.pk)
        if locked.current is not None and locked.current.number > version.number:
            raise Conflict(_("A newer version is in force already. Look at that one first."))
        is_first = locked.current is None
        version.applied_at = at or database_now()
        version.save(update_fields=["applied_at"])
        locked.current = version  # type: ignore[assignment]
        changed = ["current"]
        if isinstance(locked, SlaPolicy):
            locked.broken, locked.broken_at = "", None
            changed += ["broken", "broken_at"]
            if is_first:
                locked.is_active = True
                changed.append("is_active")
        locked.save(update_fields=changed)


def _check_condition(place: str, tree: Mapping[str, Any]) -> None:
    try:
        validate(tree)
    except ConditionError as error:
        raise Invalid.field(place, str(error)) from error


def _check_url(place: str, url: str) -> None:
    """The same door as when it is called: refused here, where somebody sees it."""
    try:
        checked_url(url)
    except Invalid as error:
        raise Invalid.field(place, error.message) from error


def _next_number(owner: BusinessCalendar | SlaPolicy) -> int:
    newest = owner.versions.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1
