"""What the demo's requester finds under "my tickets": one that waits for her, one in work, one just solved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.demo.cases import Case, forecast, make_case
from helpdesk.demo.chance import chance
from helpdesk.demo.company import REQUESTER
from helpdesk.demo.roster import Roster
from helpdesk.demo.story import NotYet, Story
from tickets.choices import Channel
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Hers:
    """One of her tickets, and how it is told."""

    case: Case
    course: Callable[[Story], None]


def hers_today(roster: Roster, now: datetime, seed: int) -> Iterator[Hers]:
    """Her three tickets; nothing when she is not there."""
    requester = roster.people.get(REQUESTER)
    if requester is None:
        return
    for category, minutes_ago, course in (
        ("erp-posting", 26 * 60, _solved),
        ("vpn-app-unreachable", 150, _waiting_for_her),
        ("e-faktur", 95, _in_work),
    ):
        template = next(
            row for row in roster.content.tickets if row.category == category and row.language == requester.language
        )
        at = now - timedelta(minutes=minutes_ago)
        case = make_case(roster, at, template, chance("hers", seed, category), requester)
        case.channel = Channel.PORTAL
        case.reference = f"hers-{category}"
        yield Hers(case, course)


def tell_hers(roster: Roster, case: Case, hers: Hers, now: datetime) -> Ticket:
    """Tell one of her tickets up to today."""
    story = Story(roster, case, forecast(roster, case), now)
    try:
        hers.course(story)
        story.move_to(now)
    except NotYet:
        pass
    return story.ticket


def _solved(story: Story) -> None:
    story.later(12 * 60)
    story.acknowledge()
    story.later(25 * 60)
    story.ask()
    story.later(40 * 60)
    story.answered()
    story.later(60 * 60)
    story.resolve(with_cause=True)


def _waiting_for_her(story: Story) -> None:
    story.later(9 * 60)
    story.acknowledge()
    story.later(30 * 60)
    story.note()
    story.later(10 * 60)
    story.ask()


def _in_work(story: Story) -> None:
    story.later(10 * 60)
    story.acknowledge()
    story.later(20 * 60)
    story.climb()
    story.later(15 * 60)
    story.owner()
    story.later(5 * 60)
    story.reply(lambda agent: story.words.phrase("update_promise", agent))
