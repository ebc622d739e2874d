"""Taking back one's own last step: the opposite command, while nobody has built on the step yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Team, User
from catalogue.models import Category, Service
from core.errors import DomainError, Invalid
from core.time import database_now
from tickets import commands
from tickets.choices import Status
from tickets.commands import change
from tickets.commands._change import held
from tickets.commands._together import links_alone
from tickets.models import Ticket, TicketEvent
from tickets.workflow import verbs_for

UNDO_FOR = timedelta(minutes=30)
UNDONE = gettext_noop("undone")
NONE = Q(pk__isnull=True)


def undoable(ticket: Ticket, actor: User) -> TicketEvent | None:
    """The actor's newest step on this ticket, if it can be taken back."""
    event = ticket.events.filter(actor=actor, depth=0).order_by("-pk").first()
    if event is None or _why_not(event, ticket, actor, database_now()):
        return None
    return event


def take_back(ticket: Ticket, *, event: TicketEvent, actor: User) -> Ticket:
    """Reverse one event by the ordinary commands; the history keeps both.

    Args:
        event: an event of this ticket.

    Raises:
        Invalid: it is not the actor's own, older than half an hour, of a kind that cannot be taken back, or what it
            changed has been changed again since; and whatever the opposite command raises.
    """
    # a merge ties tickets into chains, and whoever does that takes this lock before those of the tickets
    with links_alone() if event.verb == "merge" else nullcontext(), held(ticket) as locked:
        if refusal := _why_not(event, locked, actor, database_now()):
            raise Invalid(refusal)
        _OPPOSITES[event.verb](ticket, event, actor)
    return ticket


def take_back_together(ticket: Ticket, *, events: Iterable[TicketEvent], actor: User) -> list[TicketEvent]:
    """Reverse what several events of one doing changed, the newest first; what cannot be reversed stays.

    Args:
        events: of this ticket; no merge.

    Returns:
        The events that stay, the oldest first.
    """
    newest_first = sorted(events, key=lambda event: event.pk, reverse=True)
    stay = []
    with held(ticket) as locked:
        last = ticket.events.order_by("-pk").values_list("pk", flat=True).first() or 0
        of_one_doing = Q(pk__in=[event.pk for event in newest_first]) | Q(pk__gt=last)
        for event in newest_first:
            if _why_not(event, locked, actor, database_now(), besides=of_one_doing):
                stay.append(event)
                continue
            try:
                with commands.attempt():
                    _OPPOSITES[event.verb](locked, event, actor)
            except DomainError:
                stay.append(event)
    return stay[::-1]


def changed_by(event: TicketEvent) -> tuple[str, ...]:
    """The fields that taking this step back would put back; none where it is of a kind that stays."""
    return _fields_of(event) if event.verb in _OPPOSITES else ()


def can_reverse(event: TicketEvent, verbs: set[str]) -> bool:
    """Whether one of the commands that would reverse the step is among `verbs`."""
    return bool(_verbs_needed(event) & verbs)


def _why_not(event: TicketEvent, ticket: Ticket, actor: User, now: datetime, besides: Q = NONE) -> str:
    """Words for the refusal; empty when the step can be taken back.

    Args:
        besides: the later events that do not count as a change since.
    """
    if event.verb not in _OPPOSITES or not _fields_of(event):
        return _("This step cannot be taken back.")
    if event.actor_id != actor.pk:
        return _("Only the person who took this step can take it back.")
    if now - event.at > UNDO_FOR:
        return _("A step can be taken back within 30 minutes; change the ticket instead.")
    touched = Q()
    for field in _fields_of(event):
        touched |= Q(changes__has_key=field)
    since = ticket.events.filter(touched, pk__gt=event.pk).exclude(besides)
    newer = since.select_related("actor").order_by("pk").first()
    if newer:
        return _("It was changed again since: %(name)s %(what)s.") % {"name": newer.actor.name, "what": newer.words}
    if not _verbs_needed(event) & verbs_for(actor, ticket):
        return _("This step cannot be taken back.")
    return ""


