"""What lies open today: in every queue something late, something due soon, something waiting, something just in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import Team, User
from escalation.business_time import subtract
from helpdesk.demo.arrivals import ZONE
from helpdesk.demo.cases import Case, Forecast, forecast, make_case
from helpdesk.demo.chance import chance
from helpdesk.demo.roster import Roster
from helpdesk.demo.shapes import TicketTemplate
from helpdesk.demo.story import NotYet, Story
from tickets.choices import PendingReason
from tickets.models import Ticket

MINUTE, HOUR = 60, 3600
TRIES = 400
CRITICAL = 1
# When it is due, and whether somebody owns it. `paused` waits, `fresh` came in minutes ago.
USUAL = (
    ("late", False),
    ("late", True),
    ("hour", False),
    ("hour", True),
    ("today", False),
    ("today", True),
    ("later", False),
    ("later", True),
    ("paused", True),
    ("paused", True),
    ("fresh", False),
)
# The front line has most of the work; the restricted team little.
MORE = {
    "service-desk": (
        *USUAL,
        ("fresh", False),
        ("fresh", False),
        ("today", True),
        ("today", True),
        ("later", True),
        ("paused", True),
    ),
    "hr-systems": USUAL[:5] + USUAL[7:],
}
STANDSTILLS = (("erp-engineering", "wms-down"), ("network-access", "site-link"))


@dataclass(frozen=True, slots=True)
class Open:
    """One open ticket of today: the case, what is promised, and how far it has come."""

    case: Case
    promised: Forecast
    team: Team
    due: str
    is_owned: bool


def open_today(roster: Roster, now: datetime, seed: int) -> Iterator[Open]:
    """Draw the open tickets of every queue. Deterministic by `seed` and `now`; writes nothing."""
    for slug, category in STANDSTILLS:
        rng = chance("standstill", seed, slug)
        critical = _standstill(roster, roster.team(slug), category, now, rng)
        critical.case.reference = f"standstill-{category}"
        yield critical
    for team in sorted(roster.teams.values(), key=lambda row: row.slug):
        for position, (due, is_owned) in enumerate(MORE.get(team.slug, USUAL)):
            if team.pk in roster.agents:
                found = _drawn(roster, team, due, is_owned, now, chance("open", seed, team.slug, position))
                if found:
                    found.case.reference = f"open-{team.slug}-{position}"
                    yield found


def _standstill(roster: Roster, team: Team, category: str, now: datetime, rng: Random) -> Open:
    """A site that cannot work: reported half an hour ago, already in hand."""
    stories = [row for row in roster.content.tickets if row.category == category and row.impact <= 2]
    stories.sort(key=lambda row: (row.urgency, row.language != "id"))
    at = now - timedelta(seconds=rng.randrange(25 * MINUTE, 40 * MINUTE))
    case = make_case(roster, at, stories[0], rng)
    return Open(case, forecast(roster, case), team, "today", is_owned=True)


def _drawn(roster: Roster, team: Team, due: str, is_owned: bool, now: datetime, rng: Random) -> Open | None:
    """Draw stories until one belongs to this team, is promised in the right hours and can be due then."""
    vips = [user for user in roster.requesters if user.is_vip]
    for _try in range(TRIES):
        template = rng.choices(roster.content.tickets, [row.weight for row in roster.content.tickets])[0]
        requester: User | None = rng.choice(vips) if rng.random() < 0.25 else None
        case = make_case(roster, now, template, rng, requester)
        promised = forecast(roster, case)
        if promised.priority == CRITICAL or not _reaches(roster, template, promised, team, is_owned, due):
            continue
        if due in ("hour", "today") and not promised.is_round_the_clock:
            continue
        if due == "late" and is_owned and not _stays(roster, promised, case, team):
            continue
        opened_at = _opening(promised, due, is_owned or promised.team != team, now, rng)
        if opened_at is not None:
            case.opened_at = opened_at
            return Open(case, promised, team, due, is_owned)
    return None


def _reaches(
    roster: Roster, template: TicketTemplate, promised: Forecast, team: Team, is_owned: bool, due: str
) -> bool:
    if promised.team == team:
        return True
    service = roster.categories[template.category].service
    return due != "fresh" and roster.higher_team(service, promised.team.pk) == team


def _stays(roster: Roster, promised: Forecast, case: Case, team: Team) -> bool:
    """A late ticket is still here: its policy calls the lead, or nobody stands higher."""
    service = roster.categories[case.template.category].service
    return (not promised.goes_up_when_late or roster.higher_team(service, team.pk) is None) and (
        promised.team == team or not promised.goes_up_when_late
    )


def _opening(promised: Forecast, due: str, is_answered: bool, now: datetime, rng: Random) -> datetime | None:
    """When it must have been opened so that its next promise is due as wanted; None when that cannot be."""
    if due == "fresh":
        return now - timedelta(seconds=rng.randrange(2 * MINUTE, 18 * MINUTE))
    if due == "paused":
        return now - timedelta(seconds=rng.randrange(26 * HOUR, 120 * HOUR))
    first, last = _window(due, now)
    due_at = now + timedelta(seconds=rng.randrange(first, last))
    minutes = promised.resolution_minutes if is_answered else promised.response_minutes
    opened_at = subtract(promised.calendar, due_at, minutes * MINUTE)
    needed = timedelta(minutes=30 if is_answered else 5)
    return opened_at if opened_at < now - needed else None


def _window(due: str, now: datetime) -> tuple[int, int]:
    """Seconds from now between which it is due. The day ends at midnight in Jakarta."""
    local = now.astimezone(ZONE)
    to_midnight = 24 * HOUR - local.hour * HOUR - local.minute * MINUTE - local.second
    match due:
        case "late":
            return -9 * HOUR, -8 * MINUTE
        case "hour":
            return 6 * MINUTE, 55 * MINUTE
        case "today":
            return 65 * MINUTE, max(to_midnight - MINUTE, 80 * MINUTE)
        case _:
            return to_midnight + HOUR, to_midnight + 60 * HOUR


def tell_open(roster: Roster, case: Case, entry: Open, now: datetime) -> Ticket:
    """Tell an open ticket up to where it is today."""
    story = Story(roster, case, entry.promised, now)
    try:
        if entry.is_owned or entry.promised.team != entry.team:
            _bring(story, entry)
        if entry.due == "paused":
            _pause(story)
        story.move_to(now)
    except NotYet:
        pass
    return story.ticket


def _bring(story: Story, entry: Open) -> None:
    """Answer the requester in time, hand it on where that is the way, and let the right team take it."""
    first_reply = entry.promised.response_minutes * MINUTE
    story.later(first_reply * story.rng.uniform(0.1, 0.3))
    if story.rng.random() < 0.3 and entry.promised.team.pk in story.roster.leads:
        story.given_by_lead(story.rng.choice(story.roster.agents[entry.promised.team.pk]))
    story.acknowledge()
    if entry.promised.team != entry.team:
        story.later(first_reply * story.rng.uniform(0.1, 0.3))
        story.climb()
    if entry.is_owned:
        story.later(first_reply * story.rng.uniform(0.05, 0.2))
        story.owner()
        if story.rng.random() < 0.6:
            story.later(first_reply * 0.1)
            story.note()


def _pause(story: Story) -> None:
    story.later(story.forecast.response_minutes * MINUTE * 0.2)
    match story.rng.choice(("ask", "ask", PendingReason.VENDOR, PendingReason.SCHEDULED, PendingReason.CHANGE)):
        case "ask":
            story.ask()
        case PendingReason.VENDOR:
            if not story.refer(chase_at=story.until + timedelta(seconds=story.rng.randrange(HOUR, 20 * HOUR))):
                story.note("vendor_wait")
                story.pend(PendingReason.VENDOR)
        case reason:
            story.pend(reason)
