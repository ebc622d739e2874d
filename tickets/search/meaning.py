"""What the operators of a question mean here: names become marks of the index, dates a span, the rest a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.finding import people_called
from accounts.models import Tier, User
from catalogue.models import Asset, Category, Service
from tickets.search import operators as known
from tickets.search.language import Operator, Question
from tickets.search.matching import Match, facet, months
from tickets.search.words import plain, telling, tokens
from tickets.tags import normal_tag

MOST_NAMES = 200
# "from:sari" in a house of three thousand: a question about everybody is no question
MOST_PEOPLE = 25
# A span of time up to this long is asked for by its months; in a longer one common words are met soon enough.
MARKED_DAYS = 183
STAFF_OPERATORS = frozenset({"tag", "team", "in"})


@dataclass(slots=True)
class Meaning:
    """Attributes:
    marks: what must, or must not, stand in a document.
    staff_marks: the same, for what requesters are not shown.
    kinds: the kinds of things asked for; None for all.
    is_late: only tickets whose promise has run out; False for only those in time; None for both.
    notes_only: words count in internal notes alone.
    """

    marks: list[Match] = field(default_factory=list)
    staff_marks: list[Match] = field(default_factory=list)
    kinds: set[str] | None = None
    opened_from: date | None = None
    opened_until: date | None = None
    is_late: bool | None = None
    notes_only: bool = False
    hints: list[str] = field(default_factory=list)

    @property
    def narrows_tickets(self) -> bool:
        """Whether anything is asked that only tickets have."""
        has_span = self.opened_from is not None or self.opened_until is not None
        return bool(self.marks or self.staff_marks or has_span or self.notes_only or self.is_late is not None)

    def span(self) -> tuple[datetime | None, datetime | None]:
        """From when (included) until when (not included) they were opened, by the reader's clock."""
        zone = timezone.get_current_timezone()
        start = datetime.combine(self.opened_from, time.min, zone) if self.opened_from else None
        until = self.opened_until + timedelta(days=1) if self.opened_until else None
        return start, datetime.combine(until, time.min, zone) if until else None

    def span_marks(self) -> Match | None:
        """The same as a few months, wide enough for every time zone; None for a longer time."""
        today = timezone.localdate()
        if self.opened_from is None or (min(self.opened_until or today, today) - self.opened_from).days > MARKED_DAYS:
            return None
        last = (self.opened_until or today) + timedelta(days=1)
        return months(self.opened_from - timedelta(days=1), min(last, today + timedelta(days=1)))


def meaning_of(question: Question, user: User) -> Meaning:
    """Look the names up. What means nothing is a hint, and the rest is searched."""
    meaning = Meaning()
    for operator in question.operators:
        if operator.name in STAFF_OPERATORS and not user.hats.is_agent:
            meaning.hints.append(_("The filter “%(name)s:” is for staff.") % {"name": operator.name})
        elif not _apply(meaning, operator, user):
            meaning.hints.append(
                _("“%(value)s” means nothing to the filter “%(name)s:”; it was left out.")
                % {"value": operator.value[:60], "name": operator.name}
            )
    return meaning


def _apply(meaning: Meaning, operator: Operator, user: User) -> bool:
    special = SPECIAL.get(operator.name)
    if special is not None:
        return special(meaning, operator, user)
    lexemes = [lexeme for value in operator.value.split(",") for lexeme in MARKS[operator.name](value.strip(), user)]
    if not lexemes:
        return False
    _narrow(meaning, operator, lexemes)
    return True


def _narrow(meaning: Meaning, operator: Operator, lexemes: Iterable[str]) -> None:
    mark = facet(*dict.fromkeys(lexemes))
    kept = meaning.staff_marks if operator.name in STAFF_OPERATORS else meaning.marks
    kept.append(~mark if operator.negated else mark)


def _of_table(prefix: str, table: dict[str, str]) -> Callable[[str, User], list[str]]:
    def lexemes(value: str, _user: User) -> list[str]:
        found = known.value_of(table, value)
        return [f"{prefix}:{found}"] if found else []

    return lexemes


def _tier(value: str, _user: User) -> list[str]:
    level = known.value_of(known.TIERS, value)
    return [f"i:{pk}" for pk in Tier.objects.filter(level=level).values_list("pk", flat=True)] if level else []


def _team(value: str, user: User) -> list[str]:
    wanted = plain(value).replace("-", " ")
    teams = user.hats.visible_teams
    exact = [team for team in teams if plain(team.slug) == plain(value)]
    named = [team for team in teams if wanted in plain(f"{team.name} {team.name_id}").replace("-", " ")]
    return [f"t:{team.pk}" for team in exact or named]