_WATCHED = {
    "assign": ("assignee",),
    "accept": ("assignee",),
    "release": ("assignee",),
    "transfer": ("team",),
    "prioritise": ("priority",),
    "categorise": ("category", "service", "kind"),
    "pend": ("status", "pending_reason", "pending_until"),
    "resume": ("status", "pending_reason", "pending_until"),
    "merge": ("status",),
    "tag": ("tags",),
}


def _fields_of(event: TicketEvent) -> tuple[str, ...]:
    """What the step was meant to change and did."""
    return tuple(field for field in _WATCHED.get(event.verb, ()) if event.moved(field))


def _before(event: TicketEvent, field: str) -> Any:
    """The value the field had; None when the step left it alone."""
    return event.changes.get(field, [None])[0]


def _verbs_needed(event: TicketEvent) -> set[str]:
    """The commands that may have to be used; one of them must be open to the actor."""
    return {
        "prioritise": {"prioritise"},
        "categorise": {"categorise"},
        "transfer": {"transfer"},
        "pend": {"resume", "pend"},
        "resume": {"pend"},
        "merge": {"unmerge"},
        "tag": {"tag"},
    }.get(event.verb, {"assign", "release"})


def _owner_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    owner = User.objects.filter(pk=_before(event, "assignee")).first()
    if owner is None:
        commands.release(ticket, actor=actor)
    else:
        commands.assign(ticket, actor=actor, assignee=owner, reason=UNDONE)


def _team_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    team = Team.objects.select_related("tier").filter(pk=_before(event, "team")).first()
    if team is None:
        raise Invalid(_("This step cannot be taken back."))
    commands.transfer(ticket, actor=actor, team=team, reason=UNDONE, undoes=True)
    owner = User.objects.filter(pk=_before(event, "assignee")).first()
    if owner and owner.is_active and owner.hats.works_for(team.pk):
        commands.assign(ticket, actor=actor, assignee=owner, reason=UNDONE)


def _priority_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    commands.prioritise(ticket, actor=actor, priority=int(event.changes["priority"][0]), reason=UNDONE)


def _category_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    """Also to no category at all, which nobody can choose: the step may have been the first one."""
    with change(ticket, "categorise", actor=actor) as step:
        for field in _fields_of(event):
            old = event.changes[field][0]
            if field == "kind":
                step.ticket.kind = old
            elif field == "category":
                step.ticket.category = Category.objects.filter(pk=old).first()
            else:
                step.ticket.service = Service.objects.filter(pk=old).first()
        step.data["reason"] = UNDONE


def _waiting_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    """From waiting to work, or to what it waited for before; to work, too, where that has come meanwhile."""
    reason = event.changes["pending_reason"][0] if event.moved("pending_reason") else ticket.pending_reason
    until = ticket.pending_until
    if event.moved("pending_until"):
        before = _before(event, "pending_until")
        until = parse_datetime(before) if before else None
    if reason and (until is None or until > database_now()):
        commands.pend(ticket, actor=actor, reason=reason, until=until)
    elif ticket.status != Status.PENDING:
        raise Invalid(_("This step cannot be taken back."))
    else:
        commands.resume(ticket, actor=actor)


def _tags_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    """The whole list as it was, in its order."""
    with change(ticket, "tag", actor=actor) as step:
        step.ticket.tags = _before(event, "tags") or []
        step.data["reason"] = UNDONE


def _merge_back(ticket: Ticket, _event: TicketEvent, actor: User) -> None:
    commands.unmerge(ticket, actor=actor)


_OPPOSITES: dict[str, Callable[[Ticket, TicketEvent, User], None]] = {
    "assign": _owner_back,
    "accept": _owner_back,
    "release": _owner_back,
    "transfer": _team_back,
    "prioritise": _priority_back,
    "categorise": _category_back,
    "pend": _waiting_back,
    "resume": _waiting_back,
    "merge": _merge_back,
    "tag": _tags_back,
}
