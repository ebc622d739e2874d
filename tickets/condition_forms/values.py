"""The value of a condition as a form field: what fits the field and the operator, whatever fields there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.naming import in_indonesian
from catalogue.models import IntakeField
from tickets.condition_forms.naming import FIELD_KINDS, choices_of, intake_questions
from tickets.condition_forms.spans import minutes_from_text
from tickets.conditions import Field, FieldType
from tickets.conditions.fields import BARE_OPERATORS, LIST_OPERATORS

FEW_CHOICES = 8
LIST_LINES = 5
TEXT_CHARACTERS = 2000
DAYS = re.compile(r"(-?)(\d{1,4})\s*(?:days?|d|hari|hr)", re.I | re.A)
MINUTES_A_DAY, MINUTES_AN_HOUR = 1440, 60
YES, NO = "true", "false"


def value_field(field: Field, op: str, typed: Sequence[str]) -> forms.Field | None:
    """A form field for the value of a question; None where it takes none.

    Args:
        typed: what stands there now; a choice that is gone stays and says so.
    """
    if op in BARE_OPERATORS:
        return None
    is_list = op in LIST_OPERATORS
    if field.type is FieldType.FLAG:
        return _choice([(True, _("yes")), (False, _("no"))], typed, is_list)
    choices = choices_for(field)
    if choices is not None and op != "contains":
        return _choice(choices, typed, is_list)
    if str(field.type) == "age":
        return AgeField(label=_("Time"))
    if field.type is FieldType.PERSON:
        return PersonsField(label=_("Email address")) if is_list else PersonField(label=_("Email address"))
    if field.type in (FieldType.NUMBER, FieldType.RANK) or _asks_number(field):
        return NumbersField(label=_("Numbers")) if is_list else _number()
    return WordsField(label=_("Words"), typed=typed) if is_list else _text()


def choices_for(field: Field) -> list[tuple[Any, str]] | None:
    """What the field's value is chosen from; None where it is written."""
    if field.name in FIELD_KINDS:
        return choices_of(FIELD_KINDS[field.name])
    if field.choices is not None:
        return [(key, str(label)) for key, label in field.choices.items()]
    question = intake_questions().get(field.key) if field.type is FieldType.ANSWER else None
    if question is None:
        return None
    if question.kind == IntakeField.Kind.BOOLEAN:
        return [(True, _("yes")), (False, _("no"))]
    return [(choice, choice) for choice in question.choices] if question.choices else None


def typed_value(field: Field, op: str, value: Any) -> list[str]:
    """A stored value as the browser would send it."""
    if op in BARE_OPERATORS or value is None:
        return []
    values = value if isinstance(value, list | tuple) else [value]
    choices = choices_for(field)
    if str(field.type) == "age":
        return [span_as_typed(values[0])]
    if field.type is FieldType.PERSON and choices is None:
        emails = dict(User.objects.filter(pk__in=values).values_list("pk", "email"))
        values = [emails.get(one, one) for one in values]
    texts = [_key(one) for one in values]
    if choices is not None and op != "contains":
        return texts
    return [_joined(texts)] if op in LIST_OPERATORS else texts


def question_label(question: IntakeField) -> str:
    """What a category asks, in the reader's language."""
    return question.label_id if question.label_id and in_indonesian() else question.label


def span_as_typed(minutes: int) -> str:
    """ "2d", "4h", "1h 30m", "90m": the way an age is written in English, which is read in either language."""
    sign, size = ("-" if minutes < 0 else ""), abs(minutes)
    if size and not size % MINUTES_A_DAY:
        return f"{sign}{size // MINUTES_A_DAY}d"
    hours, rest = divmod(size, MINUTES_AN_HOUR)
    if not hours:
        return f"{sign}{rest}m"
    return f"{sign}{hours}h {rest}m" if rest else f"{sign}{hours}h"


class AgeField(forms.CharField):
    """A length of time around the clock; cleans to whole minutes, negative for time that has passed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"placeholder": "90m, 4h, 2d"}), **kwargs)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        days = DAYS.fullmatch(text)
        try:
            if days:
                return int(f"{days[1]}{days[2]}") * MINUTES_A_DAY
            is_negative = text.startswith("-")
            minutes = minutes_from_text(text.removeprefix("-"))
        except ValueError as error:
            raise forms.ValidationError(_("Write a time such as 30m, 4h or 2d.")) from error
        return -minutes if is_negative else minutes


class WordsField(forms.CharField):
    """Several words, separated by commas or on lines of their own; cleans to a list."""

    def __init__(self, *, typed: Sequence[str] = (), **kwargs: Any) -> None:
        attrs = {"placeholder": _("word, another word")}
        on_lines = any("\n" in text for text in typed)
        widget: forms.Widget = forms.Textarea(attrs={"rows": 3}) if on_lines else forms.TextInput(attrs=attrs)
        super().__init__(max_length=TEXT_CHARACTERS, widget=widget, strip=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        words = _split(super().clean(value))
        if not words:
            raise forms.ValidationError(self.error_messages["required"])
        return words


class NumbersField(WordsField):
    """Several whole numbers."""

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        return [_whole(text) for text in super().clean(value)]


class PersonField(forms.CharField):
    """Somebody by email address; cleans to their id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=TEXT_CHARACTERS, **kwargs)

    def clean(self, value: Any) -> int:
        return _person(super().clean(value))


class PersonsField(WordsField):
    """Several people by email address."""

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        return [_person(text) for text in super().clean(value)]


def _choice(choices: Sequence[tuple[Any, str]], typed: Sequence[str], is_list: bool) -> forms.Field:
    keys: dict[str, Any] = {_key(key): key for key, _label in choices}
    shown = [(_key(key), label) for key, label in choices]
    for gone in typed:
        if gone and gone not in keys:
            keys[gone] = gone
            shown.append((gone, _("%(key)s (gone)") % {"key": gone}))
    coerce = _Keys(keys)
    if not is_list:
        return forms.TypedChoiceField(label=_("Value"), choices=shown, coerce=coerce)
    few = len(shown) <= FEW_CHOICES
    widget = forms.CheckboxSelectMultiple() if few else forms.SelectMultiple(attrs={"size": LIST_LINES})
    return forms.TypedMultipleChoiceField(label=_("Values"), choices=shown, coerce=coerce, widget=widget)


class _Keys:
    """From what the browser sends to the key that is stored."""

    def __init__(self, keys: Mapping[str, Any]) -> None:
        self._keys = keys

    def __call__(self, text: str) -> Any:
        return self._keys[text]


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)


def _number() -> forms.Field:
    return forms.IntegerField(label=_("Number"))


def _text() -> forms.Field:
    return forms.CharField(label=_("Text"), max_length=TEXT_CHARACTERS)


def _asks_number(field: Field) -> bool:
    question = intake_questions().get(field.key) if field.type is FieldType.ANSWER else None
    return question is not None and question.kind == IntakeField.Kind.NUMBER


def _joined(words: Sequence[str]) -> str:
    if any("," in word for word in words):
        return "\n".join([*words, ""])
    return ", ".join(words)


def _split(text: str) -> list[str]:
    parts = text.splitlines() if "\n" in text else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise forms.ValidationError(_("“%(text)s” is not a whole number.") % {"text": text}) from error


def _person(text: str) -> int:
    found = User.objects.filter(email__iexact=text, is_automation=False).values_list("pk", flat=True).first()
    if found is None:
        raise forms.ValidationError(_("Nobody here has the address “%(text)s”.") % {"text": text})
    return found
