from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from notifications.kick import kick
from tickets.choices import PendingReason, Status
from tickets.commands._attempt import attempt
from tickets.commands._change import unit_of_work
from tickets.commands._drafts import clear, drop_sent
from tickets.commands._once import require_same, same_words
from tickets.commands._together import held_with_home
from tickets.commands.conversation import reply
from tickets.commands.waiting import pend
from tickets.models import Attachment, Departure, Draft, Message, Ticket
from tickets.texts import checked_body

LONGEST_DELAY = 60


class _Rehearsed(Exception):
    """The rehearsal went through, and is taken back."""


def send_later(
    ticket: Ticket,
    *,
    actor: User,
    body: str,
    seconds: int,
    dedupe_key: str,
    attachments: Sequence[Attachment] = (),
    then: str = "",
    version: int | None = None,
) -> Departure | Message:
    """Accept a reply that leaves after `seconds`; until then nobody but its author knows of it.

    Args:
        seconds: 1 to 60.
        then: "requester" sets the ticket waiting for them once it has left.

    Returns:
        What is under way; the message where the same form was sent before and has left.

    Raises:
        SentAlready, Invalid, NotAllowed, Conflict: as `reply`.
    """
    with held_with_home(ticket):
        earlier = _earlier(ticket, dedupe_key, body)
        # also of a second click: its page kept the draft anew
        drop_sent(actor, ticket, Draft.Mode.REPLY, body)
        if earlier:
            return earlier
        departure = Departure(
            ticket=ticket,
            author=actor,
            body=checked_body(body),
            attachments=[one.pk for one in attachments],
            then=then if then == PendingReason.REQUESTER else "",
            dedupe_key=dedupe_key,
        )
        _start(departure, seconds, version)
    return departure


def _start(departure: Departure, seconds: int, version: int | None) -> None:
    wait = max(1, min(seconds, LONGEST_DELAY))
    departure.created_at = database_now()
    departure.leaves_at = departure.created_at + timedelta(seconds=wait)
    _rehearse(departure, version)
    departure.save()
    transaction.on_commit(lambda: kick("tickets.tasks.send_replies", after=wait + 0.2), robust=True)


def _rehearse(departure: Departure, version: int | None) -> None:
    """Let it leave and take that back: whatever would refuse it now does so in front of its author."""
    try:
        with attempt():
            send(departure, Ticket.objects.get(pk=departure.ticket_id), version=version)
            raise _Rehearsed
    except _Rehearsed:
        return


def send(departure: Departure, ticket: Ticket, *, version: int | None = None) -> Message:
    """Write the reply that was under way, and set the ticket waiting where that was asked for.

    Raises:
        Invalid, NotAllowed, Conflict: as `reply`; Conflict, too, where somebody else's words to or from the requester
            landed meanwhile; Invalid where a file is gone.
    """
    author = departure.author
    if not author.is_active:
        raise NotAllowed()
    with unit_of_work():
        landed = ticket.messages.filter(is_public=True, created_at__gte=departure.created_at).exclude(author=author)
        if landed.exclude(by_staff=True, author__is_automation=True).exists():
            raise Conflict(_("Another message landed before yours left."))
        files = list(Attachment.objects.filter(pk__in=departure.attachments))
        if len(files) != len(departure.attachments):
            raise Invalid.field("attachments", _("One of the files is gone. Attach it again."))
        key = departure.dedupe_key
        message = reply(ticket, actor=author, body=departure.body, attachments=files, dedupe_key=key, version=version)
        if departure.then and ticket.status in (Status.NEW, Status.OPEN):
            pend(ticket, actor=author, reason=departure.then)
    return message


