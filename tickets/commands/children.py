"""What is done to a parent and, by the same hand, to its children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError, Invalid
from tickets.commands._attempt import attempt
from tickets.commands._change import change
from tickets.commands._together import held_together
from tickets.commands.conversation import message_key, reply
from tickets.commands.ending import resolve
from tickets.linked import live_children
from tickets.models import Message, Ticket
from tickets.texts import checked_body


@dataclass(frozen=True, slots=True)
class Done:
    """What became of each child: those it was done to, and those that refused, with the reason in words."""

    done: Sequence[Ticket]
    refused: Sequence[tuple[Ticket, str]]

    def in_words(self, said: str) -> str:
        """What was done, followed by name and reason of each child it was not done to."""
        which = " ".join(f"{child.key}: {reason}" for child, reason in self.refused)
        return " ".join([said, _("Not done: %(which)s") % {"which": which}]) if which else said


def resolve_with_children(
    ticket: Ticket, *, actor: User, resolution: str, root_cause: str = "", version: int | None = None
) -> Done:
    """Resolve the parent, and each of its live children that the actor may resolve, with the same solution.

    Args:
        resolution: for all the requesters to read.
        root_cause: why it happened; kept with the parent.

    Raises:
        Invalid, NotAllowed, Conflict: as `resolve`, for the parent; a child that refuses does not stop the others.
    """
    children = live_children(actor, ticket)
    with held_together(ticket, *children):
        resolve(ticket, actor=actor, resolution=resolution, root_cause=root_cause, version=version)
        return _each(children, lambda child: resolve(child, actor=actor, resolution=resolution))


def tell_children(ticket: Ticket, *, actor: User, body: str, dedupe_key: str = "") -> Done:
    """Write the same reply to the requester of each live child that the actor may write to.

    Args:
        dedupe_key: made up by the form; sent again under the same key nobody gets it twice.

    Raises:
        Invalid: nothing written, or no child is live.  NotAllowed: the actor does not work on the parent.
    """
    text = checked_body(body)
    children = live_children(actor, ticket)
    if not children:
        raise Invalid(_("No child is open any more."))

    keys = {child.pk: message_key(actor, child, "reply", dedupe_key) for child in children}
    with held_together(ticket, *children):
        if dedupe_key and Message.objects.filter(dedupe_key__in=keys.values()).exists():
            return Done(children, [])
        with change(ticket, "tell_children", actor=actor) as step:
            told = _each(children, lambda child: reply(child, actor=actor, body=text, dedupe_key=keys[child.pk]))
            if not told.done:
                raise Invalid(told.refused[0][1])
            step.data.update(about=str(len(told.done)), body=text)
    return told


def _each(children: Sequence[Ticket], do: Callable[[Ticket], object]) -> Done:
    done: list[Ticket] = []
    refused: list[tuple[Ticket, str]] = []
    for child in children:
        try:
            with attempt():
                do(child)
        except DomainError as error:
            refused.append((child, error.message))
        else:
            done.append(child)
    return Done(done, refused)
