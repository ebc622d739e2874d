"""One message of a ticket becomes a ticket of its own."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import User
from core.errors import NotAllowed
from tickets import policies
from tickets.choices import MessageKind
from tickets.commands._change import change
from tickets.commands._together import held_together
from tickets.commands.linking import closed_circle
from tickets.commands.opening import Report
from tickets.commands.opening import open as open_ticket
from tickets.models import Attachment, Message, Ticket, TicketLink


def split(ticket: Ticket, *, message: Message, report: Report, actor: User, submission_key: str = "") -> Ticket:
    """Open a ticket with the words and files of one message; both tickets say so.

    It is opened for whoever wrote the message, where a requester did, else for the ticket's requester. An internal note
    is opened in the actor's own name, because whom a ticket is for reads its description. A restricted team keeps what
    is split off, so that the words do not leave the team.

    Args:
        message: one of this ticket.
        report: what the new ticket is about; its description becomes the message's words, whatever it says.
        submission_key: made up by the form; under one key there is one ticket, however often it is sent.

    Raises:
        NotAllowed: the actor does not work on the ticket.  Invalid: as `open`.
    """
    key = f"split-{message.pk}-{submission_key}" if submission_key else None
    with held_together(ticket):
        if not policies.works_on(actor, ticket):
            raise NotAllowed()
        fresh = open_ticket(
            replace(report, description=message.body),
            actor=actor,
            requester=whose(message, ticket, actor),
            channel=message.channel,
            submission_key=key,
            team=closed_circle(ticket),
        )
        if TicketLink.objects.filter(source=fresh, target=ticket, kind=TicketLink.Kind.SPLIT).exists():
            return fresh
        _tie(ticket, fresh, message, actor)
    return fresh


def _tie(ticket: Ticket, fresh: Ticket, message: Message, actor: User) -> None:
    with change(ticket, "split", actor=actor) as step:
        step.data.update(other=fresh.pk, message=message.pk)
    with change(fresh, "link", actor=actor) as step:
        step.data.update(link=TicketLink.Kind.SPLIT.value, other=ticket.pk, inward=False)
    _share_files(message, fresh)
    ends = {"source": fresh, "target": ticket, "kind": TicketLink.Kind.SPLIT}
    TicketLink.objects.create(**ends, message=message, created_by=actor, created_at=step.at)


def whose(message: Message, ticket: Ticket, actor: User) -> User:
    """For whom a ticket split off from this message is opened."""
    if message.kind == MessageKind.NOTE or not message.is_public:
        return actor
    writer = message.author
    from_outside = not message.by_staff and writer.is_active and not writer.is_automation
    return writer if from_outside else ticket.requester


def _share_files(message: Message, fresh: Ticket) -> None:
    """The same stored files under rows of their own: a file that is bound to a ticket is never removed."""
    files = Attachment.objects.filter(message=message)
    Attachment.objects.bulk_create(
        Attachment(
            uploaded_by_id=one.uploaded_by_id,
            ticket=fresh,
            file=one.file.name,
            name=one.name,
            size=one.size,
            content_type=one.content_type,
            sha256=one.sha256,
        )
        for one in files
    )
