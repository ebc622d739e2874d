"""Taking back one's own last step: the opposite command, while nobody has built on the step yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
from tickets.commands._together import held_together, links_alone
from tickets.models import Task, Ticket, TicketEvent, TicketLink
from tickets.undo_marks import PUT_BACK_BY, meant_by, touching
from tickets.workflow import verbs_for

UNDO_FOR = timedelta(minutes=30)
UNDONE = gettext_noop("undone")
NONE = Q(pk__isnull=True)
# steps that tie tickets together take another lock first
TIES = frozenset({"merge", "link", "unlink"})


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
    with _locks(ticket, event), held(ticket) as locked:
        if refusal := _why_not(event, locked, actor, database_now()):
            raise Invalid(refusal)
        _OPPOSITES[event.verb](ticket, event, actor)
    return ticket


def take_back_together(ticket: Ticket, *, events: Iterable[TicketEvent], actor: User) -> list[TicketEvent]:
    """Reverse what several events of one doing changed, the newest first; what cannot be reversed stays.

    Args:
        events: of this ticket; merges and links stay.

    Returns:
        The events that stay, the oldest first.
    """
    newest_first = sorted(events, key=lambda event: event.pk, reverse=True)
    stay = []
    with held(ticket) as locked:
        last = ticket.events.order_by("-pk").values_list("pk", flat=True).first() or 0
        of_one_doing = Q(pk__in=[event.pk for event in newest_first]) | Q(pk__gt=last)
        for event in newest_first:
            if event.verb in TIES or _why_not(event, locked, actor, database_now(), besides=of_one_doing):
                stay.append(event)
                continue
            try:
                with commands.attempt():
                    _OPPOSITES[event.verb](locked, event, actor)
            except DomainError:
                stay.append(event)
    return stay[::-1]


@contextmanager
def _locks(ticket: Ticket, event: TicketEvent) -> Iterator[None]:
    """Merges and links tie tickets into chains: whoever does that takes that lock before those of the tickets."""
    if event.verb not in TIES:
        yield
        return
    with links_alone():
        others = Ticket.objects.filter(pk=event.data.get("other")) if event.verb != "merge" else ()
        with held_together(ticket, *others):
            yield


def can_reverse(event: TicketEvent, verbs: set[str]) -> bool:
    """Whether one of the commands that would reverse the step is among `verbs`."""
    return bool(_verbs_needed(event) & verbs)


def _why_not(event: TicketEvent, ticket: Ticket, actor: User, now: datetime, besides: Q = NONE) -> str:
    """Words for the refusal; empty when the step can be taken back.

    Args:
        besides: the later events that do not count as a change since.
    """
    if not meant_by(event):
        return _("This step cannot be taken back.")
    if event.actor_id != actor.pk:
        return _("Only the person who took this step can take it back.")
    if now - event.at > UNDO_FOR:
        return _("A step can be taken back within 30 minutes; change the ticket instead.")
    since = ticket.events.filter(touching(event), pk__gt=event.pk).exclude(besides)
    newer = since.select_related("actor").order_by("pk").first()
    if newer:
        return _("It was changed again since: %(name)s %(what)s.") % {"name": newer.actor.name, "what": newer.words}
    if not _verbs_needed(event) & verbs_for(actor, ticket):
        return _("This step cannot be taken back.")
    return ""


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
        **{verb: {back} for verb, back in PUT_BACK_BY.items()},
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
        for field in sorted(meant_by(event)):
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


def _following_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    follower = User.objects.filter(pk=event.data["follower"]).first()
    if follower is None:
        raise Invalid(_("This step cannot be taken back."))
    if event.verb in ("watch", "add_follower"):
        commands.unwatch(ticket, actor=actor, follower=follower)
    else:
        commands.add_follower(ticket, actor=actor, follower=follower)


def _task_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    task = Task.objects.filter(ticket=ticket, pk=event.data["task"]).first()
    if task is None:
        raise Invalid(_("This step cannot be taken back."))
    tick = commands.reopen_task if event.verb == "complete_task" else commands.complete_task
    tick(ticket, actor=actor, task=task)


def _link_back(ticket: Ticket, event: TicketEvent, actor: User) -> None:
    """From either end: the event says on which of them the link begins."""
    other = Ticket.objects.visible_to(actor).filter(pk=event.data["other"]).first()
    if other is None:
        raise Invalid(_("This step cannot be taken back."))
    source, target = (other, ticket) if event.data["inward"] else (ticket, other)
    kind = event.data["link"]
    if event.verb == "unlink":
        commands.link(source, actor=actor, kind=kind, other=target)
        return
    found = TicketLink.objects.filter(source=source, target=target, kind=kind).select_related("source", "target")
    if (link := found.first()) is None:
        raise Invalid(_("This step cannot be taken back."))
    commands.unlink(ticket, actor=actor, link=link)


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
    "watch": _following_back,
    "unwatch": _following_back,
    "add_follower": _following_back,
    "remove_follower": _following_back,
    "complete_task": _task_back,
    "reopen_task": _task_back,
    "link": _link_back,
    "unlink": _link_back,
}
