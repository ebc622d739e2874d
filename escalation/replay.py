"""Replaying an incident log as tickets with their own times: each case one transaction, each step a command."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Membership, Team, Tier, User
from core.errors import Invalid
from escalation import commands as escalation
from escalation.models import Handover
from escalation.past import run_out
from tickets import commands
from tickets.choices import Channel, Impact, PendingReason, Status, Urgency
from tickets.commands.opening import Report
from tickets.models import Ticket

IMPACTS = {"Major": Impact.ORGANISATION, "High": Impact.DEPARTMENT, "Medium": Impact.SEVERAL, "Low": Impact.ONE}
WAITS = {
    "Wait": PendingReason.SCHEDULED,
    "Wait - User": PendingReason.REQUESTER,
    "Wait - Customer": PendingReason.REQUESTER,
    "Wait - Vendor": PendingReason.VENDOR,
    "Wait - Implementation": PendingReason.CHANGE,
}
COLUMNS = ("case:concept:name", "org:group", "lifecycle:transition", "time:timestamp", "seq", "impact", "product")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the log."""

    at: datetime
    group: str
    state: str
    owner: str


@dataclass(slots=True)
class Case:
    """One incident of the log, its steps in order."""

    name: str
    product: str
    impact: str
    steps: list[Step] = field(default_factory=list)


def cases_of(path: Path) -> Iterator[Case]:
    """The cases of a BPI 2013 incident log (CSV, plain or gzip), each with its steps by `seq`.

    Raises:
        Invalid: the file cannot be read or lacks a column.
    """
    cases: dict[str, tuple[Case, list[tuple[int, Step]]]] = {}
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
            if missing:
                raise Invalid(f"{path.name} lacks the column {', '.join(missing)}")
            for row in reader:
                name = row["case:concept:name"]
                case, steps = cases.setdefault(name, (Case(name, row["product"], row["impact"]), []))
                steps.append((int(row["seq"]), _step(row)))
    except (OSError, EOFError, UnicodeError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from error
    for case, steps in cases.values():
        case.steps = [step for _seq, step in sorted(steps, key=lambda pair: pair[0])]
        yield case


def line_of(group: str) -> int:
    """The support line a group's name carries: "V5 3rd" is 3, "G230 2nd" is 2, no suffix is the first line.

    Two teams are called "2nd 3rd"; they count as 2 (Steeman, BPI Challenge 2013).
    """
    return 2 if "2nd" in group else 3 if "3rd" in group else 1


class Replayer:
    """Replays cases; keeps the teams and people it has met."""

    def __init__(self) -> None:
        self.tiers = {tier.level: tier for tier in Tier.objects.all()}
        self.teams: dict[str, Team] = {}
        self.people: dict[str, User] = {}
        self.automation = User.objects.automation()
        self.requester = self._person("Log requester")

    def replay(self, case: Case) -> Ticket | None:
        """File one case with its visits at their own times; None when it is already there.

        Nothing is told to anybody. The whole case commits at once, so no sweep meets it half way.
        """
        if Ticket.objects.filter(external_ref=f"log-{case.name}").exists():
            return None
        with transaction.atomic(), commands.quietly():
            first = case.steps[0]
            report = Report(
                subject=f"{case.product}: {case.name}",
                description=f"Incident {case.name} on {case.product}, from the log.",
                impact=IMPACTS.get(case.impact, Impact.ONE),
                urgency=Urgency.DEGRADED,
                language="en",
                external_ref=f"log-{case.name}",
            )
            ticket = commands.open(
                report,
                actor=self.automation,
                requester=self.requester,
                channel=Channel.IMPORT,
                team=self._team(first.group),
                at=first.at,
            )
            for step in case.steps:
                self._apply(ticket, step)
        return ticket

    def _apply(self, ticket: Ticket, step: Step) -> None:
        for _clock in run_out(ticket, step.at, self.automation):
            pass  # recorded, and nothing more: in the log it is long over
        if ticket.status == Status.CANCELLED:
            return
        team = self._team(step.group)
        ends = step.state in ("Resolved", "In Call", "Closed", "Cancelled")
        if ticket.has_ended and (team.pk != ticket.team_id or not ends):
            commands.reopen(ticket, actor=self.automation, reason="taken up again in the log", team=team, at=step.at)
        if team.pk != ticket.team_id:
            self._move(ticket, team, step)
        self._set_state(ticket, step)

    def _move(self, ticket: Ticket, team: Team, step: Step) -> None:
        current = ticket.tier.level if ticket.tier else 0
        sent = Handover.objects.filter(ticket=ticket, to_team_id=ticket.team_id).exclude(state="returned").last()
        if team.tier.level > current:
            packet = escalation.Packet(reason="other", symptom=ticket.subject, asked="see the log")
            escalation.escalate(ticket, actor=self.automation, team=team, packet=packet, at=step.at)
        elif sent is not None and sent.from_team_id == team.pk:
            escalation.hand_back(ticket, actor=self.automation, reason="other", missing="see the log", at=step.at)
        else:
            commands.transfer(ticket, actor=self.automation, team=team, at=step.at)

    def _set_state(self, ticket: Ticket, step: Step) -> None:
        automation = self.automation
        if step.state in WAITS:
            if ticket.pending_reason != WAITS[step.state]:
                commands.pend(ticket, actor=automation, reason=WAITS[step.state], at=step.at)
        elif step.state in ("In Progress", "Assigned"):
            if ticket.status == Status.PENDING:
                commands.resume(ticket, actor=automation, at=step.at)
            self._own(ticket, step)
        elif step.state == "Awaiting Assignment":
            if ticket.status == Status.PENDING:
                commands.resume(ticket, actor=automation, at=step.at)
            if ticket.assignee_id:
                commands.release(ticket, actor=automation, at=step.at)
        elif step.state == "Cancelled":
            commands.cancel(ticket, actor=automation, reason="cancelled in the log", at=step.at)
        elif step.state in ("Resolved", "In Call", "Closed"):
            if ticket.is_live:
                commands.resolve(ticket, actor=automation, resolution="resolved in the log", at=step.at)
            if step.state == "Closed" and ticket.status == Status.RESOLVED:
                commands.close(ticket, actor=automation, at=step.at)

    def _own(self, ticket: Ticket, step: Step) -> None:
        if not step.owner:
            return
        owner = self._person(step.owner)
        if owner.pk == ticket.assignee_id:
            return
        if ticket.team_id not in owner.hats.roles:
            Membership.objects.get_or_create(user=owner, team=ticket.team)
            del owner.hats
        commands.assign(ticket, actor=self.automation, assignee=owner, at=step.at)

    def _team(self, group: str) -> Team:
        if group not in self.teams:
            slug = f"log-{slugify(group)}"[:60]
            self.teams[group], _new = Team.objects.select_related("tier").get_or_create(
                slug=slug, defaults={"name": group, "tier": self.tiers[line_of(group)]}
            )
        return self.teams[group]

    def _person(self, name: str) -> User:
        if name not in self.people:
            email = f"{slugify(name) or 'nobody'}@log.invalid"
            self.people[name] = User.objects.filter(email=email).first() or User.objects.create_user(
                email, name=name, language="en", time_zone="UTC"
            )
        return self.people[name]


def _step(row: dict[str, str]) -> Step:
    at = datetime.fromisoformat(row["time:timestamp"])
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return Step(at, row["org:group"], row["lifecycle:transition"], row.get("org:resource", ""))
