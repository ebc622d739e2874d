"""The lists behind the figures: every number on the dashboard has a name here, and its list is as long as the number.

The address names the figure and narrows it (`?figure=open&tier=2&age=7-14`), beside the dashboard's own filters. The
functions build on the same sets the numbers are counted from, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NoReturn

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Category
from core.errors import NotVisible
from core.spoken_time import short_date
from dashboards.numbers import backlog, flow, promises, solving, volume
from dashboards.scope import Scope, midnight
from dashboards.words import tier_name
from escalation.models import Clock
from tickets.querysets import TicketQuerySet

Words = Mapping[str, str]
Text = str | Promise
NOBODY = "none"
WHOLE_PERIOD = ""
RIGHT_NOW = gettext_lazy("Right now")


@dataclass(frozen=True, slots=True)
class Listing:
    """The tickets behind a figure. `rule` says in one sentence how they were counted; `span` when, empty for
    the whole period.
    """

    title: Text
    rule: Text
    tickets: TicketQuerySet
    span: Text = WHOLE_PERIOD


def listing(scope: Scope, words: Words) -> Listing:
    """The list the address asks for.

    Raises:
        NotVisible: there is no such figure, or it cannot be narrowed that way.
    """
    figure = FIGURES.get(words.get("figure", ""))
    if figure is None:
        raise NotVisible()
    return figure(scope, words)


def _promise(metric: str, names: dict[str, Text]) -> Callable[[Scope, Words], Listing]:
    def build(scope: Scope, words: Words) -> Listing:
        outcome = _one_of(names, words.get("outcome", ""))
        start, end, span = _span(scope, words)
        clocks = promises.completed(scope, metric, start, end)
        if outcome:
            clocks = clocks.filter(promises.MISSED) if outcome == "missed" else clocks.exclude(promises.MISSED)
        rule = _("Targets completed in the period, without cancelled tickets. Working time; pauses do not count.")
        return Listing(names[outcome], rule, scope.tickets().filter(pk__in=clocks.values("ticket_id")), span)

    return build


def _open(scope: Scope, words: Words) -> Listing:
    tickets, narrowed = backlog.open_now(scope), []
    if tier := words.get("tier"):
        level = _level(tier)
        tickets = tickets.filter(tier__level=level) if level else tickets.filter(tier__isnull=True)
        narrowed.append(tier_name(level))
    if key := words.get("age"):
        age = next((age for age in backlog.AGES if age.key == key), None) or _nothing()
        tickets = tickets.filter(age.condition(scope))
        narrowed.append(str(age.label))
    if owner := words.get("owner"):
        tickets = tickets.unassigned() if owner == NOBODY else tickets.filter(assignee_id=_number(owner))
        narrowed.append(_("with nobody") if owner == NOBODY else _("with one owner"))
    if words.get("placed") == NOBODY:
        tickets = tickets.filter(team__isnull=True)
        narrowed.append(_("with no team"))
    title = ", ".join([_("Open tickets"), *narrowed])
    return Listing(title, _("New, in progress or waiting. Age in calendar days since opening."), tickets, RIGHT_NOW)


def _late(scope: Scope, words: Words) -> Listing:
    rule = _("Open, and the first reply or the solution is past its time.")
    return Listing(_("Late now"), rule, backlog.late_now(scope), RIGHT_NOW)


def _soon(scope: Scope, words: Words) -> Listing:
    rule = _("Open, on time, and due within two hours.")
    return Listing(_("Late soon"), rule, backlog.late_soon(scope), RIGHT_NOW)


def _solved(scope: Scope, words: Words) -> Listing:
    start, end, span = _span(scope, words)
    rule = _("The solution that still stands falls in the period.")
    return Listing(_("Solved"), rule, solving.solved(scope, start, end), span)


def _reopened(scope: Scope, words: Words) -> Listing:
    tickets = solving.solved(scope, scope.start, scope.now).filter(solving.REOPENED)
    return Listing(_("Solved after being opened again"), _("Solved tickets with at least one reopening."), tickets)


def _rated(scope: Scope, words: Words) -> Listing:
    titles = {"": _("Rated"), "good": _("Rated 4 or 5"), "low": _("Rated 1 or 2")}
    score = _one_of(titles, words.get("score", ""))
    tickets = solving.solved(scope, scope.start, scope.now).filter(rating__isnull=False)
    if score == "good":
        tickets = tickets.filter(rating__score__gte=solving.SATISFIED)
    elif score == "low":
        tickets = tickets.filter(rating__score__lte=solving.LOW)
    return Listing(titles[score], _("Ratings on tickets solved in the period."), tickets)


def _created(scope: Scope, words: Words) -> Listing:
    start, end, span = _span(scope, words)
    tickets, title = volume.created(scope, start, end), _("Created")
    if category := words.get("category"):
        pk = None if category == NOBODY else _number(category)
        tickets = tickets.filter(category_id=pk) if pk else tickets.filter(category__isnull=True)
        named = Category.objects.filter(pk=pk).first() if pk else None
        title = _("Created: %(category)s") % {"category": named.label if named else _("no category")}
    return Listing(title, _("Opened in the period, whatever became of them."), tickets, span)


def _flow(scope: Scope, words: Words) -> Listing:
    titles = {
        "in": _("Entered %(tier)s"),
        "solved": _("Entered %(tier)s, solved there"),
        "up": _("Entered %(tier)s, passed up"),
        "returned": _("Entered %(tier)s, handed back"),
        "here": _("Entered %(tier)s, still there"),
    }
    way = _one_of(titles, words.get("way", "in"))
    level = _level(words.get("tier", "")) or _nothing()
    rule = _("Tickets that came to the tier in the period. Moves made by rules are no escalation.")
    return Listing(titles[way] % {"tier": tier_name(level)}, rule, flow.moved(scope, level, way))


def _bounced(scope: Scope, words: Words) -> Listing:
    title, rule = _("Handed back twice or more"), _("Open tickets that went back at least twice.")
    return Listing(title, rule, backlog.bounced(scope), RIGHT_NOW)


FIGURES: dict[str, Callable[[Scope, Words], Listing]] = {
    "resolution": _promise(
        Clock.Metric.RESOLUTION,
        {
            "": gettext_lazy("Solution promises completed"),
            "kept": gettext_lazy("Solved in time"),
            "missed": gettext_lazy("Not solved in time"),
        },
    ),
    "response": _promise(
        Clock.Metric.RESPONSE,
        {
            "": gettext_lazy("First reply promises completed"),
            "kept": gettext_lazy("First reply in time"),
            "missed": gettext_lazy("First reply not in time"),
        },
    ),
    "open": _open,
    "late": _late,
    "soon": _soon,
    "solved": _solved,
    "reopened": _reopened,
    "rated": _rated,
    "created": _created,
    "flow": _flow,
    "bounced": _bounced,
}


def _span(scope: Scope, words: Words) -> tuple[datetime, datetime, Text]:
    """One day, one week, or the whole period; never beyond the scope's instant."""
    for name, days in (("day", 1), ("week", 7)):
        if words.get(name):
            first = _date(words[name])
            start, end = midnight(first), midnight(first + timedelta(days=days))
            day = short_date(start, year=True)
            span = day if days == 1 else _("Week from %(day)s") % {"day": day}
            return start, min(end, scope.now), span
    return scope.start, scope.now, WHOLE_PERIOD


def _date(text: str) -> date:
    try:
        return parse_date(text) or _nothing()
    except ValueError:
        return _nothing()


def _level(text: str) -> int | None:
    return None if text == NOBODY else _number(text)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else _nothing()


def _one_of(names: Mapping[str, Text], name: str) -> str:
    return name if name in names else _nothing()


def _nothing() -> NoReturn:
    raise NotVisible()
