"""What a condition may ask about a ticket, and which questions fit which type of answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.choices import Channel, Impact, Kind, PendingReason, Priority, Status, Urgency

Label = Any  # str or a lazy translation of one

INTAKE_FIELD = re.compile(r"intake\.([A-Za-z0-9_-]{1,40})")
LARGEST_NUMBER = 2**31 - 1
LARGEST_ID = 2**63 - 1
LONGEST_AGE_MINUTES = 100 * 366 * 24 * 60


class FieldType(StrEnum):
    CHOICE = "choice"  # one of a set of words: a status, a slug, a name
    RANK = "rank"  # a number where 1 is the strongest
    NUMBER = "number"
    FLAG = "flag"
    PERSON = "person"  # a user id
    TEXT = "text"  # prose, compared in lower case
    LIST = "list"  # several words
    AGE = "age"  # whole minutes between an instant and now
    ANSWER = "answer"  # an intake answer: text, number or yes/no


OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.CHOICE: ("is", "is_not", "in", "not_in", "is_empty", "is_set"),
    FieldType.RANK: ("is", "is_not", "in", "not_in", "at_least", "at_most"),
    FieldType.NUMBER: ("is", "is_not", "in", "not_in", "at_least", "at_most", "is_empty", "is_set"),
    FieldType.FLAG: ("is", "is_not"),
    FieldType.PERSON: ("is", "is_not", "in", "not_in", "is_empty", "is_set"),
    FieldType.TEXT: ("contains", "contains_any", "matches", "is_empty", "is_set"),
    FieldType.LIST: ("has_any", "has_all", "has_none", "is_empty", "is_set"),
    FieldType.AGE: ("at_least", "less_than"),
    FieldType.ANSWER: ("is", "is_not", "in", "not_in", "contains", "is_empty", "is_set"),
}
LIST_OPERATORS = ("in", "not_in", "contains_any", "has_any", "has_all", "has_none")
BARE_OPERATORS = ("is_empty", "is_set")

TICKET, PEOPLE, TEXT = _("Ticket"), _("Requester"), _("Text")
TIME, BEFORE, INTAKE = _("Time"), _("Before the last change"), _("Intake answers")
TIERS = {1: "I", 2: "II", 3: "III"}
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}


@dataclass(frozen=True)
class Field:
    """One thing to ask about. `facts` names the plain values it reads, `columns` the columns it becomes in SQL.

    Both have one entry, but for the text of a ticket, which is its subject and its description. Where a column alone
    does not say it, `tickets.conditions.columns` has an expression for the field's name.

    Attributes:
        group: the heading under which a form offers it.
        lowest, highest: what a number may be; minutes for an age.
        counts_down: an age that is the time left until an instant; it is negative once that has passed.
        denied: what a flag says when it is not so.
        is_optional: a rank that a ticket may lack, so that it can be asked whether it is there.
    """

    name: str
    label: Label
    type: FieldType
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    choices: Mapping[Any, Label] | None = None
    group: Label = TICKET
    lowest: int = 0
    highest: int = LARGEST_NUMBER
    counts_down: bool = False
    is_optional: bool = False
    denied: Label = ""

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that fit this field, in the order in which a form offers them."""
        return (*OPERATORS[self.type], *(BARE_OPERATORS if self.is_optional else ()))

    @property
    def key(self) -> str:
        """For an intake answer: which one."""
        return self.name.partition(".")[2]


def _field(
    name: str,
    label: Label,
    kind: FieldType,
    column: str = "",
    choices: Mapping[Any, Label] | None = None,
    group: Label = TICKET,
) -> Field:
    highest = LARGEST_ID if kind is FieldType.PERSON else LARGEST_NUMBER
    return Field(name, label, kind, (column or name,), (name,), choices, group, highest=highest)


def _flag(name: str, label: Label, denied: Label, column: str, group: Label = TICKET) -> Field:
    return Field(name, label, FieldType.FLAG, (column,), (name,), group=group, denied=denied)


def _of_requester(
    name: str, label: Label, kind: FieldType, column: str, choices: Mapping[Any, Label] | None = None
) -> Field:
    return _field(name, label, kind, column, choices, PEOPLE)


def _age(name: str, label: Label, column: str) -> Field:
    return Field(name, label, FieldType.AGE, (column,), (name,), group=TIME, highest=LONGEST_AGE_MINUTES)


def _time_left(name: str, label: Label, column: str) -> Field:
    most = LONGEST_AGE_MINUTES
    return Field(
        name, label, FieldType.AGE, (column,), (name,), group=TIME, lowest=-most, highest=most, counts_down=True
    )


def _local_time(name: str, label: Label, choices: Mapping[Any, Label]) -> Field:
    return Field(
        name, label, FieldType.NUMBER, ("opened_at",), (name,), choices, TIME, lowest=min(choices), highest=max(choices)
    )


