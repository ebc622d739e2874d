"""Why a ticket is where it is, read back from what was kept: for staff, and in plain words for the requester."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalation.models import RuleDecision, RuleRun, RuleVersion
from escalation.rules.decide import BROKEN, OUT_OF_WINDOW
from escalation.rules.definition import RuleDefinition, RuleError
from escalation.rules.engine import HELD, TOO_DEEP
from escalation.rules.naming import name_of, question_in_words
from escalation.rules.stored import definition_of
from tickets.automation import actions
from tickets.condition_forms.naming import FIELD_KINDS
from tickets.conditions import FIELDS
from tickets.models import Ticket
from tickets.reasons import text_of


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule that did not apply: its name, its version, and why in words."""

    name: str
    number: int
    rule_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One rule that applied: its sentence for staff, and what came of its actions."""

    run: RuleRun
    sentence: str
    results: Sequence[str]
    failures: Sequence[str]


@dataclass(slots=True)
class Explained:
    """One decision for a page. `facts` are (label, value) pairs of what the rules looked at."""

    decision: RuleDecision
    at: datetime
    lines: list[RunLine] = field(default_factory=list)
    skipped: list[SkippedRule] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    fallback: str = ""


def decisions_of(ticket: Ticket) -> list[RuleDecision]:
    """What rules decided about a ticket, the first first; two queries."""
    rows = RuleDecision.objects.filter(ticket=ticket, about=RuleDecision.About.RULES)
    return list(rows.prefetch_related("runs__version", "runs__rule").order_by("pk"))


def sentence(decision: RuleDecision) -> str:
    """Why the ticket went there, in one sentence of the reader's language."""
    told = [told_by(run) for run in decision.runs.all() if did_something(run)]
    if decision.fallback:
        told.append(_(decision.fallback))
    return "; ".join(dict.fromkeys(told))


def told_to_requester(ticket: Ticket) -> list[str]:
    """Why it went where it is, in the words that were written for its requester; a rule's name is the staff's."""
    runs = RuleRun.objects.filter(ticket=ticket, version__definition__has_key="told").select_related("version")
    told = [text_of(run.version.definition["told"]) for run in runs.order_by("pk") if run.version and _placed(run)]
    return [words for words in dict.fromkeys(told) if words]


def _placed(run: RuleRun) -> bool:
    """Whether the rule itself put the ticket somewhere."""
    return any(row["ok"] and not row.get("lost_to") and not row.get("why") for row in run.did if _moves(row["do"]))


def _moves(name: str) -> bool:
    return name in actions() and actions()[name].decides == "team"


def did_something(run: RuleRun) -> bool:
    """Whether anything came of a rule that applied: all of it may have been decided by rules above it."""
    return any(not row["ok"] or not (row.get("lost_to") or row.get("why")) for row in run.did)


def told_by(run: RuleRun) -> str:
    """What a rule says about itself: the words written for the requester, else its name."""
    words = run.version.definition.get("told") if run.version else None
    return text_of(words or {}).rstrip(". ") or run.label


def explained(decision: RuleDecision) -> Explained:
    """A decision in full: what applied, what did not and which question decided that, and the facts then."""
    found = Explained(decision, decision.at, fallback=_(decision.fallback) if decision.fallback else "")
    found.lines = [run_line(run) for run in decision.runs.all()]
    found.skipped = _skipped(decision.skipped)
    found.facts = [_fact(name, value) for name, value in decision.facts.items()]
    return found


def run_line(run: RuleRun) -> RunLine:
    """What a rule did, in words."""
    results, failures = [], []
    for row, params in zip(run.did, _params(run), strict=False):
        action = actions().get(row["do"])
        words = action.words(params) if action and params is not None else row["do"]
        if not row["ok"]:
            failures.append(f"{words}: {_why_not(row)}")
        elif row.get("lost_to"):
            results.append(
                _("not %(what)s: “%(rule)s” had decided that") % {"what": words, "rule": text_of(row["lost_to"])}
            )
        elif row.get("why") == HELD:
            results.append(_("not %(what)s: somebody holds the ticket") % {"what": words})
        elif not row.get("why"):
            results.append(f"{words} ({text_of(row['result'])})" if row.get("result") else words)
    return RunLine(run, told_by(run), results, failures)


def _params(run: RuleRun) -> list[Mapping[str, Any] | None]:
    try:
        steps = definition_of(run.version).steps if run.version else ()
    except RuleError:
        steps = ()
    return [step.params for step in steps] or [None] * len(run.did)


def _why_not(row: Mapping[str, Any]) -> str:
    if row.get("why") == TOO_DEEP:
        return _("rules set each other off; this is as far as it goes")
    return str(row.get("error", ""))


def _skipped(pairs: Iterable[Sequence[int]]) -> list[SkippedRule]:
    numbers = [pair[0] for pair in pairs]
    versions = RuleVersion.objects.in_bulk(numbers)
    found = []
    for version_id, code in pairs:
        version = versions.get(version_id)
        if version is not None:
            found.append(SkippedRule(version.label, version.number, version.rule_id, _why_skipped(version, code)))
    return found


def _why_skipped(version: RuleVersion, code: int) -> str:
    if code == OUT_OF_WINDOW:
        return _("it is not active at that time")
    try:
        definition: RuleDefinition | None = definition_of(version)
    except RuleError:
        definition = None
    if code == BROKEN or definition is None:
        return _("it cannot be used")
    leaf = next((leaf for number, leaf in enumerate(definition.condition.leaves()) if number == code), None)
    return _("not so: %(question)s") % {"question": question_in_words(leaf)} if leaf else ""


def _fact(name: str, value: Any) -> tuple[str, str]:
    known = FIELDS.get(name)
    shown = name_of(FIELD_KINDS[name], value) if name in FIELD_KINDS and value is not None else value
    if known is not None and known.choices is not None and not isinstance(value, list | dict):
        shown = known.choices.get(value, value)
    if value is None or value in ([], {}):
        shown = "–"
    elif isinstance(value, bool):
        shown = _("yes") if value else _("no")
    elif isinstance(value, list):
        shown = ", ".join(map(str, value))
    elif isinstance(value, dict):
        shown = ", ".join(f"{key}: {one}" for key, one in value.items())
    return str(known.label) if known else name, str(shown)
