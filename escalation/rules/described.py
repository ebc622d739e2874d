"""What the pages about rules show: wordings in words, states, drafts, what applied lately, what a version changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.naming import in_indonesian
from core.spoken_time import day_and_time
from core.steady import steady
from escalation.differences import Difference
from escalation.models import Rule, RuleRun, RuleVersion
from escalation.rules.definition import RuleDefinition, RuleError, Step, parse
from escalation.rules.failing import FAILURES_AT_MOST
from escalation.rules.naming import names_for
from escalation.rules.settings_words import settings_in_words
from escalation.rules.words import rule_in_words, when_in_words
from tickets.automation import actions
from tickets.conditions import in_words
from tickets.querysets import TicketQuerySet

HITS_DAYS = 7
LANGUAGES = ("en", "id")


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule in the list.

    Attributes:
        state: "on", "not_yet" and "over" (on, but outside its window), "broken", "gave_up" (switched itself off), "off"
            or "draft".
        draft: its newest version where that is not in force.
        hits, failed: how often it applied in the last seven days, and how often a part of that failed, on tickets that
            the reader may see.
    """

    rule: Rule
    state: str
    words: str
    trouble: str
    draft: RuleVersion | None
    hits: int = 0
    failed: int = 0


def rule_cards(now: datetime, visible: TicketQuerySet) -> list[RuleCard]:
    """All rules in order: four queries, and one for each kind of thing that rules name.

    Args:
        visible: the tickets that may be counted.
    """
    rules = list(Rule.objects.filter(removed_at__isnull=True).select_related("current", "owner"))
    newest = {version.rule_id: version for version in newest_versions()}
    hits = _hits(now - timedelta(days=HITS_DAYS), visible)
    with steady():
        return [_card(rule, newest.get(rule.pk), hits.get(rule.pk, (0, 0)), now) for rule in rules]


def newest_versions() -> Iterable[RuleVersion]:
    """The newest wording of each rule."""
    return RuleVersion.objects.filter(rule__removed_at__isnull=True).order_by("rule_id", "-number").distinct("rule_id")


def state_of(rule: Rule, now: datetime) -> str:
    """How a rule stands at an instant, as `RuleCard.state` has it."""
    if rule.current_id is None:
        return "draft"
    if not rule.is_active:
        return "gave_up" if rule.failures >= FAILURES_AT_MOST else "off"
    if rule.broken:
        return "broken"
    definition, _trouble = readable(rule.current)
    if definition is None or definition.is_active(now):
        return "on"
    return "not_yet" if definition.since is not None and now < definition.since else "over"


def readable(version: RuleVersion | None) -> tuple[RuleDefinition | None, str]:
    """A wording and why it cannot be read."""
    if version is None:
        return None, ""
    try:
        return parse(version.definition, lookup=False), ""
    except RuleError as error:
        return None, str(error)


def version_in_words(version: RuleVersion | None) -> str:
    """A version as one paragraph in the reader's language; what is wrong with it where it cannot be read."""
    definition, trouble = readable(version)
    return in_full(definition) if definition else trouble


def in_full(definition: RuleDefinition) -> str:
    """A wording as one paragraph, with the names of what it names."""
    return rule_in_words(definition, names_for([definition.condition]))


def in_both_languages(definition: RuleDefinition) -> dict[str, str]:
    """The same paragraph in English and in Indonesian."""
    found = {}
    with steady():
        for language in LANGUAGES:
            with translation.override(language):
                found[language] = in_full(definition)
    return found


def name_of(version: RuleVersion) -> str:
    """What a version calls its rule, in the reader's language."""
    return version.name_id if version.name_id and in_indonesian() else version.name


def what_changes(before: RuleVersion, after: RuleVersion) -> list[Difference]:
    """What differs between two versions, part by part, in words; what cannot be read is said to be so."""
    with steady():
        old, new = dict(_parts(before)), dict(_parts(after))
        said = [Difference(what, old.get(what, ""), new.get(what, "")) for what in dict.fromkeys([*old, *new])]
        return [row for row in said if row.before != row.after] + _settings(before, after)


def _hits(since: datetime, visible: TicketQuerySet) -> dict[int | None, tuple[int, int]]:
    done = RuleRun.State.DONE
    runs = RuleRun.objects.filter(at__gte=since, ticket__in=visible.order_by().values("pk"))
    rows = runs.values_list("rule").order_by()
    counted = rows.annotate(hits=Count("pk"), failed=Count("pk", filter=~Q(state=done)))
    return {rule: (hits, failed) for rule, hits, failed in counted}


def _card(rule: Rule, newest: RuleVersion | None, hits: tuple[int, int], now: datetime) -> RuleCard:
    is_draft = newest is not None and newest.pk != rule.current_id
    shown = rule.current or newest
    definition, trouble = readable(shown)
    return RuleCard(
        rule=rule,
        state=state_of(rule, now),
        words=in_full(definition) if definition else "",
        trouble=trouble,
        draft=newest if is_draft else None,
        hits=hits[0],
        failed=hits[1],
    )


def _parts(version: RuleVersion) -> Iterable[tuple[str, str]]:
    yield _("Name"), version.name
    yield _("Name in Indonesian"), version.name_id
    definition, trouble = readable(version)
    if definition is None:
        yield _("In words"), trouble
        return
    yield _("When"), when_in_words(definition.when)
    yield _("Only if"), in_words(definition.condition, names_for([definition.condition]))
    for number, step in enumerate(definition.steps, start=1):
        yield _("Action %(number)s") % {"number": number}, _words(step)
    yield _("Stops here"), _("yes") if definition.stops else _("no")
    yield _("Order"), f"{definition.order:g}"
    yield _("Active from"), _instant(version.definition.get("from"))
    yield _("Active until"), _instant(version.definition.get("until"))
    yield _("Words for the requester, in English"), definition.told.get("en", "")
    yield _("Words for the requester, in Indonesian"), definition.told.get("id", "")


def _settings(before: RuleVersion, after: RuleVersion) -> list[Difference]:
    """Settings that changed though the action reads the same: a long text is cut in words, an address not said."""
    old, new = readable(before)[0], readable(after)[0]
    found = []
    for number, (was, now) in enumerate(zip(old.steps, new.steps, strict=False) if old and new else (), start=1):
        if was.do != now.do or was.params == now.params or _words(was) != _words(now):
            continue
        what = _("Settings of action %(number)s") % {"number": number}
        found.append(Difference(what, *settings_in_words(actions()[was.do], was.params, now.params)))
    return found


def _words(step: Step) -> str:
    return actions()[step.do].words(step.params)


def _instant(text: str | None) -> str:
    instant = parse_datetime(text) if text else None
    return day_and_time(instant) if instant else ""
