"""What rules and macros can do: the shape of an action. Each app offers its own; `settings.RULE_ACTIONS` and
`settings.MACRO_ACTIONS` list them in order.

An action is a name in what is stored, a form that draws its settings and a command that does it.
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
from django.utils.translation import gettext as _

from accounts.models import Team, User
from tickets.choices import Status
from tickets.models import Ticket, TicketEvent
from tickets.reasons import Reason
from tickets.workflow import VERBS

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
    """One doing of a rule or a macro.

    Attributes:
        actor: the automation user; the person who runs a macro.
        at: when it happens.
        reason: the name of the rule or macro, for the history.
        version: the number of the rule's version, for what is told.
        key: unique for this rule on this occasion, at most 60 characters; letters and calls are sent once per key.
        event: what set the rule off; None for a rule on a schedule and for a macro.
        delay: seconds that a reply waits before it leaves; 0 sends at once.
    """

    actor: User
    at: datetime
    reason: Reason
    key: str
    version: int = 1
    event: TicketEvent | None = None
    delay: int = 0


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
    """One thing that rules or macros can do.

    Attributes:
        verb: what a person must be allowed to do with the ticket, to do it by a macro.
        decides: the point of a ticket it decides ("team", "priority", "owner", "category", "policy"): of the rules that
            apply, the first to decide a point has it; "" where all of them count.
        moves: it takes the ticket out of somebody's hands: never while that is held or the ticket waits.
        ends: once it is done its doer may not be allowed to write on the ticket any more.
        tells: it tells people or other systems: not done while the past is told again.
        sets_off: the triggers of rules that its event may set off.
        lookups: for kinds of references only its app knows: given keys, those that are there.
    """

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "zap"
    form: ClassVar[type[ActionForm]] = ActionForm
    verb: ClassVar[str] = ""
    decides: ClassVar[str] = ""
    moves: ClassVar[bool] = False
    ends: ClassVar[bool] = False
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

    def refusal(self, ticket: Ticket, params: Params, actor: User) -> str:
        """Why this person could not do it to the ticket as it stands, in words; "" where nothing speaks against it."""
        verb = VERBS[self.verb]
        if ticket.status not in verb.steps:
            return _("not while the ticket is “%(status)s”") % {"status": Status(ticket.status).label}
        return "" if verb.policy(actor, ticket) else _("not yours to do on this ticket")

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        """Whether the ticket stands already as this would leave it."""
        return False

    def text(self, ticket: Ticket, params: Params) -> str:
        """What the requester would read of it; "" where nothing is written to them."""
        return ""

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        """Let a copy of the ticket stand as it would afterwards, as far as rights depend on it. Nothing is stored."""

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
    """What rules can do, by name, in the order in which an editor offers it."""
    return _offered(settings.RULE_ACTIONS)


@cache
def actions_by_hand() -> dict[str, Action]:
    """What people can do by a macro, by name, in the order in which an editor offers it."""
    return _offered(settings.MACRO_ACTIONS)


def _offered(paths: Iterable[str]) -> dict[str, Action]:
    made = [import_string(path)() for path in paths]
    return {action.name: action for action in made}
