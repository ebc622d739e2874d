"""What another version of a calendar or policy changes, field by field, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from accounts.models import Tier
from accounts.naming import in_indonesian
from escalation.calendar_definition import Definition, Holiday, OwnHours, Season
from escalation.calendar_words import date_in_words, hours_in_words, week_in_words
from escalation.clock import SINGLE
from escalation.models import Clock
from escalation.policy_definition import Minutes, PolicyDefinition, StepRule
from escalation.policy_words import (
    PRIORITIES,
    conditions_in_words,
    metric_in_words,
    pauses_in_words,
    span_in_words,
    step_in_words,
    tier_in_words,
)
from escalation.working_calendar import Week


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes; `before` is empty for something new, `after` for something that goes."""

    what: str
    before: str
    after: str


def of_calendars(before: Definition, after: Definition) -> list[Difference]:
    """What changes between two wordings of a calendar."""
    return [found for found in _of_calendars(before, after) if found.before != found.after]


def _of_calendars(before: Definition, after: Definition) -> Iterator[Difference]:
    yield Difference(_("Time zone"), before.time_zone, after.time_zone)
    yield from _of_weeks(before.weekly, after.weekly)
    for old, new in _paired({one.since: one for one in before.seasons}, {one.since: one for one in after.seasons}):
        yield Difference(_("Season"), _season(old), _season(new))
    for free, other in _paired({one.day: one for one in before.holidays}, {one.day: one for one in after.holidays}):
        yield Difference(_("Holiday"), _holiday(free), _holiday(other))
    own = {one.day: one for one in before.exceptions}, {one.day: one for one in after.exceptions}
    for was, now in _paired(*own):
        words = [
            f"{date_in_words(one.day)}, {one.name}: {hours_in_words(one.hours)}" if one else "" for one in (was, now)
        ]
        yield Difference(_("Date with its own hours"), *words)


def of_policies(
    before: PolicyDefinition, after: PolicyDefinition, tiers: Mapping[int, Tier], calendars: tuple[str, str]
) -> list[Difference]:
    """What changes between two wordings of a policy.

    Args:
        calendars: names of the calendars it is counted in, before and after.
    """
    found = [
        Difference(
            _("Tickets it is for"), conditions_in_words(before.conditions), conditions_in_words(after.conditions)
        ),
        Difference(_("Calendar"), *calendars),
        *_of_targets(before, after, tiers),
        Difference(_("The clocks stop while"), pauses_in_words(before.pauses), pauses_in_words(after.pauses)),
        *_of_steps(before, after),
    ]
    return [one for one in found if one.before != one.after]


def _of_weeks(before: Week, after: Week) -> Iterator[Difference]:
    for day, (old, new) in enumerate(zip(before, after, strict=True)):
        yield Difference(str(WEEKDAYS[day]), hours_in_words(old), hours_in_words(new))


def _paired(before: Mapping, after: Mapping) -> Iterator[tuple]:  # type: ignore[type-arg]
    """(old, new) for each key of either, in order; None where one has none."""
    for key in sorted(before.keys() | after.keys()):
        yield before.get(key), after.get(key)


def _season(season: Season | None) -> str:
    if season is None:
        return ""
    span = _("%(first)s to %(last)s") % {"first": date_in_words(season.since), "last": date_in_words(season.until)}
    return f"{_named(season)}, {span}: {'; '.join(week_in_words(season.weekly))}"


def _holiday(holiday: Holiday | None) -> str:
    if holiday is None:
        return ""
    words = f"{date_in_words(holiday.day)}, {_named(holiday)}"
    return _("%(words)s (estimated)") % {"words": words} if holiday.is_estimated else words


def _own_hours(own: OwnHours | None) -> str:
    return f"{date_in_words(own.day)}, {own.name}: {hours_in_words(own.hours)}" if own else ""


def _named(item: Season | Holiday) -> str:
    return item.name_id if in_indonesian() and item.name_id else item.name


def _of_targets(before: PolicyDefinition, after: PolicyDefinition, tiers: Mapping[int, Tier]) -> Iterator[Difference]:
    rows: list[tuple[str, Minutes, Minutes]] = [
        (metric_in_words(metric), before.targets.get(metric, {}), after.targets.get(metric, {})) for metric in SINGLE
    ]
    for level in sorted(before.ola.keys() | after.ola.keys()):
        rows.append((tier_in_words(level, tiers), before.ola.get(level, {}), after.ola.get(level, {})))
    rows.append((metric_in_words(Clock.Metric.VENDOR), before.vendor, after.vendor))
    for label, old, new in rows:
        for priority in PRIORITIES:
            yield Difference(
                f"{label}, P{priority}", span_in_words(old.get(priority)), span_in_words(new.get(priority))
            )


def _of_steps(before: PolicyDefinition, after: PolicyDefinition) -> Iterator[Difference]:
    old, new = ({_step_key(step): step for step in one.steps} for one in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        words = [step_in_words(step) if step else "" for step in (old.get(key), new.get(key))]
        if words[0] == words[1] and old[key] != new[key]:
            words[1] += " " + _("(another address)")
        yield Difference(_("Milestone"), *words)


def _step_key(step: StepRule) -> tuple[str, str]:
    return step.metric, step.key
