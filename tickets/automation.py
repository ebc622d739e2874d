"""What a rule can do: the shape of an action. Each app offers its own; `settings.RULE_ACTIONS` lists them in order.

An action is a name in stored rules, a form that draws its settings and a command that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Team, User
from tickets.models import Ticket, TicketEvent
from tickets.reasons import Reason

Params = Mapping[str, Any]
# (kind, key) of something a stored rule names, for instance ("team", "network")
Reference = tuple[str, Any]


class ActionError(ValueError):
    """An action that cannot be read or names something that is gone. `path` is where: "team"; "" is the whole."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Doing:
    """One doing of a rule.

    Attributes:
        actor: the automation user.
        at: when it happens.
        reason: the rule's name, for the history.
        version: the number of the rule's version, for what is told.
        key: unique for this rule on this occasion, at most 60 characters; letters and calls are sent once per key.
        event: what set the rule off; None for a rule on a schedule.
    """

    actor: User
    at: datetime
    reason: Reason
    key: str
    version: int = 1
    event: TicketEvent | None = None


class ActionForm(forms.Form):
    """The settings of one action. Fields are named like the stored keys; `tree` and `typed` translate where not."""

    def tree(self) -> dict[str, Any]:
        """The settings as they are stored, without what was left empty. Only for a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    @classmethod
    def typed(cls, params: Params) -> dict[str, Any]:
        """Stored settings as the values of the fields."""
        return dict(params)


class Action:
    """One thing that rules can do.

    Attributes:
        decides: the point of a ticket it decides ("team", "priority", "owner", "category", "policy"): of the rules that
            apply, the first to decide a point has it; "" where all of them count.
        moves: it takes the ticket out of somebody's hands: never while that is held or the ticket waits.
        tells: it tells people or other systems: not done while the past is told again.
        sets_off: the triggers of rules that its event may set off.
        lookups: for kinds of references only its app knows: given keys, those that are there.
    """

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "zap"
    form: ClassVar[type[ActionForm]] = ActionForm
    decides: ClassVar[str] = ""
    moves: ClassVar[bool] = False
    tells: ClassVar[bool] = False
    sets_off: ClassVar[tuple[str, ...]] = ()
    lookups: ClassVar[Mapping[str, Callable[[set[Any]], Iterable[Any]]]] = {}

    def words(self, params: Params) -> str:
        """What it does, as it stands after "then" in the reader's language: "move it to Network"."""
        raise NotImplementedError

    def references(self, params: Params) -> Iterable[Reference]:
        """What the settings name and could go away."""
        return ()

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts it changes, so that rules further down see them; pure, and the dry run goes by it."""
        return {}

    def destination(self, ticket: Ticket, params: Params) -> Team | None:
        """The team it would put the ticket on as it stands; None where it puts it nowhere. The dry run asks."""
        return None

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> Reason | None:
        """Do it, through the command that people use too.

        Returns:
            What came of it, where that is not clear beforehand; it stands with the run.

        Raises:
            DomainError: the ticket does not allow it.  ActionError: what the settings name is gone.
        """
        raise NotImplementedError

    def checked(self, params: Any) -> dict[str, Any]:
        """The settings as this action stores them.

        Raises:
            ActionError: naming the setting that is wrong.
        """
        if not isinstance(params, Mapping):
            raise ActionError("", "expected settings")
        form = self.form(data=self.form.typed(params))
        unknown = sorted(set(map(str, params)) - {"do", *self.keys()})
        if unknown:
            raise ActionError(unknown[0], "this key means nothing here")
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise ActionError("" if field == "__all__" else field, " ".join(map(str, messages)))
        return form.tree()

    def keys(self) -> Iterable[str]:
        """The stored keys there may be."""
        return self.form.base_fields


@cache
def actions() -> dict[str, Action]:
    """Every action by name, in the order in which an editor offers them."""
    offered = [import_string(path)() for path in settings.RULE_ACTIONS]
    return {action.name: action for action in offered}
