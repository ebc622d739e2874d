"""What a browser sends for the editors as they are drawn."""

from __future__ import annotations

from typing import Any

from django import forms


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
    """A policy's editor, sent with changes."""
    return sent(form.basics, form.steps.management_form, *form.steps.forms) | changes


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
