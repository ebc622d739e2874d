"""What a vendor's contract promises, as an event keeps it: in words of JSON, and as the value a clock measures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalogue.models import Contract
from escalation.calendar_definition import Definition, calendar_from
from escalation.calendar_definition import parse as parse_calendar
from escalation.clock import VENDOR, WAITING_FOR_VENDOR, Agreement, Promise
from escalation.models import BusinessCalendar, CalendarVersion, Clock, ContractTerms
from escalation.working_calendar import Calendar

AROUND_THE_CLOCK: Mapping[str, Any] = {"time_zone": "UTC", "weekly": [[[0, 24 * 60]]] * 7}
Wording = Mapping[str, Any]


def wording_of(contract: Contract) -> dict[str, Any] | None:
    """What the contract promises now: number, minutes by priority, and the version of the hours they count in.

    Returns:
        JSON for an event's data; None when it promises no time, so that the policy's promise holds.
    """
    if not contract.minutes:
        return None
    hours = hours_of(contract)
    return {
        "contract": contract.pk,
        "name": str(contract),
        "minutes": {str(priority): minutes for priority, minutes in contract.minutes.items()},
        "hours": hours.name if hours else "",
        "calendar_version": hours.current_id if hours else None,
    }


def hours_of(contract: Contract) -> BusinessCalendar | None:
    """The calendar the contract's minutes count in; None is around the clock."""
    terms = ContractTerms.objects.select_related("calendar").filter(contract=contract).first()
    return terms.calendar if terms else None


def agreement_of(wording: Wording | None) -> Agreement | None:
    """The stored wording as a value; None where there was none.

    Raises:
        CalendarError: the stored hours make no sense.
    """
    if not wording:
        return None
    seconds = {int(priority): minutes * 60 for priority, minutes in wording["minutes"].items()}
    calendar = calendar_by_version(wording["calendar_version"])
    return Agreement(wording, Promise(VENDOR, calendar, seconds, frozenset({WAITING_FOR_VENDOR})))


def version_of(clock: Clock) -> CalendarVersion | None:
    """The version of the hours the clock counts in, with its calendar; None is around the clock."""
    if not clock.agreed:
        return clock.calendar_version
    number = clock.agreed["calendar_version"]
    return CalendarVersion.objects.select_related("calendar__current").get(pk=number) if number else None


def definition_of_hours(clock: Clock) -> Definition:
    """The hours the clock counts in, to be told."""
    version = version_of(clock)
    return parse_calendar(version.definition if version else dict(AROUND_THE_CLOCK))


@lru_cache(maxsize=512)
def calendar_by_version(version_id: int | None) -> Calendar:
    """Hours as a value; None is around the clock. Versions never change, so they are kept.

    Raises:
        CalendarError: the stored hours make no sense.
    """
    if version_id is None:
        return calendar_from(dict(AROUND_THE_CLOCK))
    return CalendarVersion.objects.get(pk=version_id).value()
