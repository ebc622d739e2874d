"""One ticket before it is told: who reports what, when, and what the rules and promises will make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from accounts.models import Team, User
from core.time import database_now
from escalation.clock import RESOLUTION, RESPONSE
from escalation.rules.decide import decide
from escalation.rules.stored import live_set
from escalation.rules.triggers import OPENED
from escalation.terms import Offer, choose, offers, promises_of
from escalation.working_calendar import Calendar
from helpdesk.demo.rates import ALERTED, ALERTS, CHANNELS
from helpdesk.demo.roster import Roster
from helpdesk.demo.shapes import TicketTemplate
from helpdesk.demo.writing import Words
from tickets.choices import Channel
from tickets.conditions import facts_of
from tickets.models import Ticket
from tickets.priority import priority_for

SUNDAY = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the rules will put a ticket, how urgent it will be, and what will be promised."""

    team: Team
    priority: int
    offer: Offer

    @property
    def calendar(self) -> Calendar:
        return promises_of(self.offer.pins).single[RESOLUTION].calendar

    @property
    def is_round_the_clock(self) -> bool:
        return self.calendar.hours_on(SUNDAY) == ((0, 24 * 60),)

    @property
    def response_minutes(self) -> int:
        return self.offer.definition.targets[RESPONSE][self.priority]

    @property
    def resolution_minutes(self) -> int:
        return self.offer.definition.targets[RESOLUTION][self.priority]

    @property
    def goes_up_when_late(self) -> bool:
        """Whether the policy passes a late ticket to the next tier."""
        return self.offer.definition.goes_up_when_late


@dataclass(slots=True)
class Case:
    """`reference` tells the demo's tickets apart; `number` is the one in the ticket's key, None for the next."""

    reference: str
    number: int | None
    opened_at: datetime
    template: TicketTemplate
    requester: User
    channel: str
    words: Words
    rng: Random


def make_case(
    roster: Roster, at: datetime, template: TicketTemplate, rng: Random, requester: User | None = None
) -> Case:
    """Draw everything about a ticket that does not depend on what happens to it. Its number comes later."""
    asker = requester or roster.requester(template, rng)
    words = Words(roster, template, asker, roster.asset(template, asker, rng), rng)
    channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    if template.category in ALERTED and rng.random() < ALERTS:
        channel = Channel.ALERT
    return Case("", None, at, template, asker, channel, words, rng)


def forecast(roster: Roster, case: Case) -> Forecast:
    """Ask the rules and the policies, as opening the ticket will. Touches no ticket.

    Raises:
        LookupError: no rule and no policy is there for it; the demo's have one for everything.
    """
    template = case.template
    category = roster.categories[template.category]
    ticket = Ticket(
        kind=category.kind,
        subject=case.words.subject,
        description=case.words.description,
        language=template.language,
        impact=template.impact,
        urgency=template.urgency,
        priority=priority_for(template.impact, template.urgency),
        requester=case.requester,
        service=category.service,
        category=category,
        channel=case.channel,
    )
    now = database_now()
    facts = facts_of(ticket, now)
    outcome = decide(facts, live_set().by_trigger[OPENED], now)
    ticket.priority = outcome.facts["priority"]
    offer = choose(outcome.facts, ticket.priority, offers())
    team = next((team for team in roster.teams.values() if team.slug == outcome.facts["team"]), None)
    if team is None or offer is None:
        raise LookupError(f"nothing is promised for {template.category}")
    return Forecast(team, ticket.priority, offer)
