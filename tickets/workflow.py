"""The transition table: which verb may be used in which status, where it leads, and who may use it.

Apps above register their verbs here (`escalation.verbs`), so that one machinery serves them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import Invalid
from tickets.choices import Status

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

Steps = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Verb:
    """One word of the language.

    Attributes:
        steps: for each status it may start from, the statuses it may lead to; the first is the usual one.
        policy: whether this person may use it on this ticket.
        label: how the history names it ("escalated").
        is_public: whether the requester sees the step in their own history.
        touches: the fields it writes. A form drawn before somebody else's change goes through where that changed other
            fields. Empty: any change of a field and any reply in between is a conflict.
    """

    name: str
    steps: Steps
    policy: Callable[[User, Ticket], bool]
    label: str | Promise
    is_public: bool = False
    touches: frozenset[str] = frozenset()

    def target(self, status: str, wanted: str | None = None) -> str:
        """The status this verb leads to.

        Raises:
            Invalid: the verb cannot be used on a ticket in this status.
        """
        allowed = self.steps.get(status)
        if not allowed or (wanted is not None and wanted not in allowed):
            raise Invalid(
                _("This is not possible any more: the ticket is “%(status)s” now.") % {"status": Status(status).label}
            )
        return wanted or allowed[0]


VERBS: dict[str, Verb] = {}


def register(*verbs: Verb) -> None:
    """Add verbs to the table. A verb is one word everywhere, so a second one of the same name is a mistake.

    Raises:
        ValueError: the name is taken by a different verb.
    """
    for verb in verbs:
        if VERBS.get(verb.name, verb) != verb:
            raise ValueError(f"the verb {verb.name!r} is registered twice")
        VERBS[verb.name] = verb


def stays(*statuses: str) -> dict[str, tuple[str, ...]]:
    """Steps of a verb that leaves the status alone."""
    return {str(status): (str(status),) for status in statuses}


def leads(target: str, *sources: str) -> dict[str, tuple[str, ...]]:
    """Steps of a verb that leads to one status from several."""
    return {str(source): (str(target),) for source in sources}


def verbs_for(user: User, ticket: Ticket) -> set[str]:
    """The verbs this person could use on this ticket right now; what the page offers as buttons."""
    return {verb.name for verb in VERBS.values() if ticket.status in verb.steps and verb.policy(user, ticket)}
