"""Which policy promises what on which ticket."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import timezone

from core.steady import kept
from escalation.conditions import compiled, first_no
from escalation.lives import Terms
from escalation.models import CalendarVersion, PolicyChoice, PolicyVersion, SlaPolicy
from escalation.policy_definition import PolicyDefinition, PolicyError, parse
from escalation.working_calendar import CalendarError
from notifications.outbox import Channel, Letter, post
from tickets.conditions import Condition, ConditionError, facts_of
from tickets.models import Ticket

logger = logging.getLogger(__name__)
REASON_LENGTH = 300
NO_TARGET = -3
Pins = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """A policy in force: its version, the version of its calendar, and which tickets it is for."""

    policy_id: int
    pins: Pins
    definition: PolicyDefinition
    condition: Condition
    is_default: bool = False


def decide(ticket: Ticket) -> Pins | None:
    """The versions of policy and calendar that hold for the ticket as it stands; None when nothing is promised."""
    chosen = chosen_for([ticket.pk]).get(ticket.pk)
    found = choose(facts_of(ticket), ticket.priority, offers(), chosen)
    return found.pins if found else None


def chosen_for(ticket_ids: Iterable[int]) -> dict[int, int]:
    """The policies that rules chose for these tickets: ticket to policy."""
    return dict(PolicyChoice.objects.filter(ticket__in=ticket_ids).values_list("ticket_id", "policy_id"))


def choose(
    facts: Mapping[str, Any], priority: int, candidates: Sequence[Offer], chosen: int | None = None
) -> Offer | None:
    """The policy a rule chose, else the first offer by order whose conditions hold, else the default; of those that
    promise something at this priority.

    Args:
        facts: as `tickets.conditions.facts_of` gives them.
        chosen: the number of the policy a rule chose.
    """
    promising = [offer for offer in candidates if offer.definition.promises(priority)]
    for offer in promising:
        if offer.policy_id == chosen:
            return offer
    for offer in promising:
        if offer.is_default or offer.condition.evaluate(facts):
            return offer
    return None


def passed_over(
    facts: Mapping[str, Any], priority: int, candidates: Sequence[Offer], taken: Offer | None
) -> list[tuple[int, int]]:
    """The offers before the one that was taken: (policy version, number of the first question answered with no, or
    NO_TARGET where it promises nothing at this priority).
    """
    found = []
    for offer in candidates:
        if offer is taken:
            break
        if not offer.definition.promises(priority):
            found.append((offer.pins[0], NO_TARGET))
        elif not offer.condition.evaluate(facts):
            found.append((offer.pins[0], first_no(offer.condition, facts)))
    return found


@kept
def offers() -> list[Offer]:
    """The policies in force, in order, the default one last. One that cannot be used is skipped and its owner told."""
    active = SlaPolicy.objects.filter(is_active=True, current__isnull=False)
    found = []
    for policy in active.select_related("current__calendar").order_by("is_default", "position", "pk"):
        assert policy.current is not None
        try:
            found.append(offer_of(policy, policy.current, policy.current.calendar.current_id))
        except (PolicyError, ConditionError, CalendarError) as error:
            flag(policy, str(error))
    return found


def offer_of(policy: SlaPolicy, version: PolicyVersion, calendar_version_id: int | None) -> Offer:
    """A policy's version as an offer.

    Raises:
        PolicyError, ConditionError, CalendarError: it cannot be used.
    """
    if calendar_version_id is None:
        raise PolicyError("calendar", "the calendar has no hours in force")
    pins = (version.pk, calendar_version_id)
    definition = terms_of(pins)[0]
    condition = compiled(json.dumps(definition.conditions, sort_keys=True))
    return Offer(policy.pk, pins, definition, condition, policy.is_default)


def definition_of(pins: Pins) -> PolicyDefinition:
    """The wording a clock is measured by."""
    return terms_of(pins)[0]


def promises_of(pins: Pins) -> Terms:
    """The promises a clock is measured by."""
    return terms_of(pins)[1]


@lru_cache(maxsize=512)
def terms_of(pins: Pins) -> tuple[PolicyDefinition, Terms]:
    """Wording and promises of a version of a policy and one of a calendar; versions never change, so they are kept.

    Raises:
        PolicyError, CalendarError: what is stored makes no sense.
    """
    definition = parse(PolicyVersion.objects.values_list("definition", flat=True).get(pk=pins[0]))
    return definition, definition.terms(CalendarVersion.objects.get(pk=pins[1]).value())


def flag(policy: SlaPolicy, reason: str) -> None:
    """Note that a policy is skipped and tell its owner, once per reason."""
    reason = reason[:REASON_LENGTH]
    if policy.broken == reason:
        return
    now = timezone.now()
    changed = SlaPolicy.objects.filter(pk=policy.pk).exclude(broken=reason).update(broken=reason, broken_at=now)
    if not changed:
        return
    logger.error("policy %s is skipped: %s", policy.pk, reason)
    if policy.owner is not None:
        context = {"name": policy.name, "reason": reason}
        key = f"policy-{policy.pk}-{now.isoformat()}"
        letters = [
            Letter(recipient=policy.owner, template="policy_broken", key=key, context=context, channel=channel)
            for channel in (Channel.EMAIL, Channel.IN_APP)
        ]
        post(letters, at=now)
