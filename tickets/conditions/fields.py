"""What a condition may ask about a ticket, and which questions fit which type of answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.choices import Channel, Impact, Kind, Priority, Status, Urgency

Label = Any  # str or a lazy translation of one

INTAKE_FIELD = re.compile(r"intake\.([A-Za-z0-9_-]{1,40})")


class FieldType(StrEnum):
    CHOICE = "choice"  # one of a set of words: a status, a slug, a name
    RANK = "rank"  # a number where 1 is the strongest
    NUMBER = "number"
    FLAG = "flag"
    PERSON = "person"  # a user id
    TEXT = "text"  # prose, compared in lower case
    ANSWER = "answer"  # an intake answer: text, number or yes/no


OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.CHOICE: ("is", "is_not", "in", "not_in", "is_empty", "is_set"),
    FieldType.RANK: ("is", "is_not", "in", "not_in", "at_least", "at_most"),
    FieldType.NUMBER: ("is", "is_not", "in", "not_in", "at_least", "at_most", "is_empty", "is_set"),
    FieldType.FLAG: ("is", "is_not"),
    FieldType.PERSON: ("is", "is_not", "in", "not_in", "is_empty", "is_set"),
    FieldType.TEXT: ("contains", "contains_any", "is_empty", "is_set"),
    FieldType.ANSWER: ("is", "is_not", "in", "not_in", "contains", "is_empty", "is_set"),
}
LIST_OPERATORS = ("in", "not_in", "contains_any")
BARE_OPERATORS = ("is_empty", "is_set")


@dataclass(frozen=True)
class Field:
    """One thing to ask about. `facts` names the plain values it reads, `columns` the columns it becomes in SQL.

    Both have one entry, but for the text of a ticket, which is its subject and its description.
    """

    name: str
    label: Label
    type: FieldType
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    choices: Mapping[Any, Label] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that fit this field, in the order in which a form offers them."""
        return OPERATORS[self.type]

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
) -> Field:
    return Field(name, label, kind, (column or name,), (name,), choices)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _field("kind", _("Kind"), FieldType.CHOICE, choices=dict(Kind.choices)),
        _field("status", _("Status"), FieldType.CHOICE, choices=dict(Status.choices)),
        _field("priority", _("Priority"), FieldType.RANK, choices=dict(Priority.choices)),
        _field("impact", _("Impact"), FieldType.RANK, choices=dict(Impact.choices)),
        _field("urgency", _("Urgency"), FieldType.RANK, choices=dict(Urgency.choices)),
        _field("channel", _("Channel"), FieldType.CHOICE, choices=dict(Channel.choices)),
        _field("service", _("Service"), FieldType.CHOICE, "service__slug"),
        _field("category", _("Category"), FieldType.CHOICE, "category__slug"),
        _field("team", _("Team"), FieldType.CHOICE, "team__slug"),
        _field("tier", _("Tier"), FieldType.NUMBER, "tier__level", {1: "I", 2: "II", 3: "III"}),
        _field("assignee", _("Assignee"), FieldType.PERSON, "assignee_id"),
        _field("requester_vip", _("Requester is a VIP"), FieldType.FLAG, "requester__is_vip"),
        _field("requester_department", _("Department"), FieldType.CHOICE, "requester__department__name"),
        _field("requester_site", _("Site"), FieldType.CHOICE, "requester__site__name"),
        _field("subject", _("Subject"), FieldType.TEXT),
        Field("text", _("Text"), FieldType.TEXT, ("subject", "description"), ("subject", "description")),
        _field("language", _("Language"), FieldType.CHOICE, choices={"en": "English", "id": "Bahasa Indonesia"}),
        _field("reopen_count", _("Times reopened"), FieldType.NUMBER),
        _field("return_count", _("Times handed back"), FieldType.NUMBER),
    )
}


def field_named(name: str) -> Field | None:
    """The field of this name; every `intake.<key>` is one. None when there is no such field."""
    if name in FIELDS:
        return FIELDS[name]
    intake = INTAKE_FIELD.fullmatch(name)
    return Field(name, intake[1], FieldType.ANSWER, ("intake",), ("intake",)) if intake else None
