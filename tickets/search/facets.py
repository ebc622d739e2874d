"""What results can be narrowed by: each choice is an operator in the question, so it can be read and changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Tier, User
from catalogue.models import Service
from tickets.choices import Priority, Status
from tickets.search.answer import Answer, at_least
from tickets.search.language import Question
from tickets.search.operators import KINDS, value_of

MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """Attributes:
    question: what is asked when it is chosen, or taken back.
    count: how many there are, as people read it.
    """

    label: str
    count: str
    question: str
    is_on: bool = False


@dataclass(slots=True)
class Facet:
    label: str
    choices: list[Choice] = field(default_factory=list)


# operator value of each status; "open" alone means everything not solved
STATUS_WORDS = {
    Status.NEW: "new",
    Status.OPEN: "progress",
    Status.PENDING: "waiting",
    Status.RESOLVED: "resolved",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}


def tabs(answer: Answer) -> list[Choice]:
    """Everything, and each kind of thing there is."""
    question = answer.question
    chosen = {value_of(KINDS, one.value) for one in question.operators if one.name == "kind"} - {None}
    bare = without(question, "kind")
    labels = {"article": _("Articles"), "person": _("People"), "asset": _("Assets"), "problem": _("Problems")}
    counts = {"ticket": at_least(answer) if answer.total else ""}
    counts |= {kind: str(len(rows)) for kind, rows in answer.others.items()}
    choices = [Choice(_("Everything"), "", bare, not chosen)]
    for kind, label in {"ticket": _("Tickets"), **labels}.items():
        if counts.get(kind) or kind in chosen:
            choices.append(Choice(label, counts.get(kind, ""), f"{bare} kind:{kind}".strip(), kind in chosen))
    return choices


def facets(answer: Answer, user: User) -> list[Facet]:
    """Status, tier, service and priority of the tickets found; for staff all of them. At most two queries."""
    status = {str(value): (str(value.label), word) for value, word in STATUS_WORDS.items()}
    found = [_facet(answer, "status", _("Status"), status)]
    if user.hats.is_agent:
        tiers = {tier.pk: tier for tier in Tier.objects.all()} if answer.counts.get("tier") else {}
        named = {pk: (_("Tier %(numeral)s") % {"numeral": tier.numeral}, tier.numeral) for pk, tier in tiers.items()}
        found.append(_facet(answer, "tier", _("Tier"), named))
        priorities = {int(value): (str(value.label), f"p{int(value)}") for value in Priority}
        found.append(_facet(answer, "priority", _("Priority"), priorities))
    services = Service.objects.in_bulk([pk for pk, _n in answer.counts.get("service", {}).items()] or [0])
    found.append(_facet(answer, "service", _("Service"), {pk: (one.label, one.slug) for pk, one in services.items()}))
    return [one for one in found if one.choices]


def _facet(answer: Answer, name: str, label: str, values: dict[Any, tuple[str, str]]) -> Facet:
    question, facet = answer.question, Facet(label)
    counts: dict[Any, int] = dict(answer.counts.get(name, {}))
    chosen = [one.value.lower() for one in question.operators if one.name == name and not one.negated]
    for value, (words, typed) in values.items():
        if not counts.get(value):
            continue
        is_on = typed.lower() in chosen
        bare = without(question, name)
        count = f"{counts[value]}+" if answer.more else str(counts[value])
        facet.choices.append(Choice(words, count, bare if is_on else f"{bare} {name}:{typed}".strip(), is_on))
    if name == "service":
        facet.choices.sort(key=lambda choice: -int(choice.count.rstrip("+")))
    facet.choices = facet.choices[:MOST_CHOICES]
    # one value that everything has says nothing
    if len(facet.choices) == 1 and not facet.choices[0].is_on:
        facet.choices = []
    return facet


def filters(question: Question) -> list[Choice]:
    """The operators in force, each with the question that is left without it."""
    return [
        Choice(one.text, "", _joined(text for text in _texts(question) if text != one.text), is_on=True)
        for one in question.operators
    ]


def without(question: Question, name: str) -> str:
    """The question without its operators of this name."""
    gone = {one.text for one in question.operators if one.name == name}
    return _joined(text for text in _texts(question) if text not in gone)


def _texts(question: Question) -> list[str]:
    """The pieces of a question as they were typed, in a shape that reads the same again."""
    pieces = [one.text for one in question.operators]
    pieces += [" OR ".join(term.text for term in group) for group in question.groups]
    return [*pieces, *(term.text for term in question.without)]


def _joined(texts: Iterable[str]) -> str:
    return " ".join(texts)
