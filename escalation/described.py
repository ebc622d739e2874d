"""What the pages about promises show: wordings in words, who uses them, what another version changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Tier
from accounts.naming import in_indonesian
from escalation import differences
from escalation.calendar_definition import parse as parse_calendar
from escalation.calendar_words import date_in_words, in_words
from escalation.commands.wording import Version
from escalation.differences import Difference
from escalation.models import BusinessCalendar, CalendarVersion, Clock, PolicyVersion, Recount, SlaPolicy
from escalation.policy_definition import PolicyError
from escalation.policy_definition import parse as parse_policy
from escalation.policy_words import (
    TargetRow,
    conditions_in_words,
    pauses_in_words,
    steps_in_words,
    target_rows,
    tiers_by_level,
)
from escalation.working_calendar import CalendarError
from tickets.choices import LIVE
from tickets.conditions import ConditionError

Kept = BusinessCalendar | SlaPolicy
MOST_RECOUNTS = 20


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A wording of a policy; `trouble` says why it cannot be read."""

    conditions: str = ""
    rows: Sequence[TargetRow] = ()
    pauses: str = ""
    steps: Sequence[str] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """A wording of a calendar; `trouble` says why it cannot be read."""

    lines: Sequence[str] = ()
    holidays: Sequence[str] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """A policy in the list."""

    policy: SlaPolicy
    words: PolicyWords


@dataclass(slots=True)
class CalendarCard:
    """A calendar in the list, with those who use it."""

    calendar: BusinessCalendar
    words: CalendarWords
    policies: list[SlaPolicy] = field(default_factory=list)
    clocks: int = 0


def policy_in_words(version: PolicyVersion | None, tiers: Mapping[int, Tier]) -> PolicyWords:
    """A version of a policy in the reader's language."""
    if version is None:
        return PolicyWords()
    try:
        definition = parse_policy(version.definition)
        return PolicyWords(
            conditions=conditions_in_words(definition.conditions),
            rows=target_rows(definition, tiers),
            pauses=pauses_in_words(definition.pauses),
            steps=steps_in_words(definition),
        )
    except (PolicyError, ConditionError) as error:
        return PolicyWords(trouble=str(error))


def calendar_in_words(version: CalendarVersion | None) -> CalendarWords:
    """A version of a calendar in the reader's language."""
    if version is None:
        return CalendarWords()
    try:
        definition = parse_calendar(version.definition)
    except CalendarError as error:
        return CalendarWords(trouble=str(error))
    indonesian = in_indonesian()
    named = [
        (one.day, one.name_id if indonesian and one.name_id else one.name, one.is_estimated)
        for one in definition.holidays
    ]
    guessed = _("%(words)s (estimated)")
    told = [(f"{date_in_words(day)}, {name}", is_guess) for day, name, is_guess in named]
    holidays = [guessed % {"words": words} if is_guess else words for words, is_guess in told]
    return CalendarWords(in_words(definition), holidays)


def version_in_words(version: Version | None) -> PolicyWords | CalendarWords:
    """Any version in the reader's language."""
    if isinstance(version, PolicyVersion):
        return policy_in_words(version, tiers_by_level())
    return calendar_in_words(version)


def policy_cards() -> list[PolicyCard]:
    """All policies in the order they are asked."""
    tiers = tiers_by_level()
    found = SlaPolicy.objects.select_related("current__calendar", "owner").order_by("is_default", "position", "pk")
    return [PolicyCard(policy, policy_in_words(policy.current, tiers)) for policy in found]


def calendar_cards(policies: Sequence[PolicyCard]) -> list[CalendarCard]:
    """All calendars by name, with how much is counted in each."""
    clocks = _open_clocks("calendar_version__calendar")
    cards = [
        CalendarCard(calendar, calendar_in_words(calendar.current), clocks=clocks.get(calendar.pk, 0))
        for calendar in BusinessCalendar.objects.select_related("current")
    ]
    by_id = {card.calendar.pk: card for card in cards}
    for one in policies:
        if one.policy.current is not None:
            by_id[one.policy.current.calendar_id].policies.append(one.policy)
    return cards


def open_clocks(owner: Kept) -> int:
    """How many promises on open tickets are counted by it."""
    name = "calendar_version__calendar" if isinstance(owner, BusinessCalendar) else "policy_version__policy"
    return _running().filter(**{name: owner.pk}).count()


def recounts_of(owner: Kept) -> QuerySet[Recount]:
    """What was looked at and put in force, the newest first."""
    name = "calendar_version__calendar" if isinstance(owner, BusinessCalendar) else "policy_version__policy"
    found = Recount.objects.filter(**{name: owner.pk}).defer("flips")
    return found.select_related("calendar_version", "policy_version", "asked_by")[:MOST_RECOUNTS]


def owner_of(version: Version) -> Kept:
    """The calendar or policy a version is of."""
    return version.calendar if isinstance(version, CalendarVersion) else version.policy


def compared_with(version: Version) -> Version | None:
    """What a version is held against: the one in force; for that one, the one before it. None for the first."""
    owner = owner_of(version)
    if owner.current_id != version.pk:
        return owner.current
    earlier = owner.versions.filter(applied_at__isnull=False, number__lt=version.number)
    return earlier.first()


def what_changes(before: Version | None, after: Version) -> list[Difference]:
    """What a version changes against another; nothing to compare, and what cannot be read, gives nothing."""
    try:
        if isinstance(before, CalendarVersion) and isinstance(after, CalendarVersion):
            return differences.of_calendars(parse_calendar(before.definition), parse_calendar(after.definition))
        if isinstance(before, PolicyVersion) and isinstance(after, PolicyVersion):
            named = (before.calendar.name, after.calendar.name)
            wordings = parse_policy(before.definition), parse_policy(after.definition)
            return differences.of_policies(*wordings, tiers_by_level(), named)
    except (CalendarError, PolicyError, ConditionError):
        pass
    return []


def _running() -> QuerySet[Clock]:
    return Clock.objects.filter(ticket__status__in=LIVE).exclude(state=Clock.State.DONE)


def _open_clocks(by: str) -> dict[int, int]:
    return dict(_running().values_list(by).annotate(n=Count("pk")).order_by())