def take_back_reply(pk: int, ticket: Ticket, *, actor: User) -> Draft:
    """Take back one's own reply before it leaves.

    Raises:
        Invalid: it has left.
    """
    with transaction.atomic():
        departure = Departure.objects.of(actor.pk, ticket.pk).select_for_update(of=("self",)).filter(pk=pk).first()
        if departure is None:
            raise Invalid(_("This reply has left already."))
        draft = _locked_draft(departure)
        texts = [departure.body, "" if same_words(draft.body, departure.body) else draft.body]
        draft.body = "\n\n".join(text for text in texts if text.strip())
        draft.data = {**draft.data, "attachments": [*draft.data.get("attachments", []), *departure.attachments]}
        draft.save(update_fields=["body", "data", "updated_at"])
        departure.delete()
    return draft


def give_back(departure: Departure, why: str) -> None:
    """Give a reply that could not leave back to its author: beside what they have begun to write since, because an open
    page overwrites that with what stands in its box. The caller holds the row's lock.

    Args:
        why: why it could not leave, in the author's words.
    """
    draft = _locked_draft(departure)
    came = {"id": departure.pk, "body": departure.body, "attachments": departure.attachments, "why": why}
    draft.data = {**draft.data, "came_back": [*draft.came_back, came]}
    draft.save(update_fields=["data", "updated_at"])
    departure.delete()


def _locked_draft(departure: Departure) -> Draft:
    draft, _new = Draft.objects.select_for_update().get_or_create(
        user=departure.author, ticket_id=departure.ticket_id, mode=Draft.Mode.REPLY
    )
    return draft


def put_back_reply(pk: int, ticket: Ticket, *, actor: User) -> tuple[str, list[int]]:
    """Take up a reply that came back: it stands in the draft, before what was begun since.

    Args:
        pk: the number it had under way.

    Returns:
        Its text, and the numbers of its files.

    Raises:
        Invalid: it was taken up or thrown away already.
    """
    with transaction.atomic():
        draft, came, others = _came_back(pk, ticket, actor)
        text, files = came["body"], came["attachments"]
        draft.body = "\n\n".join(part for part in (text, draft.body) if part.strip())
        draft.data = {"attachments": [*draft.data.get("attachments", []), *files], "came_back": others}
        draft.save(update_fields=["body", "data", "updated_at"])
    return text, files


def throw_away_reply(pk: int, ticket: Ticket, *, actor: User) -> None:
    """Throw away a reply that came back; what was begun since stays.

    Raises:
        Invalid: as `put_back_reply`.
    """
    with transaction.atomic():
        draft, _came, others = _came_back(pk, ticket, actor)
        if draft.body.strip():
            draft.data = {**draft.data, "came_back": others}
            draft.save(update_fields=["data", "updated_at"])
        else:
            clear(draft, others)


def _came_back(pk: int, ticket: Ticket, actor: User) -> tuple[Draft, dict[str, Any], list[dict[str, Any]]]:
    """The draft, locked, the reply that came back, and the others that did."""
    own = Draft.objects.select_for_update().filter(user=actor, ticket_id=ticket.pk, mode=Draft.Mode.REPLY)
    for draft in own:
        for came in draft.came_back:
            if came["id"] == pk:
                return draft, came, [one for one in draft.came_back if one is not came]
    raise Invalid(_("This reply was taken up or thrown away already."))


def drop_replies(ticket: Ticket, *, actor: User, key: str) -> int:
    """Take back what nobody typed: the actor's replies under way whose key begins with `key` leave no draft behind. One
    that is leaving at this moment leaves.

    Returns:
        How many had not left.
    """
    with transaction.atomic():
        under_way = Departure.objects.of(actor.pk, ticket.pk).filter(dedupe_key__startswith=key)
        # one that is leaving holds its row and waits for the ticket, which the caller may hold: no waiting for that
        free = under_way.select_for_update(of=("self",), skip_locked=True)
        found = list(free.values_list("pk", flat=True))
        Departure.objects.filter(pk__in=found).delete()
    return len(found)


def _earlier(ticket: Ticket, dedupe_key: str, body: str) -> Departure | Message | None:
    same = {"ticket_id": ticket.pk, "dedupe_key": dedupe_key}
    earlier = Departure.objects.filter(**same).first() or Message.objects.filter(**same).first()
    if earlier is not None:
        require_same(earlier.body, body)
    return earlier
