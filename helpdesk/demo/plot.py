"""How an ordinary ticket goes: drawn step by step from the rates, told until it is closed or today has come."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random

from helpdesk.demo import rates
from helpdesk.demo.cases import Case, forecast
from helpdesk.demo.roster import Roster
from helpdesk.demo.story import NotYet, Story
from tickets.choices import PendingReason
from tickets.models import Ticket

MINUTE, HOUR, DAY = 60, 3600, 8 * 3600  # seconds; a day is a working day


def tell(roster: Roster, case: Case, now: datetime) -> Ticket:
    """Tell one ticket from its opening to its end, or to `now`."""
    story = Story(roster, case, forecast(roster, case), now)
    try:
        Plot(story).run()
    except NotYet:
        pass
    return story.ticket


def lognormal(rng: Random, median: float, sigma: float) -> float:
    """A positive number, half of the time below `median`."""
    return median * math.exp(rng.gauss(0, sigma))


class Plot:
    """The ordinary course of things. `left` is what remains of the working seconds the solution will take."""

    def __init__(self, story: Story) -> None:
        self.story, self.rng = story, story.rng
        promised = story.forecast
        self.first_reply = lognormal(self.rng, *rates.REPLY_SHARE) * promised.response_minutes * MINUTE
        whole = lognormal(self.rng, *rates.SOLUTION_SHARE) * promised.resolution_minutes * MINUTE
        self.left = max(whole - self.first_reply, 10 * MINUTE)
        self.is_late = whole > promised.resolution_minutes * MINUTE
        self.started_at_first_line = story.forecast.team.tier.level == 1

    def run(self) -> None:
        story = self.story
        if self.happens(rates.CANCELLED):
            story.later(self.first_reply * 0.5)
            story.cancel()
            return
        self.take_up()
        self.find_out()
        self.solve()
        if self.happens(rates.REOPENED):
            self.come_back()
            self.end(rough=True)
        else:
            self.end(rough=self.is_late)

    def happens(self, share: float) -> bool:
        return self.rng.random() < share

    def spend(self, share: float) -> None:
        """Let a part of what is left of the work pass."""
        seconds = self.left * share
        self.left -= seconds
        self.story.later(seconds)

    def take_up(self) -> None:
        """Somebody takes it, and the requester hears from us for the first time."""
        story = self.story
        story.later(self.first_reply * 0.6)
        story.owner()
        story.later(self.first_reply * 0.4)
        if self.happens(rates.WAITS_FOR_REQUESTER):
            story.ask()
            story.later_in_office(lognormal(self.rng, 2 * HOUR, 1.2))
            story.answered()
        else:
            story.acknowledge()

    def find_out(self) -> None:
        """Work on it: notes, waits, the way up and down the rungs."""
        if self.happens(rates.NOTED):
            self.spend(0.15)
            self.story.note()
        if self.started_at_first_line:
            likely = self.story.case.template.escalates
            if self.happens(rates.HANDED_ON_WHEN_LIKELY if likely else rates.HANDED_ON_OTHERWISE):
                self.hand_on()
        elif self.happens(rates.SECOND_TO_THIRD):
            self.hand_on()
        if self.happens(rates.WAITS_FOR_VENDOR):
            self.wait(PendingReason.VENDOR, lognormal(self.rng, 1.5 * DAY, 0.7))
        elif self.happens(rates.WAITS_FOR_CHANGE):
            self.wait(PendingReason.CHANGE, lognormal(self.rng, DAY, 0.5))
        if self.is_late and self.happens(rates.CHASED_WHEN_LATE):
            self.spend(0.4)
            self.story.said_by_requester(self.story.words.phrase("chase"))
            self.spend(0.1)
            self.story.reply(lambda agent: self.story.words.phrase("update_promise", agent))

    def hand_on(self) -> None:
        """Up a rung; perhaps back down, and up again; perhaps further up."""
        self.spend(0.3)
        if not self.story.climb():
            return
        self.spend(0.2)
        self.story.owner()
        if self.happens(rates.COMES_BACK_DOWN):
            self.spend(0.25)
            self.story.hand_back()
            self.spend(0.2)
            self.story.owner()
            if not self.happens(rates.CLIMBS_AGAIN):
                return
            self.spend(0.2)
            self.story.climb()
            self.spend(0.2)
            self.story.owner()
        elif self.happens(rates.SECOND_TO_THIRD):
            self.spend(0.3)
            if self.story.climb():
                self.spend(0.2)
                self.story.owner()

    def wait(self, reason: str, seconds: float) -> None:
        """Put it aside for somebody outside; the clocks stand still meanwhile."""
        self.spend(0.2)
        self.story.owner()
        if reason == PendingReason.VENDOR:
            if self.story.refer():
                self.story.later_in_office(seconds)
                self.story.take_back()
                return
            self.story.note("vendor_wait")
        self.story.pend(reason)
        self.story.later_in_office(seconds)
        self.story.resume()

    def solve(self) -> None:
        story = self.story
        if self.happens(rates.THANKED):
            self.spend(0.8)
            story.reply(lambda agent: story.words.phrase("ask_to_confirm", agent))
            self.spend(0.7)
            story.said_by_requester(story.words.phrase("thanks", story.owner()))
        self.spend(1.0)
        story.resolve(with_cause=self.happens(rates.HAS_ROOT_CAUSE))

    def come_back(self) -> None:
        """It was not solved after all."""
        story = self.story
        story.move_to(story.opening_time(story.at + timedelta(hours=self.rng.randrange(3, 40))))
        story.reopen()
        self.left = lognormal(self.rng, 2 * HOUR, 0.8)
        self.spend(0.3)
        story.acknowledge()
        self.spend(1.0)
        story.resolve(with_cause=True)

    def end(self, *, rough: bool) -> None:
        """The requester confirms or says nothing; some say how it went."""
        story = self.story
        rated = self.happens(rates.RATED_WHEN_REOPENED if rough else rates.RATED)
        stars = self.rng.choices(range(1, 6), rates.STARS_ROUGH if rough else rates.STARS_SMOOTH)[0]
        if self.happens(rates.CONFIRMED_BY_REQUESTER):
            story.later_in_office(lognormal(self.rng, 3 * HOUR, 0.9))
            story.confirm()
        if rated:
            story.later_in_office(lognormal(self.rng, 20 * MINUTE, 0.8))
            story.rate(stars)
        if not story.is_closed:
            story.fall_silent()
