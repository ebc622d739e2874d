"""A dry run's report as one reader may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from accounts.models.people import all_teams
from core.spoken_time import compact_duration, weekday_name
from escalation.models import DryRun, RuleVersion, SlaPolicy
from escalation.rules.dry.compare import DRAFT, LIVE
from tickets.choices import Priority
from tickets.models import Ticket

ONLY = ("placed", "moved", "saved", "needless")


@dataclass(frozen=True, slots=True)
class Figure:
    """One tile: what was counted, how much, and beside it what the rules in force make of it."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday of a team, from Monday. Shares are of the busiest day."""

    name: str
    draft: int
    live: int
    draft_share: float
    live_share: float


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """What a team would get, by weekday, and in all."""

    team: Team
    days: Sequence[Day]
    draft: int
    live: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A ticket that would go elsewhere: (what, before, after) lines, and a verdict in words with its tone."""

    ticket: Ticket
    changes: Sequence[tuple[str, str, str]]
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the draft that deserves a look."""

    version: RuleVersion
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the page. `hidden` counts tickets and `hidden_teams` teams that are not the reader's to see."""

    total: int
    tried: Sequence[RuleVersion]
    figures: Sequence[Figure]
    loads: Sequence[TeamLoad]
    hidden_teams: int
    samples: Sequence[Sample]
    hidden: int
    unlisted: int
    findings: Sequence[RuleLine]
    counts: Sequence[tuple[RuleVersion, int, int]]


def shown_to(user: User, dry_run: DryRun, only: str = "") -> Shown:
    """The report for one reader; a constant number of queries.

    Args:
        only: one of ONLY narrows the list of tickets.
    """
    report = dry_run.report
    teams = {team.slug: team for team in all_teams()}
    visible = {team.slug for team in user.hats.visible_teams}
    versions = RuleVersion.objects.select_related("rule").in_bulk([row["version"] for row in report["rules"]])
    rows = [row for row in report["samples"] if only not in ONLY or only in (row["kind"], row.get("verdict"))]
    samples, hidden = _samples(user, rows, teams, visible)
    loads = [_load(teams[slug], sides) for slug, sides in report["load"].items() if slug in visible]
    kept = len(report["samples"])
    return Shown(
        total=report["tickets"],
        tried=[versions[pk] for change in dry_run.changes if (pk := change["version"]) in versions],
        figures=list(_figures(report)),
        loads=sorted(loads, key=lambda load: -abs(load.draft - load.live)),
        hidden_teams=len(report["load"]) - len(loads),
        samples=samples,
        hidden=hidden,
        unlisted=max(0, _changed(report) - kept),
        findings=list(_findings(report, versions, is_partial=not dry_run.asked_by.hats.is_overseer)),
        counts=[
            (versions[row["version"]], row["alone"], row["applied"])
            for row in report["rules"]
            if row["version"] in versions
        ],
    )


def _changed(report: Mapping[str, Any]) -> int:
    return max(report["differs"].values(), default=0) + report["moves"][DRAFT]


def _figures(report: Mapping[str, Any]) -> Iterator[Figure]:
    differs = report["differs"]
    opened = report["opened"]
    yield Figure(_("Would start elsewhere"), str(differs.get("team", 0)), _("of %(n)s new tickets") % {"n": opened})
    for name, label in (
        ("tier", _("Another tier")),
        ("priority", _("Another priority")),
        ("policy", _("Another promise")),
    ):
        yield Figure(label, str(differs.get(name, 0)), "")
    if report["judged"]:
        draft, live = (_percent(report["agrees"][side], report["judged"]) for side in (DRAFT, LIVE))
        note = _("rules in force: %(share)s") % {"share": live}
        yield Figure(_("Went to the team that solved it"), draft, note)
    if report["acts"][DRAFT] or report["acts"][LIVE]:
        note = _("rules in force: %(n)s") % {"n": report["acts"][LIVE]}
        yield Figure(_("Would act later"), str(report["acts"][DRAFT]), note)
    moves = report["moves"]
    if moves[DRAFT] or moves[LIVE]:
        yield Figure(_("Would move later"), str(moves[DRAFT]), _("rules in force: %(n)s") % {"n": moves[LIVE]})
        verdicts = report["verdicts"][DRAFT]
        saved, needless = verdicts.get("saved", 0), verdicts.get("needless", 0)
        share = _("%(share)s of moves") % {"share": _percent(saved, moves[DRAFT])}
        yield Figure(_("Saved from late"), str(saved), share, "good")
        yield Figure(_("Needless"), str(needless), _("solved within 15 minutes anyway"), "warn" if needless else "")


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "–"


