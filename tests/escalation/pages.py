"""What a browser sends for the editors as they are drawn, and counts that have ended."""

from __future__ import annotations

from typing import Any

from django import forms

from escalation import recount as recounts
from escalation.commands import draft_calendar, draft_policy
from escalation.forms.calendar import CalendarForm
from escalation.forms.policy import PolicyForm
from escalation.models import BusinessCalendar, CalendarVersion, PolicyVersion, Recount
from tests.escalation.promises import minutes
from tickets.condition_forms.rows import ConditionGroup, ConditionRows


def sent(*parts: forms.Form) -> dict[str, Any]:
    """The fields of some forms with the values they show."""
    data: dict[str, Any] = {}
    for part in parts:
        for field in part:
            value: Any = field.field.prepare_value(field.value()) if hasattr(field.field, "prepare_value") else None
            if isinstance(field.field, forms.MultipleChoiceField) and not value:
                continue
            if value is True:
                data[field.html_name] = "on"
            elif isinstance(value, list):
                data[field.html_name] = [str(one) for one in value]
            elif value is not False:
                data[field.html_name] = "" if value is None else str(value)
    return data


def policy_page(form: Any, **changes: Any) -> dict[str, Any]:
    """A policy's editor, sent with changes; `conditions` is a tree."""
    tree = changes.pop("conditions", None)
    rows = ConditionRows(prefix="conditions", initial_tree=tree) if tree else form.conditions
    asked = rows_sent(rows) if rows else {}
    return sent(form.basics, form.steps.management_form, *form.steps.forms) | asked | changes


def rows_sent(rows: ConditionRows) -> dict[str, Any]:
    """The rows of a condition as a browser sends them."""
    data: dict[str, Any] = {f"{rows.prefix}-word": rows.word, f"{rows.prefix}-item": []}
    for item in rows.items:
        if isinstance(item, ConditionGroup):
            data[f"{rows.prefix}-item"].append(f"g{item.key}")
            data[f"{item.row_name}-word"] = item.word
        for row in item.rows if isinstance(item, ConditionGroup) else [item]:
            data[f"{rows.prefix}-item"].append(str(row.key) if row is item else f"{item.key}.{row.key}")
            data[f"{row.row_name}-drawn"] = row["field"].value()
            data |= {f"{row.row_name}-{name}": row[name].value() for name in row.fields}
    return data


def calendar_page(form: Any, **changes: Any) -> dict[str, Any]:
    """A calendar's editor, sent with changes."""
    rows = (form.holidays, form.exceptions, form.seasons)
    parts = [
        form.basics,
        form.importing,
        *(rows.management_form for rows in rows),
        *(one for part in rows for one in part),
    ]
    return sent(*parts) | changes


def work_off() -> None:
    """Count to the end."""
    while recounts.work_off(1):
        pass


def looked(version: Any, actor: Any = None) -> Recount:
    """A look at a version, counted to the end."""
    recount = recounts.ask(version, "preview", actor=actor)
    work_off()
    return Recount.objects.get(pk=recount.pk)


def hours(office: Any, **changes: Any) -> CalendarVersion:
    """A draft of other hours."""
    return draft_calendar(office, {**office.current.definition, **changes})


def impossible(standard: Any) -> PolicyVersion:
    """A draft by which everything old is late no more."""
    easy = {**standard.current.definition, "targets": {"resolution": minutes(*[366 * 24 * 60] * 4)}}
    return draft_policy(standard, BusinessCalendar.objects.get(), easy)


def office_page(office: Any, **changes: Any) -> Any:
    """The calendar's editor, sent with changes."""
    return calendar_page(
        CalendarForm(definition=office.current.definition, name=office.name), version=str(newest(office)), **changes
    )


def standard_page(standard: Any, **changes: Any) -> Any:
    """The policy's editor, sent with changes."""
    definition = standard.current.definition
    drawn = PolicyForm(policy=standard, definition=definition, calendar=standard.current.calendar)
    return policy_page(drawn, version=str(newest(standard)), **changes)


def newest(owner: Any) -> int:
    """Number of the newest version."""
    return owner.versions.first().number
