"""The settings of an action with the labels of its form, for what two versions differ in and no sentence says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tickets.automation import Action, Params

ADDRESS = "url"


def settings_in_words(action: Action, before: Params, after: Params) -> tuple[str, str]:
    """The settings that differ, as "What to say: Look; By email too: yes", before and after.

    Of an address only that it is another one is said: the rest of it may be a secret.
    """
    old, new = (action.form(initial=action.form.typed(params)) for params in (before, after))
    words: tuple[list[str], list[str]] = ([], [])
    for name in old.fields:
        values = old[name].value(), new[name].value()
        if values[0] == values[1]:
            continue
        if name == ADDRESS:
            words[1].append(_("(another address)"))
            continue
        for said, value, form in zip(words, values, (old, new), strict=True):
            said.append(f"{form.fields[name].label}: {_value(form.fields[name], value)}")
    return "; ".join(words[0]), "; ".join(words[1])


def _value(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "–"
    several = value if isinstance(value, list | tuple) else [value]
    return ", ".join(_label(field, one) for one in several)


def _label(field: forms.Field, value: Any) -> str:
    for key, label in getattr(field, "choices", ()):
        if str(key) == str(value):
            return str(label)
    return str(value)