def _previous(name: str, label: Label, kind: FieldType, choices: Mapping[Any, Label] | None = None) -> Field:
    highest = LARGEST_ID if kind is FieldType.PERSON else LARGEST_NUMBER
    is_optional = kind is FieldType.RANK
    return Field(name, label, kind, ("was",), (name,), choices, BEFORE, highest=highest, is_optional=is_optional)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _field("kind", _("Kind"), FieldType.CHOICE, choices=dict(Kind.choices)),
        _field("status", _("Status"), FieldType.CHOICE, choices=dict(Status.choices)),
        _field(
            "waiting_reason", _("Reason for waiting"), FieldType.CHOICE, "pending_reason", dict(PendingReason.choices)
        ),
        _field("priority", _("Priority"), FieldType.RANK, choices=dict(Priority.choices)),
        _field("impact", _("Impact"), FieldType.RANK, choices=dict(Impact.choices)),
        _field("urgency", _("Urgency"), FieldType.RANK, choices=dict(Urgency.choices)),
        _field("channel", _("Channel"), FieldType.CHOICE, choices=dict(Channel.choices)),
        _field("service", _("Service"), FieldType.CHOICE, "service__slug"),
        _flag("service_critical", _("Service is critical"), _("Service is not critical"), "service__is_critical"),
        _field("category", _("Category"), FieldType.CHOICE, "category__slug"),
        _field("category_kind", _("Kind of category"), FieldType.CHOICE, "category__kind", dict(Kind.choices)),
        _field("asset", _("Asset tag"), FieldType.CHOICE, "asset__tag"),
        _field("asset_kind", _("Kind of asset"), FieldType.CHOICE, "asset__kind"),
        _field("team", _("Team"), FieldType.CHOICE, "team__slug"),
        _field("tier", _("Tier"), FieldType.NUMBER, "tier__level", TIERS),
        _field("assignee", _("Assignee"), FieldType.PERSON, "assignee_id"),
        _field("tags", _("Tags"), FieldType.LIST),
        _field("language", _("Language"), FieldType.CHOICE, choices=LANGUAGES),
        _field("reopen_count", _("Times reopened"), FieldType.NUMBER),
        _field("return_count", _("Times handed back"), FieldType.NUMBER),
        _of_requester("requester", _("Requester"), FieldType.PERSON, "requester_id"),
        _flag("requester_vip", _("Requester is a VIP"), _("Requester is not a VIP"), "requester__is_vip", PEOPLE),
        _of_requester("requester_department", _("Department"), FieldType.CHOICE, "requester__department__name"),
        _of_requester("requester_site", _("Site"), FieldType.CHOICE, "requester__site__name"),
        _of_requester("requester_title", _("Job title"), FieldType.TEXT, "requester__job_title"),
        _of_requester(
            "requester_language", _("Requester's language"), FieldType.CHOICE, "requester__language", LANGUAGES
        ),
        _field("subject", _("Subject"), FieldType.TEXT, group=TEXT),
        Field("text", _("Text"), FieldType.TEXT, ("subject", "description"), ("subject", "description"), group=TEXT),
        _age("minutes_since_opened", _("Time since opened"), "opened_at"),
        _age("minutes_in_status", _("Time in this status"), "status_since"),
        _age("minutes_in_team", _("Time in this team"), "team_since"),
        _age("minutes_in_tier", _("Time on this tier"), "tier_since"),
        _age("minutes_since_staff", _("Time since staff last acted"), "staff_acted_at"),
        _age("minutes_since_requester", _("Time since the requester last acted"), "requester_acted_at"),
        _age("minutes_since_update", _("Time since the last update"), "updated_at"),
        _time_left("minutes_to_due", _("Time to the next deadline"), "next_due_at"),
        _flag("late", _("A promise was missed"), _("No promise was missed"), "breached_at", TIME),
        _local_time("opened_weekday", _("Weekday opened"), WEEKDAYS),
        _local_time("opened_hour", _("Hour opened"), {hour: str(hour) for hour in range(24)}),
        _previous("previous_status", _("Previous status"), FieldType.CHOICE, dict(Status.choices)),
        _previous("previous_priority", _("Previous priority"), FieldType.RANK, dict(Priority.choices)),
        _previous("previous_team", _("Previous team"), FieldType.CHOICE),
        _previous("previous_tier", _("Previous tier"), FieldType.NUMBER, TIERS),
        _previous("previous_assignee", _("Previous assignee"), FieldType.PERSON),
        _previous("previous_category", _("Previous category"), FieldType.CHOICE),
    )
}


def field_named(name: str) -> Field | None:
    """The field of this name; every `intake.<key>` is one. None when there is no such field."""
    if name in FIELDS:
        return FIELDS[name]
    intake = INTAKE_FIELD.fullmatch(name)
    return Field(name, intake[1], FieldType.ANSWER, ("intake",), ("intake",), group=INTAKE) if intake else None
