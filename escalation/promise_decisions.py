"""Why a ticket is promised what it is: which policy fits, and which ones before it do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalation.models import PolicyVersion, RuleDecision
from escalation.policy_words import conditions_in_words
from escalation.rules.naming import question_in_words
from escalation.rules.stored import LONG_TEXTS
from escalation.terms import NO_TARGET, Offer, Pins, offers, passed_over
from tickets.conditions import facts_of, validate
from tickets.models import Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class PromiseReason:
    """Why this policy: its name and version, what it is for in words, and those passed over with the reason."""

    name: str
    number: int
    words: str
    by_rule: bool
    skipped: list[tuple[str, str]]


def keep_promise_decision(event: TicketEvent, pins: Pins | None) -> None:
    """Store which version of a policy was taken, the facts it was taken by, and what was passed over."""
    ticket = event.ticket
    candidates = offers()
    taken = next((offer for offer in candidates if offer.pins == pins), None)
    facts = facts_of(ticket)
    RuleDecision.objects.create(
        ticket=ticket,
        event=event,
        about=RuleDecision.About.PROMISE,
        policy_version_id=pins[0] if pins else None,
        facts=_asked(candidates, facts),
        skipped=[list(pair) for pair in passed_over(facts, ticket.priority, candidates, taken)],
        at=event.at,
    )


def why_promised(ticket: Ticket) -> PromiseReason | None:
    """Why the ticket is promised what it is, by the latest decision; None for one from before they were kept."""
    rows = RuleDecision.objects.filter(ticket=ticket, about=RuleDecision.About.PROMISE)
    decision = rows.select_related("policy_version__policy", "event").order_by("-pk").first()
    if decision is None or decision.policy_version is None:
        return None
    version = decision.policy_version
    by_rule = decision.event is not None and decision.event.verb == "promise"
    words = conditions_in_words(version.definition.get("conditions", {"all": []}))
    skipped = [] if by_rule else list(_skipped(decision.skipped))
    return PromiseReason(version.policy.label, version.number, words, by_rule, skipped)


def _asked(candidates: list[Offer], facts: Mapping[str, Any]) -> dict[str, Any]:
    names = {name for offer in candidates for leaf in offer.condition.leaves() for name in leaf.field.facts}
    return {name: facts[name] for name in sorted({"priority", *names} - LONG_TEXTS)}


def _skipped(pairs: list[list[int]]) -> Any:
    versions = PolicyVersion.objects.select_related("policy").in_bulk([pair[0] for pair in pairs])
    for version_id, code in pairs:
        version = versions.get(version_id)
        if version is None:
            continue
        if code == NO_TARGET:
            yield version.policy.label, _("it promises nothing at this priority")
            continue
        leaves = list(validate(version.definition.get("conditions", {"all": []})).leaves())
        if code < len(leaves):
            question = question_in_words(leaves[code])
            yield version.policy.label, _("not so: %(question)s") % {"question": question}
