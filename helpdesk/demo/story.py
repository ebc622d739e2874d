"""A ticket's life told through the real commands, each step at its own time in the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import Team, User
from escalation import commands as escalation
from escalation.business_time import add, next_open
from escalation.ladder import ladder
from escalation.models import Clock, Handover, VendorReferral
from escalation.past import run_out
from helpdesk.demo.cases import Case, Forecast
from helpdesk.demo.roster import Roster
from tickets import commands
from tickets.choices import Channel, PendingReason, Priority, Status
from tickets.commands.opening import Report
from tickets.models import Ticket

BREATH_SECONDS = 60
Reason = Handover.Reason
RETURNS = (
    Handover.ReturnReason.MISSING,
    Handover.ReturnReason.KNOWN_FIX,
    Handover.ReturnReason.OTHER,
    Handover.ReturnReason.WRONG_TEAM,
)
ON_THE_SCREEN = "Terlihat di layar pelapor, lihat percakapan."


class NotYet(Exception):
    """The next step lies in the future: the story stops here, and the ticket is as it is today."""


class Story:
    """The steps a story is made of. `at` is the moment it has come to; `until` is the present."""

    def __init__(self, roster: Roster, case: Case, forecast: Forecast, until: datetime) -> None:
        self.roster, self.case, self.forecast, self.until = roster, case, forecast, until
        self.words, self.rng, self.at = case.words, case.rng, case.opened_at
        self.handed_over = False
        self.ticket = self._open()

    def _open(self) -> Ticket:
        case, template = self.case, self.case.template
        category = self.roster.categories[template.category]
        report = Report(
            subject=self.words.subject,
            description=self.words.description,
            service=category.service,
            category=category,
            impact=template.impact,
            urgency=template.urgency,
            asset=self.words.asset,
            intake=self.words.answers(self.roster.intake.get(category.pk, []), case.opened_at),
            language=template.language,
            external_ref=case.reference,
            number=case.number,
        )
        return commands.open(
            report, actor=self._who_opens(), requester=case.requester, channel=case.channel, at=case.opened_at
        )

    def _who_opens(self) -> User:
        if self.case.channel == Channel.PHONE:
            return self.rng.choice(self.roster.agents[self.roster.team("service-desk").pk])
        return self.roster.automation if self.case.channel == Channel.ALERT else self.case.requester

    # --- time

    def later(self, seconds: float) -> None:
        """Let working seconds of this ticket's promise pass. Raises NotYet when that leads beyond the present."""
        self.move_to(add(self.forecast.calendar, self.at, max(seconds, BREATH_SECONDS)))

    def later_in_office(self, seconds: float) -> None:
        """Let office hours pass, whatever was promised: the time requesters and vendors take."""
        self.move_to(add(self.roster.office, self.at, max(seconds, BREATH_SECONDS)))

    def move_to(self, moment: datetime) -> None:
        """Go on to a moment, recording the promises missed on the way. Raises NotYet when it lies in the future."""
        self.miss_promises(min(moment, self.until))
        if moment > self.until:
            raise NotYet
        self.at = max(moment, self.at)

    def miss_promises(self, until: datetime) -> None:
        """What the sweep would have done: record each missed promise at its own time, and pass it up where so set."""
        due = self.ticket.next_due_at
        if until < self.until and (due is None or until <= due):
            return
        for clock in run_out(self.ticket, until, self.roster.automation):
            if clock.metric == Clock.Metric.RESOLUTION and self.forecast.goes_up_when_late and clock.due_at:
                self._pass_up(clock.due_at)

    def _pass_up(self, at: datetime) -> None:
        team = self.roster.higher_team(self.ticket.service, self.ticket.team_id)
        if team is not None:
            subject = self.ticket.subject
            packet = escalation.Packet(reason=Reason.LATE, symptom=subject, asked=subject)
            self._send(team, packet, self.roster.automation, at)

    # --- people

    def owner(self) -> User:
        """Whoever has the ticket now; somebody of the team takes it when nobody does."""
        ticket = self.ticket
        if ticket.assignee_id is None:
            agent = self.rng.choice(self.roster.agents[ticket.team_id or 0])
            if self.handed_over:
                escalation.accept(ticket, actor=agent, at=self.at)
                self.handed_over = False
            else:
                commands.assign(ticket, actor=agent, assignee=agent, at=self.at)
            return agent
        return next(agent for agent in self.roster.agents[ticket.team_id or 0] if agent.pk == ticket.assignee_id)

    def given_by_lead(self, agent: User) -> None:
        """The team's lead gives the ticket to one of the team."""
        lead = self.roster.leads.get(self.ticket.team_id or 0, agent)
        commands.assign(self.ticket, actor=lead, assignee=agent, at=self.at)

    # --- talk

    def reply(self, write: Callable[[User], str]) -> None:
        """The owner writes to the requester."""
        owner = self.owner()
        commands.reply(self.ticket, actor=owner, body=write(owner), at=self.at)

    def acknowledge(self) -> None:
        self.reply(lambda agent: self.words.phrase("acknowledge", agent))

    def note(self, use: str = "note") -> None:
        """The owner leaves an internal note: the template's own, or one that fits anywhere."""
        owner = self.owner()
        own = use == "note" and self.rng.random() < 0.6
        body = self.words.own(self.case.template.note) if own else self.words.phrase(use, owner)
        commands.note(self.ticket, actor=owner, body=body, at=self.at)

    def said_by_requester(self, body: str) -> None:
        commands.reply(self.ticket, actor=self.case.requester, body=body, at=self.at)

    def answered(self) -> None:
        """The requester answers the template's question; the clocks run again."""
        self.said_by_requester(self.words.own(self.case.template.answer))

    # --- waiting

    def ask(self) -> None:
        """The owner asks the template's question and waits for the answer."""
        self.reply(lambda _agent: self.words.own(self.case.template.question))
        self.pend(PendingReason.REQUESTER)

    def pend(self, reason: str) -> None:
        commands.pend(self.ticket, actor=self.owner(), reason=reason, at=self.at)

    def refer(self, *, chase_at: datetime | None = None) -> bool:
        """The owner refers it to the vendor of its service; False where no contract covers it."""
        contract = self.roster.contracts.get(self.ticket.service_id or 0)
        if contract is None:
            return False
        owner = self.owner()
        escalation.refer_to_vendor(
            self.ticket,
            actor=owner,
            contract=contract,
            request=self.words.phrase("vendor_request", owner),
            reference=f"{contract.vendor.name[:2].upper()}-{self.rng.randrange(10_000, 99_999)}",
            chase_at=chase_at,
            at=self.at,
        )
        return True

    def take_back(self) -> None:
        """The vendor is done, or will not be."""
        owner, why = self.owner(), VendorReferral.Why
        reason = self.rng.choices((why.SOLVED, why.NO_ANSWER, why.REJECTED, why.WITHDRAWN), (80, 8, 7, 5))[0]
        words = self.words.phrase("vendor_done", owner) if reason == why.SOLVED else str(reason.label)
        escalation.take_back(self.ticket, actor=owner, reason=reason, words=words, at=self.at)

    def resume(self) -> None:
        commands.resume(self.ticket, actor=self.owner(), at=self.at)

    # --- between rungs

    def climb(self) -> bool:
        """The owner hands over to the next rung of the service's line; False at its top."""
        team = self.roster.higher_team(self.roster.categories[self.case.template.category].service, self.ticket.team_id)
        if team is None:
            return False
        told = self.case.template.handover
        way = ladder().step(self.ticket.tier_id, team.tier_id)
        packet = escalation.Packet(
            reason=self.rng.choice((Reason.ACCESS, Reason.SKILL, Reason.SKILL, Reason.OTHER)),
            symptom=self.words.own(told.symptom),
            tried=self.words.own(told.tried),
            asked=self.words.own(told.asked),
            evidence=self.words.values["error"] or ON_THE_SCREEN,
            urgency=Handover.Urgency.TODAY if self.ticket.priority <= Priority.HIGH else Handover.Urgency.QUEUE,
            ticked=[item.en for item in way.checklist] if way else (),
        )
        self._send(team, packet, self.owner(), self.at)
        return True

    def _send(self, team: Team, packet: escalation.Packet, sender: User, at: datetime) -> None:
        escalation.escalate(self.ticket, actor=sender, team=team, packet=packet, at=at)
        self.handed_over = True

    def hand_back(self) -> None:
        """The team that was asked returns it, with a reason."""
        owner = self.owner()
        reason = self.rng.choice(RETURNS)
        words = self.words.phrase("hand_back", owner)
        escalation.hand_back(self.ticket, actor=owner, reason=reason, missing=words, at=self.at)

    # --- endings

    def resolve(self, *, with_cause: bool) -> None:
        template = self.case.template
        commands.resolve(
            self.ticket,
            actor=self.owner(),
            resolution=self.words.own(template.resolution),
            root_cause=self.words.own(template.root_cause) if with_cause else "",
            at=self.at,
        )

    def reopen(self) -> None:
        commands.reopen(self.ticket, actor=self.case.requester, reason=self.words.phrase("reopen"), at=self.at)

    def cancel(self) -> None:
        commands.cancel(self.ticket, actor=self.case.requester, reason=self.words.phrase("cancelled"), at=self.at)

    def confirm(self) -> None:
        commands.close(self.ticket, actor=self.case.requester, at=self.at)

    def fall_silent(self) -> None:
        """The days for an answer pass, and the ticket closes by itself."""
        if self.ticket.auto_close_at:
            self.move_to(self.ticket.auto_close_at)
            commands.close(self.ticket, actor=self.roster.automation, reason="silence", at=self.at)

    def rate(self, stars: int) -> None:
        use = "rating_good" if stars >= 4 else "rating_bad"
        comment = self.words.phrase(use) if stars != 3 and self.rng.random() < 0.6 else ""
        commands.rate(self.ticket, actor=self.case.requester, score=stars, comment=comment, at=self.at)

    @property
    def is_live(self) -> bool:
        return self.ticket.is_live

    @property
    def is_closed(self) -> bool:
        return self.ticket.status in (Status.CLOSED, Status.CANCELLED)

    def opening_time(self, moment: datetime) -> datetime:
        """The next moment at which somebody of the office is at work."""
        return next_open(self.roster.office, moment) + timedelta(seconds=self.rng.randrange(BREATH_SECONDS, 3600))