def _load(team: Team, sides: Mapping[str, Sequence[int]]) -> TeamLoad:
    most = max(*sides[DRAFT], *sides[LIVE], 1)
    pairs = enumerate(zip(sides[DRAFT], sides[LIVE], strict=True))
    days = [Day(weekday_name(number), draft, live, draft / most, live / most) for number, (draft, live) in pairs]
    return TeamLoad(team, days, sum(sides[DRAFT]), sum(sides[LIVE]))


def _samples(
    user: User, rows: Sequence[Mapping[str, Any]], teams: Mapping[str, Team], visible: set[str]
) -> tuple[list[Sample], int]:
    wanted = {row["ticket"] for row in rows}
    found = Ticket.objects.visible_to(user).filter(pk__in=wanted).only("pk", "kind", "subject", "language")
    tickets = {ticket.pk: ticket for ticket in found}
    policies = SlaPolicy.objects.in_bulk()
    samples = []
    for row in rows:
        if row["ticket"] in tickets:
            changes = list(_changes(row, teams, visible, policies))
            samples.append(Sample(tickets[row["ticket"]], changes, *_verdict(row)))
    return samples, len(wanted - tickets.keys())


def _changes(
    row: Mapping[str, Any], teams: Mapping[str, Team], visible: set[str], policies: Mapping[int, SlaPolicy]
) -> Iterator[tuple[str, str, str]]:
    def team(slug: str | None) -> str:
        if slug is None:
            return "–"
        return teams[slug].label if slug in visible else _("a restricted team")

    def policy(pk: int | None) -> str:
        return policies[pk].label if pk is not None and pk in policies else "–"

    if row["kind"] == "moved":
        yield _("Team"), "", team(row["team"])
        return
    before, after = row["live"], row["draft"]
    if "team" in row["differs"]:
        yield _("Team"), team(before[0]), team(after[0])
    if "priority" in row["differs"]:
        yield _("Priority"), str(Priority(before[2]).label), str(Priority(after[2]).label)
    if "policy" in row["differs"]:
        yield _("Promise"), policy(before[3]), policy(after[3])


def _verdict(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["kind"] == "placed":
        if row["real"] is None or row["draft"][0] == row["live"][0]:
            return "", ""
        if row["draft"][0] == row["real"]:
            return _("That team solved it"), "green"
        return (_("Now it is right, then no more"), "amber") if row["live"][0] == row["real"] else ("", "")
    if row["verdict"] == "needless":
        span = compact_duration(60 * (row["solved_minutes"] or 0))
        return _("Needless, solved %(span)s later") % {"span": span}, "amber"
    if row["verdict"] == "saved":
        if row["late_minutes"]:
            span = compact_duration(60 * row["late_minutes"])
            return _("Saved, late by %(span)s in reality") % {"span": span}, "green"
        return _("Saved, late in reality"), "green"
    return (_("Too late to save it"), "") if row["verdict"] == "late" else (_("No difference"), "")


def _findings(
    report: Mapping[str, Any], versions: Mapping[int, RuleVersion], *, is_partial: bool
) -> Iterator[RuleLine]:
    never = _("It never applied in this time.")
    if is_partial:
        never = _("It applied to none of these tickets.")
    circle = [versions[pk].label for pk in report.get("loops", ()) if pk in versions]
    for row in report["rules"]:
        version = versions.get(row["version"])
        if version is None:
            continue
        if row["broken"]:
            yield RuleLine(version, _("It cannot be used: %(why)s") % {"why": row["broken"]})
        elif row["version"] in report["shadowed"]:
            yield RuleLine(version, _shadowed(row, versions))
        elif row["version"] in report["never"]:
            yield RuleLine(version, never)
        at_once = report.get("at_once", {}).get(str(row["version"]))
        if at_once:
            yield RuleLine(version, _at_once(at_once))
        if row["version"] in report.get("loops", ()):
            yield RuleLine(version, _("It is part of a circle: %(rules)s") % {"rules": " → ".join(circle)})


def _at_once(count: int) -> str:
    words = ngettext(
        "Turned on now, it acts on %(n)d open ticket at once.",
        "Turned on now, it acts on %(n)d open tickets at once.",
        count,
    )
    return words % {"n": count}


def _shadowed(row: Mapping[str, Any], versions: Mapping[int, RuleVersion]) -> str:
    above = versions.get(row["stopper"])
    words = ngettext(
        "It fits %(n)d ticket but is never reached: “%(rule)s” stops before it.",
        "It fits %(n)d tickets but is never reached: “%(rule)s” stops before it.",
        row["alone"],
    )
    return words % {"n": row["alone"], "rule": above.label if above else "–"}
