"""The larger cards of the dashboard: each a chart's geometry, its summary in words, and its rows as a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.spoken_time import short_date
from dashboards import charts
from dashboards.numbers import backlog, solving, volume
from dashboards.numbers.flow import Flow
from dashboards.numbers.promises import TARGET_SHARE, Promises
from dashboards.scope import Scope, midnight
from dashboards.words import tier_name, with_sign

X_LABELS = 7


def weeks(scope: Scope, kept: Promises) -> dict[str, Any]:
    """Solved in time, week by week: thirteen weeks whatever the period, or it would be no trend."""
    rows: list[dict[str, Any]] = [
        {
            "label": short_date(midnight(week)),
            "share": with_sign(attainment.share),
            "n": attainment.n,
            "missed": attainment.missed,
            "url": scope.link("resolution", week=week.isoformat()),
            "missed_url": scope.link("resolution", week=week.isoformat(), outcome="missed"),
        }
        for week, attainment in kept.weeks
    ]
    known = [(row, item.share) for row, (_week, item) in zip(rows, kept.weeks, strict=True) if item.share is not None]
    chart = charts.line([attainment.share for _week, attainment in kept.weeks], TARGET_SHARE)
    summary = _("Nothing was completed in these weeks.")
    if known:
        lowest = min(known, key=lambda pair: pair[1])
        summary = _(
            "Solved in time by week: lowest %(lowest)s in the week from %(week)s, latest %(latest)s; target %(target)s."
        ) % {
            "lowest": lowest[0]["share"],
            "week": lowest[0]["label"],
            "latest": known[-1][0]["share"],
            "target": with_sign(TARGET_SHARE),
        }
    return {
        "chart": chart,
        "grid": [(mark, with_sign(round(mark.value, 4))) for mark in chart.grid],
        "labels": _labels([row["label"] for row in rows], chart.xs),
        "latest": known[-1][0]["share"] if known else "",
        "last": next((point for point in chart.points if point and point.is_last), None),
        "target": with_sign(TARGET_SHARE),
        "rows": rows,
        "summary": summary,
        "has_data": bool(known),
    }


def ages(scope: Scope, tiers: list[backlog.Open]) -> dict[str, Any]:
    """Open tickets by tier and age."""
    longest = max((tier.n for tier in tiers), default=0)
    rows = []
    for tier in tiers:
        level: Any = tier.level or "none"
        cells = [
            {"n": n, "url": scope.link("open", tier=level, age=age.key), "age": age}
            for age, n in zip(backlog.AGES, tier.ages, strict=True)
        ]
        said = ", ".join(f"{age.label}: {n}" for age, n in zip(backlog.AGES, tier.ages, strict=True) if n)
        rows.append(
            {
                "label": tier_name(tier.level),
                "level": tier.level,
                "n": tier.n,
                "url": scope.link("open", tier=level),
                "segments": list(zip(charts.segments(tier.ages, longest), TONES, strict=True)),
                "cells": cells,
                "summary": f"{tier_name(tier.level)}: {tier.n}. {said}",
            }
        )
    totals = [sum(tier.ages[number] for tier in tiers) for number in range(len(backlog.AGES))]
    legend = [
        {"label": age.label, "n": n, "tone": tone, "url": scope.link("open", age=age.key)}
        for age, n, tone in zip(backlog.AGES, totals, TONES, strict=True)
    ]
    return {"rows": rows, "legend": legend, "old": legend[-1]}


TONES = ("f-3", "f-2", "f-1", "f-warn", "f-bad")


def flow(scope: Scope, flows: list[Flow]) -> dict[str, Any]:
    """How tickets move between tiers."""
    columns = charts.columns([(tier.entered, tier.solved, tier.up, tier.returned) for tier in flows])
    rows = [
        {
            "label": tier_name(tier.level),
            "column": column,
            "up_share": with_sign(tier.up_share),
            "solved_share": with_sign(tier.solved / tier.entered if tier.entered else None),
            "returned_share": with_sign(tier.returned / tier.entered if tier.entered else None),
            "tier": tier,
            "cells": [
                {"n": n, "url": scope.link("flow", tier=tier.level, way=way)}
                for way, n in (
                    ("in", tier.entered),
                    ("solved", tier.solved),
                    ("up", tier.up),
                    ("returned", tier.returned),
                    ("here", tier.here),
                )
            ],
        }
        for tier, column in zip(flows, columns, strict=True)
    ]
    parts = [
        _("%(tier)s: %(entered)s entered, %(solved)s solved, %(up)s passed up, %(returned)s handed back")
        % {
            "tier": row["label"],
            "entered": tier.entered,
            "solved": tier.solved,
            "up": tier.up,
            "returned": tier.returned,
        }
        for row, tier in zip(rows, flows, strict=True)
    ]
    return {"rows": rows, "summary": ". ".join(parts), "has_data": any(tier.entered for tier in flows)}


def days(scope: Scope, counted: list[volume.Day]) -> dict[str, Any]:
    """Created against solved, day by day."""
    chart = charts.bars([(day.created, day.solved) for day in counted])
    rows: list[dict[str, Any]] = [
        {
            "label": short_date(midnight(day.day)),
            "created": day.created,
            "solved": day.solved,
            "created_url": scope.link("created", day=day.day.isoformat()),
            "solved_url": scope.link("solved", day=day.day.isoformat()),
        }
        for day in counted
    ]
    created, done = sum(day.created for day in counted), sum(day.solved for day in counted)
    busiest = max(counted, key=lambda day: day.created)
    summary = _("%(created)s created and %(solved)s solved; most created on %(day)s: %(most)s.") % {
        "created": created,
        "solved": done,
        "day": short_date(midnight(busiest.day)),
        "most": busiest.created,
    }
    return {
        "chart": chart,
        "grid": [(mark, str(round(mark.value))) for mark in chart.grid],
        "labels": _labels([row["label"] for row in rows], chart.middles),
        "rows": rows,
        "summary": summary,
        "created": created,
        "solved": done,
        "created_url": scope.link("created"),
        "solved_url": scope.link("solved"),
        "has_data": bool(created or done),
    }


def load(scope: Scope) -> dict[str, Any]:
    """Who has how much: teams over all, people inside one team."""
    found = backlog.load_of_people(scope) if scope.team else backlog.load_of_teams(scope)
    most = max((row.n for row in found), default=0)
    teams = {team.pk: team for team in scope.user.hats.visible_teams}
    rows = []
    for row in found:
        team = teams.get(row.pk or 0)
        if scope.team:
            label, url = _person(row), scope.link("open", owner=row.pk or "none")
        elif team:
            label, url = team.label, scope.link("open", team=team.slug)
        elif row.pk is None:
            label, url = _("No team yet"), scope.link("open", placed="none")
        else:  # the reader's own tickets, with a team that is closed to them
            label, url = _("Another team"), ""
        late = row.late / row.n if row.n else 0
        rows.append(
            {
                "load": row,
                "label": label,
                "tier": None if scope.team or not team else team.tier,
                "url": url,
                "share": row.n / most if most else 0,
                "tone": "bad" if late >= 0.5 else "warn" if row.late else "",
                "words": _("%(n)s open, %(late)s late") % {"n": row.n, "late": row.late},
            }
        )
    return {"rows": rows, "is_people": bool(scope.team)}


def _person(row: backlog.Load) -> str:
    return row.person.name if row.person else _("Nobody yet")


def categories(scope: Scope, found: list[volume.CategoryCount]) -> list[dict[str, Any]]:
    """What most tickets are about."""
    most = max((row.n for row in found), default=0)
    return [
        {
            "label": row.label or _("No category"),
            "service": row.service,
            "n": row.n,
            "before": row.before,
            "change": row.n - row.before,
            "share": row.n / most,
            "url": scope.link("created", category=row.pk or "none"),
        }
        for row in found
    ]


def rated(scope: Scope, done: solving.Solving) -> dict[str, Any]:
    """Satisfaction, with how many answered."""
    return {
        "share": with_sign(done.satisfied_share),
        "satisfied": done.satisfied,
        "n": done.rated,
        "low": done.low,
        "response": with_sign(done.rated_share),
        "is_few": done.rated < 30,
        "good_url": scope.link("rated", score="good"),
        "low_url": scope.link("rated", score="low"),
        "url": scope.link("rated"),
    }


def _labels(texts: list[str], xs: list[str]) -> list[tuple[str, str]]:
    """As many labels of the axis as fit, evenly spaced, the last one included."""
    step = -(-len(texts) // X_LABELS)
    return [
        (x, text)
        for number, (x, text) in enumerate(zip(xs, texts, strict=True))
        if (len(texts) - 1 - number) % step == 0
    ]
