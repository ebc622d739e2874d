"""What can go wrong in the domain, in one place.

Commands raise these; pages turn them into a form error, a conflict banner or a 404, the API into a problem response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _


class DomainError(Exception):
    """Base of every refusal the domain can give. `status` is the HTTP status the API answers with."""

    status = 400
    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    """The input is not acceptable. `fields` maps a field name ("" for the whole form) to its messages."""

    code = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in (fields or {}).items()}

    @property
    def in_full(self) -> str:
        """Everything that is wrong in one line, for a report."""
        texts = [text for messages in self.fields.values() for text in messages]
        return " ".join(texts) or self.message

    @classmethod
    def field(cls, name: str, message: str) -> Invalid:
        """One message on one field."""
        return cls(message, fields={name: [message]})


class NotAllowed(DomainError):
    """The actor can see the object, but this verb is not theirs."""

    status = 403
    code = "not_allowed"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("You are not allowed to do this."))


class NotVisible(DomainError):
    """The object does not exist as far as this person is concerned."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("There is nothing here, or it is not yours to see."))


class Conflict(DomainError):
    """Somebody changed the object after the form was drawn. `events` are the changes that came in between."""

    status = 409
    code = "conflict"

    def __init__(self, message: str = "", *, events: Sequence[Any] = ()) -> None:
        super().__init__(message or _("Someone changed this while you were writing."))
        self.events = list(events)
