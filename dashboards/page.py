"""The dashboard page: numbers put into words, each with the address of its list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.teams import NUMERALS
from core.spoken_time import compact_duration
from dashboards import cards
from dashboards.numbers import backlog, flow, promises, solving, volume
from dashboards.numbers.promises import TARGET_SHARE, Promises
from dashboards.scope import PERIODS, Scope
from dashboards.words import percent, with_sign


@dataclass(frozen=True, slots=True)
class Note:
    """A small line under a figure; a link when it is itself a figure. `title` adds what there is no room for."""

    text: str
    url: str = ""
    title: str = ""
    is_hot: bool = False


@dataclass(frozen=True, slots=True)
class Kpi:
    """One headline figure. `verdict` is good, bad or flat; `direction` up, down or flat."""

    label: str
    value: str
    url: str
    unit: str = ""
    delta: str = ""
    direction: str = "flat"
    verdict: str = "flat"
    title: str = ""
    notes: list[Note] = field(default_factory=list)


def page_of(scope: Scope) -> dict[str, Any]:
    """Everything the template draws. The number of queries does not depend on the data."""
    kept = promises.promises(scope)
    done = solving.solving(scope)
    tiers = backlog.open_by_tier(scope)
    flows = flow.flows(scope)
    days = volume.by_day(scope)
    urgent, oldest = backlog.standing_out(scope)
    return {
        "scope": scope,
        "periods": [
            {"days": days_, "url": scope.page(days=days_), "is_current": days_ == scope.days} for days_ in PERIODS
        ],
        "teams": scope.user.hats.visible_teams,
        "kpis": [
            _in_time(scope, kept),
            _open(scope, tiers, days),
            _time_to_solve(scope, done),
            _escalated(scope, flows),
            _reopened(scope, done),
            _late(scope, tiers),
        ],
        "weeks": cards.weeks(scope, kept),
        "ages": cards.ages(scope, tiers),
        "oldest": oldest,
        "flow": cards.flow(scope, flows),
        "bounced": {"n": sum(tier.bounced for tier in tiers), "url": scope.link("bounced")},
        "late": {"n": sum(tier.late for tier in tiers), "url": scope.link("late")},
        "days": cards.days(scope, days),
        "urgent": urgent,
        "load": cards.load(scope),
        "categories": cards.categories(scope, volume.top_categories(scope)),
        "rated": cards.rated(scope, done),
        "low_ratings": solving.newest_low_ratings(scope),
    }


def _in_time(scope: Scope, kept: Promises) -> Kpi:
    now, reply = kept.resolution, kept.response
    delta, direction, verdict = _points(now.share, kept.resolution_before.share, up_is_good=True)
    missed = ngettext("%(missed)s of %(n)s missed", "%(missed)s of %(n)s missed", now.missed)
    words = _("First reply %(share)s") % {"share": with_sign(reply.share)}
    return Kpi(
        label=_("Solved in time"),
        value=percent(now.share),
        unit="%" if now.n else "",
        url=scope.link("resolution", outcome="kept"),
        delta=delta,
        direction=direction,
        verdict=verdict,
        title=_("Target %(target)s; %(kept)s of %(n)s solution promises kept")
        % {"target": with_sign(TARGET_SHARE), "kept": now.kept, "n": now.n},
        notes=[
            Note(missed % {"missed": now.missed, "n": now.n}, scope.link("resolution", outcome="missed")),
            Note(
                words,
                scope.link("response", outcome="kept"),
                _("%(kept)s of %(n)s first replies in time") % {"kept": reply.kept, "n": reply.n},
            ),
        ],
    )


def _open(scope: Scope, tiers: list[backlog.Open], days: list[volume.Day]) -> Kpi:
    created, done = sum(day.created for day in days), sum(day.solved for day in days)
    return Kpi(
        label=_("Open tickets"),
        value=str(sum(tier.n for tier in tiers)),
        url=scope.link("open"),
        title=_("New, in progress or waiting, right now"),
        notes=[
            Note(_("%(n)s created") % {"n": created}, scope.link("created")),
            Note(_("%(n)s solved") % {"n": done}, scope.link("solved")),
        ],
    )


def _time_to_solve(scope: Scope, done: solving.Solving) -> Kpi:
    now, before = done.median_seconds, done.median_before
    delta, direction, verdict = "", "flat", "flat"
    if now is not None and before is not None:
        change = now - before
        delta = compact_duration(abs(change), days=False) if abs(change) >= 60 else "0"
        direction = "flat" if delta == "0" else "up" if change > 0 else "down"
        verdict = {"flat": "flat", "up": "bad", "down": "good"}[direction]
    nine = _("nine in ten within %(time)s") % {"time": _hours(done.p90_seconds)}
    wall = _("Wall clock with pauses: median %(median)s, nine in ten within %(p90)s. %(n)s tickets.") % {
        "median": _wall(done.wall_median),
        "p90": _wall(done.wall_p90),
        "n": done.timed,
    }
    return Kpi(
        label=_("Median time to solve"),
        value=_hours(now),
        url=scope.link("solved"),
        delta=delta,
        direction=direction,
        verdict=verdict,
        title=wall,
        notes=[Note(_("working hours, n = %(n)s") % {"n": done.timed}, title=wall), Note(nine, title=wall)],
    )


def _escalated(scope: Scope, flows: list[flow.Flow]) -> Kpi:
    """From the front line, or from where the chosen team stands."""
    level = scope.team.tier.level if scope.team else 1
    numeral = NUMERALS.get(level, level)
    row = next((row for row in flows if row.level == level), None) or flow.Flow(level)
    delta, direction, verdict = _points(row.up_share, row.up_share_before, up_is_good=False)
    solved = _("%(n)s solved on tier %(numeral)s") % {"n": row.solved, "numeral": numeral}
    return Kpi(
        label=_("Escalated from tier %(numeral)s") % {"numeral": numeral},
        value=percent(row.up_share),
        unit="%" if row.entered else "",
        url=scope.link("flow", tier=level, way="up"),
        delta=delta,
        direction=direction,
        verdict=verdict,
        title=_("Tickets that left the tier upward, of those that entered it"),
        notes=[
            Note(_("%(up)s of %(n)s") % {"up": row.up, "n": row.entered}, scope.link("flow", tier=level, way="up")),
            Note(solved, scope.link("flow", tier=level, way="solved")),
        ],
    )


def _reopened(scope: Scope, done: solving.Solving) -> Kpi:
    delta, direction, verdict = _points(done.reopen_share, done.reopen_share_before, up_is_good=False)
    return Kpi(
        label=_("Reopened"),
        value=percent(done.reopen_share),
        unit="%" if done.n else "",
        url=scope.link("reopened"),
        delta=delta,
        direction=direction,
        verdict=verdict,
        title=_("Solved tickets that were opened again at least once"),
        notes=[Note(_("%(part)s of %(n)s solved") % {"part": done.reopened, "n": done.n}, scope.link("reopened"))],
    )


def _late(scope: Scope, tiers: list[backlog.Open]) -> Kpi:
    late, soon = sum(tier.late for tier in tiers), sum(tier.soon for tier in tiers)
    return Kpi(
        label=_("Late now"),
        value=str(late),
        url=scope.link("late"),
        title=_("Open, and the first reply or the solution is past its time"),
        notes=[Note(_("%(n)s due within two hours") % {"n": soon}, scope.link("soon"), is_hot=bool(soon))],
    )


def _points(now: float | None, before: float | None, *, up_is_good: bool) -> tuple[str, str, str]:
    """The change between two shares in percentage points: words, direction, verdict."""
    if now is None or before is None:
        return "", "flat", "flat"
    change = round((now - before) * 100, 1)
    words = _("%(points)s pt") % {"points": percent(abs(change) / 100)}
    if not change:
        return words, "flat", "flat"
    return words, "up" if change > 0 else "down", "good" if (change > 0) == up_is_good else "bad"


def _hours(seconds: float | None) -> str:
    return "–" if seconds is None else compact_duration(seconds, days=False)


def _wall(span: Any) -> str:
    return "–" if span is None else compact_duration(span.total_seconds())
