"""Running a macro on a ticket: all its steps by one person in one transaction, or none; and taking that back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotVisible
from core.time import database_now
from escalation import verbs as verbs  # fills the table
from escalation.macros.wording import read
from escalation.models import Macro, MacroRun
from escalation.rules.definition import Step
from tickets import commands
from tickets.automation import ActionError, Doing, actions_by_hand
from tickets.conditions import facts_of
from tickets.entries import RUN_MACRO
from tickets.models import Departure, Message, Ticket, TicketEvent
from tickets.querysets import EventQuerySet
from tickets.undo import take_back_together
from tickets.workflow import VERBS


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking a macro back: the verbs of the steps that stay, in order."""

    stays: Sequence[str]

    @property
    def in_words(self) -> str:
        """What stays, as it goes on after "taken back"; "" where all of it is as it was."""
        told = dict.fromkeys(str(VERBS[verb].label) for verb in self.stays)
        return _("It stays that you %(steps)s.") % {"steps": ", ".join(told)} if told else ""


def run_macro(
    ticket: Ticket,
    macro: Macro,
    *,
    actor: User,
    seen: int | None = None,
    version: int | None = None,
    dedupe_key: str = "",
    delay: int = 0,
) -> MacroRun:
    """Do every step of a macro, in order, as the actor would by hand; what refuses one takes all of them back.

    A reply waits as one that was typed; where a later step could leave its author no right to write, it leaves at once.

    Args:
        seen: the version of the macro the actor saw; None where none was shown.
        version: the version of the ticket the actor saw; None where none was shown.
        dedupe_key: made up by the form; a second click under the same key finds the first run.
        delay: seconds that a reply waits before it leaves, 0 to 60.

    Raises:
        NotVisible: the macro is not the actor's to use.  Invalid, NotAllowed: it cannot be run, or a step not be done.
        Conflict: the macro or the ticket has changed since the actor saw it.
    """
    with commands.held_with_home(ticket) as locked:
        click = sha256(f"{locked.pk}|{macro.pk}|{dedupe_key or secrets.token_urlsafe(24)}".encode()).hexdigest()
        known = MacroRun.objects.filter(actor=actor, dedupe_key=click).first()
        if known is not None:
            return known
        macro, steps = _usable(macro, locked, actor, seen)
        which = {"macro": macro, "ticket": locked, "actor": actor, "name": macro.name}
        run = MacroRun.objects.create(**which, at=database_now(), dedupe_key=click)
        with commands.part_of(macro=run.pk):
            with commands.change(locked, RUN_MACRO, actor=actor, version=version, at=run.at) as change:
                change.data["about"] = macro.name
            for number, step in enumerate(steps, start=1):
                _do(locked, number, step, _doing(run, actor, delay, steps[number:]))
    return run


def undo_macro(run: MacroRun, *, actor: User) -> TakenBack:
    """Take back what a run did, as far as nobody has built on it: each step by its opposite, the newest first; a reply
    that has not left never leaves.

    Raises:
        Invalid: it is somebody else's, or nothing of it can be taken back.
    """
    if run.actor_id != actor.pk:
        raise Invalid(_("Only the person who took this step can take it back."))
    with commands.held(run.ticket) as ticket:
        dropped = commands.drop_replies(ticket, actor=actor, key=run.key)
        events = list(of_run(run).exclude(verb=RUN_MACRO).select_related("actor"))
        stays = take_back_together(ticket, events=events, actor=actor)
        if len(stays) == len(events) and not dropped:
            raise Invalid(_("This step cannot be taken back."))
    return TakenBack([*_replied_later(run, stays), *(event.verb for event in stays)])


def _replied_later(run: MacroRun, stays: Iterable[TicketEvent]) -> list[str]:
    """A reply that waited is written by an event of its own, when it leaves."""
    known = {event.data.get("message") for event in stays}
    left = Message.objects.filter(ticket_id=run.ticket_id, dedupe_key__startswith=run.key).exclude(
        pk__in=known - {None}
    )
    # what was not dropped is leaving at this moment
    leaving = Departure.objects.of(run.actor_id, run.ticket_id).filter(dedupe_key__startswith=run.key)
    return ["reply"] if left.exists() or leaving.exists() else []


def of_run(run: MacroRun) -> EventQuerySet:
    """The events of one doing, the oldest first; what rules made of them is not among them."""
    return run.ticket.events.filter(data__macro=run.pk, depth=0).order_by("pk")


def _usable(macro: Macro, ticket: Ticket, actor: User, seen: int | None) -> tuple[Macro, Sequence[Step]]:
    """The macro as it stands now, and its steps. Not locked: many run one macro at once, on tickets they lock."""
    found = Macro.objects.visible_to(actor).filter(pk=macro.pk).first()
    # whether a macro fits tells what its condition asks about
    if found is None or not ticket.staffed_by(actor):
        raise NotVisible()
    if seen is not None and found.version != seen:
        raise Conflict(_("“%(name)s” was changed meanwhile. Look at it once more.") % {"name": found.name})
    if not found.is_active:
        raise Invalid(_("“%(name)s” is not in use any more.") % {"name": found.name})
    definition, trouble = read(found)
    if definition is None or trouble:
        raise Invalid(trouble)
    if not definition.condition.evaluate(facts_of(ticket)):
        raise Invalid(_("“%(name)s” is not meant for this ticket.") % {"name": found.name})
    return found, definition.steps


def _doing(run: MacroRun, actor: User, delay: int, later: Iterable[Step]) -> Doing:
    known = actions_by_hand()
    ends = any(known[step.do].ends for step in later)
    return Doing(actor, run.at, run.name, run.key.rstrip("-"), delay=0 if ends else delay)


def _do(ticket: Ticket, number: int, step: Step, doing: Doing) -> None:
    action = actions_by_hand()[step.do]
    try:
        if action.is_needless(ticket, step.params, doing.actor):
            return
        # what the menu says of a step is true of it
        if why := action.refusal(ticket, step.params, doing.actor):
            raise Invalid(why)
        action.apply(ticket, step.params, doing)
    except NotAllowed as error:
        raise NotAllowed(_told(number, action.words(step.params), error.message)) from error
    except (DomainError, ActionError) as error:
        why = error.in_full if isinstance(error, Invalid) else error.message
        raise Invalid(_told(number, action.words(step.params), why)) from error


def _told(number: int, words: str, why: str) -> str:
    said = {"number": number, "step": words, "why": why}
    return _("Nothing was done. Step %(number)s, “%(step)s”: %(why)s") % said
