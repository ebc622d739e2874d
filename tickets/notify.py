"""Who is told what, in rows. Rendering and sending happen later, elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from accounts.models import User
from notifications.outbox import Channel, Letter, post
from tickets.linked import sources_of
from tickets.markup import with_names_of_pictures
from tickets.models import Helper, Message, Task, Ticket, TicketEvent
from tickets.reasons import NO_ANSWER

EXCERPT_LENGTH = 4_000


def on_event(event: TicketEvent) -> None:
    """Write the outbox rows an event asks for. Nobody is told of what they did themselves."""
    tell = TOLD.get(event.verb)
    if tell is None or event.data.get("quiet"):
        return
    letters = [letter for letter in tell(event) if letter.recipient.pk != event.actor_id or event.verb == "open"]
    if event.data.get("bulk"):
        # colleagues see a change of many tickets in their queues; every requester still hears of their own
        letters = [letter for letter in letters if letter.channel != Channel.IN_APP]
    post(letters, at=event.at)


def plain_values(ticket: Ticket) -> dict[str, Any]:
    """What a letter about a ticket may mention; plain values only, so that the row can be rendered any time later."""
    return {
        "key": ticket.key,
        "subject": ticket.subject,
        "path": f"/my/tickets/{ticket.key}/",
        "desk_path": f"/desk/t/{ticket.key}/",
        "reply_by": ticket.response_due_at and ticket.response_due_at.isoformat(),
        "solve_by": ticket.resolution_due_at and ticket.resolution_due_at.isoformat(),
        "time_zone": ticket.requester.time_zone,
    }


def _opened(event: TicketEvent) -> Iterator[Letter]:
    yield _mail(event, event.ticket.requester, "ticket_opened")


def _replied(event: TicketEvent) -> Iterator[Letter]:
    ticket = event.ticket
    if event.data.get("by_staff"):
        words = _words(event)
        yield _mail(event, ticket.requester, "ticket_replied", **words)
        for watcher in ticket.watchers.select_related("user"):
            if not watcher.user.hats.is_agent:
                yield _mail(event, watcher.user, "ticket_replied", **words)
    elif ticket.assignee:
        yield _in_app(event, ticket.assignee, "requester_answered")
    yield from _followed(event)


def _followed(event: TicketEvent) -> Iterator[Letter]:
    """Colleagues who follow a ticket, for instance because they handed it on, hear in the product what came of it."""
    known = {event.actor_id, event.ticket.assignee_id, event.ticket.requester_id}
    for watcher in event.ticket.watchers.select_related("user").exclude(user__in=[pk for pk in known if pk]):
        if watcher.user.hats.is_agent and event.ticket.staffed_by(watcher.user):
            yield _in_app(event, watcher.user, "followed", verb=event.verb)


def _assigned(event: TicketEvent) -> Iterator[Letter]:
    if event.ticket.assignee:
        yield _in_app(event, event.ticket.assignee, "assigned")


def _resolved(event: TicketEvent) -> Iterator[Letter]:
    template = "ticket_unanswered" if event.data.get("reason") == NO_ANSWER else "ticket_resolved"
    yield _mail(event, event.ticket.requester, template, resolution=event.ticket.resolution[:EXCERPT_LENGTH])
    yield from _followed(event)
    for source in sources_of(event.ticket):
        # without the words of the solution: they may speak of what somebody else reported
        if source.requester_id != event.ticket.requester_id:
            yield _mail_about(event, source, source.requester, "ticket_merged_solved")


def _merged(event: TicketEvent) -> Iterator[Letter]:
    source = event.ticket
    home = Ticket.objects.visible_to(source.requester).filter(pk=event.data["other"]).first()
    known = {"home_key": home.key, "home_path": f"/my/tickets/{home.key}/"} if home else {"home_key": ""}
    yield _mail(event, source.requester, "ticket_merged", **known)


def _followed_up(event: TicketEvent) -> Iterator[Letter]:
    """The other way round it is the owner of the other ticket who hears of it."""
    if event.data.get("by_staff"):
        yield from _replied(event)


def _heard(event: TicketEvent) -> Iterator[Letter]:
    if event.ticket.assignee:
        yield _in_app(event, event.ticket.assignee, "requester_answered", actor=event.data["who"])


def _invited(event: TicketEvent) -> Iterator[Letter]:
    row = Helper.objects.select_related("person").get(pk=event.data["helper"])
    asked = User.objects.filter(is_active=True)
    if row.person is not None:
        asked = asked.filter(pk=row.person.pk)
    elif row.team_id is not None:
        asked = asked.filter(memberships__team_id=row.team_id)
    elif row.tier_id is not None:
        asked = asked.filter(memberships__team__tier_id=row.tier_id).distinct()
    for person in asked:
        if person.pk != event.ticket.assignee_id:
            yield _in_app(event, person, "invited", asked=row.asked)


def _mentioned(event: TicketEvent) -> Iterator[Letter]:
    wanted = event.data.get("mentioned")
    for person in User.objects.filter(pk__in=wanted, is_active=True) if wanted else ():
        yield _in_app(event, person, "mentioned")
        yield _mail(event, person, "mentioned")


def _helped(event: TicketEvent) -> Iterator[Letter]:
    if event.ticket.assignee:
        yield _in_app(event, event.ticket.assignee, "helped")


def _task_planned(event: TicketEvent) -> Iterator[Letter]:
    task = Task.objects.select_related("assignee").get(pk=event.data["task"])
    if task.assignee:
        yield _in_app(event, task.assignee, "task_planned", title=task.title)


def _reopened(event: TicketEvent) -> Iterator[Letter]:
    if event.ticket.assignee:
        yield _in_app(event, event.ticket.assignee, "reopened")


def _cancelled(event: TicketEvent) -> Iterator[Letter]:
    yield _mail(event, event.ticket.requester, "ticket_cancelled", reason=event.data.get("reason", ""))


TOLD: dict[str, Callable[[TicketEvent], Iterator[Letter]]] = {
    "open": _opened,
    "reply": _replied,
    "assign": _assigned,
    "note": _mentioned,
    "resolve": _resolved,
    "invite": _invited,
    "help_done": _helped,
    "plan_task": _task_planned,
    "reopen": _reopened,
    "cancel": _cancelled,
    "merge": _merged,
    "follow_up": _followed_up,
    "hear": _heard,
}


def _mail(event: TicketEvent, recipient: User, template: str, **more: Any) -> Letter:
    context = {**plain_values(event.ticket), "recipient": recipient.short_name, "actor": event.actor.name, **more}
    return Letter(recipient=recipient, template=template, key=f"event-{event.pk}", context=context)


def _mail_about(event: TicketEvent, ticket: Ticket, recipient: User, template: str) -> Letter:
    """A letter about another ticket than the event's."""
    context = {**plain_values(ticket), "recipient": recipient.short_name, "actor": event.actor.name}
    return Letter(recipient=recipient, template=template, key=f"event-{event.pk}-{ticket.pk}", context=context)


def _in_app(event: TicketEvent, recipient: User, template: str, **more: Any) -> Letter:
    context = {**plain_values(event.ticket), "actor": event.actor.name, **more}
    return Letter(
        recipient=recipient, template=template, key=f"event-{event.pk}", context=context, channel=Channel.IN_APP
    )


def _words(event: TicketEvent) -> dict[str, Any]:
    """The public message itself; a note never gets here, and the query makes sure of it."""
    body = Message.objects.filter(pk=event.data.get("message"), is_public=True).values_list("body", flat=True).first()
    return {"words": with_names_of_pictures(body or "")[:EXCERPT_LENGTH]}
