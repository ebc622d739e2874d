"""Bugs of a product, kept in its developers' tracker: linked to tickets, and what a fix sets off."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from core.time import database_now
from escalation import verbs as verbs  # fills the table
from escalation.commands.vendor import checked_line
from escalation.models import BugLink, ExternalBug
from tickets.choices import PendingReason, Status
from tickets.commands import Change, change, unit_of_work
from tickets.models import Ticket
from tickets.policies import works_on

URL_LENGTH = 500
TITLE_LENGTH = 200
NAME_LENGTH = 80
# what a fix ends the waiting for
WAITS_FOR_A_FIX = (PendingReason.VENDOR, PendingReason.PROBLEM, PendingReason.CHANGE)


def link_bug(
    ticket: Ticket,
    *,
    actor: User,
    url: str,
    title: str = "",
    tracker: str = "",
    affected_version: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> ExternalBug:
    """Say which bug of the product explains the ticket. A bug is known by its address, on however many tickets.

    Args:
        title, tracker, affected_version: of a bug nobody linked before; one that is known keeps its own.

    Raises:
        Invalid: no web address, no title for a new bug, linked already.  NotAllowed, Conflict: as `change`.
    """
    address = checked_address(url)
    name = checked_line(title, "title", TITLE_LENGTH)
    where = checked_line(tracker, "tracker", NAME_LENGTH)
    affected = checked_line(affected_version, "affected_version", NAME_LENGTH)
    with change(ticket, "link_bug", actor=actor, version=version, at=at) as step:
        bug = _bug_at(address, step, title=name, tracker=where, affected_version=affected)
        _link, is_new = BugLink.objects.get_or_create(
            ticket=step.ticket, bug=bug, defaults={"linked_by": actor, "linked_at": step.at}
        )
        if not is_new:
            raise Invalid.field("url", _("This bug is linked already."))
        step.data.update(bug=bug.pk, about=bug.title)
    return bug


def unlink_bug(
    ticket: Ticket, *, actor: User, bug: ExternalBug, version: int | None = None, at: datetime | None = None
) -> Ticket:
    """Take a bug away from a ticket it does not explain.

    Raises:
        Invalid: it is not linked.  NotAllowed, Conflict: as `change`.
    """
    with change(ticket, "unlink_bug", actor=actor, version=version, at=at) as step:
        deleted, _rows = BugLink.objects.filter(ticket=step.ticket, bug=bug).delete()
        if not deleted:
            raise Invalid(_("This bug is not linked to the ticket."))
        step.data.update(bug=bug.pk, about=bug.title)
    return ticket


def fix_bug(bug: ExternalBug, *, actor: User, fixed_version: str, at: datetime | None = None) -> ExternalBug:
    """Say in which version the bug is fixed. Every linked ticket hears of it, and goes on where it waited for others.

    The same version a second time tells nobody again. Tickets are told one by one; what a crash leaves over is told
    by the next sweep (`escalation.chasing`).

    Raises:
        Invalid: no version.  NotAllowed: the actor works on none of its tickets.
    """
    text = checked_line(fixed_version, "fixed_version", NAME_LENGTH)
    if not text:
        raise Invalid.field("fixed_version", _("Say which version has the fix."))
    if not may_fix(actor, bug):
        raise NotAllowed()
    now = at or database_now()
    with transaction.atomic():
        locked = ExternalBug.objects.select_for_update(no_key=True).get(pk=bug.pk)
        is_news = locked.fixed_version != text
        if is_news:
            locked.fixed_version, locked.state = text, ExternalBug.State.FIXED
            locked.fixed_at, locked.fixed_by = now, actor
            locked.save(update_fields=["fixed_version", "state", "fixed_at", "fixed_by"])
            locked.links.update(tell_at=now)
    for link_id, ticket_id in (
        locked.links.filter(tell_at__isnull=False).order_by("ticket_id").values_list("pk", "ticket_id")
    ):
        tell_of_fix(link_id, ticket_id, at=at)
    return locked


def tell_of_fix(link_id: int, ticket_id: int, *, at: datetime | None = None, skip_locked: bool = False) -> bool:
    """Write the fix into one ticket's history; it goes on if it waited for a vendor, a problem or a change.

    Args:
        skip_locked: leave a ticket somebody works on for the next round, as sweeps do.

    Returns:
        Whether it was told; False where somebody else has done it, or the ticket was left.
    """
    with transaction.atomic():
        # the ticket first, as every command does, so that nobody waits for each other in a ring
        rows = Ticket.objects.select_for_update(of=("self",), skip_locked=skip_locked)
        ticket = rows.filter(pk=ticket_id).first()
        link = (
            BugLink.objects.select_for_update(of=("self",))
            .select_related("bug")
            .filter(pk=link_id, tell_at__isnull=False)
            .first()
        )
        if ticket is None or link is None:
            return False
        waits = ticket.status == Status.PENDING and ticket.pending_reason in WAITS_FOR_A_FIX
        verb = "fix_available" if waits else "bug_fixed"
        bug = link.bug
        with unit_of_work(), change(ticket, verb, actor=User.objects.automation(), at=at) as step:
            step.data.update(bug=bug.pk, about=f"{bug.title} ({bug.fixed_version})", by=bug.fixed_by_id)
            link.tell_at = None
            link.save(update_fields=["tell_at"])
    return True


def may_fix(user: User, bug: ExternalBug) -> bool:
    """Whether this person works on one of the tickets the bug explains."""
    linked = Ticket.objects.visible_to(user).filter(bug_links__bug=bug)
    return user.is_automation or any(works_on(user, ticket) for ticket in linked)


def _bug_at(address: str, step: Change, **told: str) -> ExternalBug:
    """The bug of this address; written down when nobody linked it before."""
    # locked, so that a fix entered at this moment either sees the link or is seen by it
    circle = step.ticket.team if step.ticket.team and step.ticket.team.is_restricted else None
    known = ExternalBug.objects.select_for_update(no_key=True).filter(url=address, team=circle).first()
    if known is not None:
        return known
    if not told["title"]:
        raise Invalid.field("title", _("Say what the bug is called."))
    told["tracker"] = told["tracker"] or (urlsplit(address).hostname or "")[:NAME_LENGTH]
    bug, _new = ExternalBug.objects.get_or_create(
        url=address, team=circle, defaults={**told, "created_at": step.at, "created_by": step.actor}
    )
    return bug


def checked_address(url: str) -> str:
    """A web address that can stand in a link; scheme and host in lower case, so that one bug has one address.

    Raises:
        Invalid: on `url`: not http or https, no host, a name or password in it, or too long.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_clean = not any(letter.isspace() or not letter.isprintable() for letter in text)
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or not is_clean:
        raise Invalid.field("url", _("Give a web address that starts with https://."))
    if len(text) > URL_LENGTH:
        raise Invalid.field("url", _("Use at most %(most)s characters.") % {"most": URL_LENGTH})
    # a place on the page is no other bug; a route of an application that lives behind the "#" is
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, parts.query, route))