def _requester(value: str, user: User) -> list[str]:
    if plain(value) in known.ME:
        return [f"r:{user.pk}"]
    # whoever is no agent finds only their own tickets, and learns nothing about who else there is
    return [f"r:{pk}" for pk in _people(value)] or ([] if user.hats.is_agent else ["r:0"])


def _owner(value: str, user: User) -> list[str]:
    if plain(value) in known.ME:
        return [f"a:{user.pk}"]
    if plain(value) in known.NOBODY:
        return ["a:0"]
    return [f"a:{pk}" for pk in _people(value)] or ([] if user.hats.is_agent else ["a:-1"])


def _people(value: str) -> list[int]:
    if "@" in value:
        return list(User.objects.filter(email__istartswith=value).values_list("pk", flat=True)[:MOST_PEOPLE])
    words = telling(tokens(value))
    return list(people_called(words).values_list("pk", flat=True)[:MOST_PEOPLE]) if words else []


def _service(value: str, _user: User) -> list[str]:
    return [f"v:{pk}" for pk in Service.objects.filter(_named(value)).values_list("pk", flat=True)[:MOST_NAMES]]


def _category(value: str, _user: User) -> list[str]:
    return [f"c:{pk}" for pk in Category.objects.filter(_named(value)).values_list("pk", flat=True)[:MOST_NAMES]]


def _named(value: str) -> Q:
    return Q(slug__iexact=value) | Q(name__icontains=value) | Q(name_id__icontains=value)


def _asset(value: str, user: User) -> list[str]:
    assets = Asset.objects.all() if user.hats.is_agent else Asset.objects.filter(owner_id=user.pk)
    tagged = assets.filter(tag__istartswith=value).values_list("pk", flat=True)[:MOST_NAMES]
    return [f"x:{pk}" for pk in tagged] or ([] if user.hats.is_agent else ["x:0"])


def _tag(value: str, _user: User) -> list[str]:
    tag = normal_tag(value)
    return [f"g:{tag}"] if tag else []


MARKS: dict[str, Callable[[str, User], list[str]]] = {
    "status": _of_table("s", known.STATUSES),
    "priority": _of_table("p", known.PRIORITIES),
    "tier": _tier,
    "team": _team,
    "from": _requester,
    "owner": _owner,
    "service": _service,
    "category": _category,
    "asset": _asset,
    "tag": _tag,
}


def _is(meaning: Meaning, operator: Operator, user: User) -> bool:
    state = known.value_of(known.STATES, operator.value)
    if state == "late":
        meaning.is_late = not operator.negated
    elif state == "mine":
        _narrow(meaning, operator, [f"a:{user.pk}"] if user.hats.is_agent else [f"r:{user.pk}"])
    elif state == "unassigned":
        _narrow(meaning, operator, ["a:0"])
    elif state:
        _narrow(meaning, operator, [f"s:{state}"])
    return state is not None


def _date(meaning: Meaning, operator: Operator, _user: User) -> bool:
    days = known.day_of(operator.value, timezone.localdate())
    if days is None or operator.negated:
        return False
    first, last = days
    if operator.name == "before":
        meaning.opened_until = min(meaning.opened_until or date.max, first - timedelta(days=1))
    else:
        start = first if operator.name == "since" else last + timedelta(days=1)
        meaning.opened_from = max(meaning.opened_from or date.min, start)
    return True


def _in(meaning: Meaning, operator: Operator, _user: User) -> bool:
    is_known = known.value_of(known.PLACES, operator.value) is not None and not operator.negated
    meaning.notes_only = meaning.notes_only or is_known
    return is_known


def _kind(meaning: Meaning, operator: Operator, _user: User) -> bool:
    kinds = {known.value_of(known.KINDS, value.strip()) for value in operator.value.split(",")} - {None}
    if not kinds or operator.negated:
        return False
    of_tickets = sorted(f"k:{kind}" for kind in kinds & {"incident", "request"})
    if of_tickets and "ticket" not in kinds:
        meaning.marks.append(facet(*of_tickets))
    wanted = {"ticket" if kind in ("incident", "request") else str(kind) for kind in kinds}
    meaning.kinds = wanted if meaning.kinds is None else meaning.kinds & wanted
    return True


SPECIAL: dict[str, Callable[[Meaning, Operator, User], bool]] = {
    "is": _is,
    "before": _date,
    "after": _date,
    "since": _date,
    "in": _in,
    "kind": _kind,
}
