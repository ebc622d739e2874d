"""One owner, many helpers: asking for help, helping, and the time it took. The owner never changes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, Tier, User
from core.errors import Invalid, NotAllowed
from tickets.choices import MessageKind
from tickets.commands._change import change, required
from tickets.commands._say import say
from tickets.models import Helper, Ticket
from tickets.models.helping import own_row
from tickets.policies import works_on
from tickets.texts import checked_body, checked_remark

MOST_MINUTES = 7 * 24 * 60


def invite(
    ticket: Ticket,
    *,
    actor: User,
    asked: str,
    person: User | None = None,
    team: Team | None = None,
    tier: Tier | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Helper:
    """Ask a person, or anyone of a team or tier, to help. Those asked see the ticket as staff until it ends.

    Args:
        asked: what they are asked for, at most 500 characters.

    Raises:
        Invalid: not exactly one is asked; a requester, oneself, the owner, somebody inactive; a second time; no words.
        NotAllowed, Conflict: as `change`.
    """
    words = required(checked_remark(asked, "asked"), "asked", _("Say what you ask for."))
    if sum(one is not None for one in (person, team, tier)) != 1:
        raise Invalid.field("whom", _("Choose whom to ask."))
    with change(ticket, "invite", actor=actor, version=version, at=at) as step:
        if person is not None:
            _refuse_person(person, step.ticket, actor)
        if team is not None and team.pk == step.ticket.team_id:
            raise Invalid.field("whom", _("%(team)s already has this ticket.") % {"team": team.label})
        if step.ticket.helpers.open().filter(person=person, team=team, tier=tier).exists():
            raise Invalid.field("whom", _("%(name)s is asked already.") % {"name": person or team or tier})
        row = Helper.objects.create(
            ticket=step.ticket, person=person, team=team, tier=tier, asked=words, invited_by=actor, invited_at=step.at
        )
        step.data.update(helper=row.pk, about=row.label)
    return row


def join(ticket: Ticket, *, actor: User, at: datetime | None = None) -> Helper:
    """Help as asked. Whoever is asked as one of a team or tier gets a row of their own.

    Raises:
        NotAllowed: nobody asked, or they help already.  Invalid: as `change`.
    """
    with change(ticket, "join", actor=actor, at=at) as step:
        rows = [row for row in step.ticket.helpers.open() if row.asks(actor)]
        own = own_row(rows, actor)
        if own is None:
            first = rows[0]
            own = Helper(
                ticket=step.ticket,
                person=actor,
                via=first,
                asked=first.asked,
                invited_by=first.invited_by,
                invited_at=first.invited_at,
            )
        own.joined_at = step.at
        own.save()
        step.data["helper"] = own.pk
    return own


def log_help(ticket: Ticket, *, actor: User, minutes: int, at: datetime | None = None) -> Helper:
    """Say how long one has helped so far, or correct it afterwards; only the helper can.

    Args:
        minutes: the whole time of this invitation, 0 to a week.

    Raises:
        Invalid: not a possible time.  NotAllowed: the actor has not helped.
    """
    whole = _checked_minutes(minutes)
    with change(ticket, "log_help", actor=actor, at=at) as step:
        row = own_row(step.ticket.helpers.all(), actor, is_open=False)
        assert row is not None  # the policy has seen it
        row.minutes = whole
        row.save(update_fields=["minutes"])
        step.data.update(helper=row.pk, minutes=whole, about=_in_minutes(whole))
    return row


def help_done(ticket: Ticket, *, actor: User, minutes: int, note: str = "", at: datetime | None = None) -> Helper:
    """Stop helping: keep how long it took, and what was found as an internal note.

    Args:
        minutes: the whole time of this invitation, 0 to a week.

    Raises:
        Invalid: not a possible time.  NotAllowed: the actor does not help.
    """
    whole = _checked_minutes(minutes)
    words = checked_body(note, "note") if note.strip() else ""
    with change(ticket, "help_done", actor=actor, at=at) as step:
        row = own_row(step.ticket.helpers.open(), actor)
        assert row is not None  # the policy has seen it
        row.minutes = whole
        row.left_at = row.ended_at = step.at
        row.ended_by, row.ended_why = actor, Helper.Why.DONE
        row.save()
        if words:
            say(step, words, kind=MessageKind.NOTE)
        step.data.update(helper=row.pk, minutes=whole, about=_in_minutes(whole))
    return row


def uninvite(ticket: Ticket, *, actor: User, helper: Helper, at: datetime | None = None) -> Ticket:
    """Take an invitation back; whoever came through it leaves too. Time that was logged stays.

    Raises:
        Invalid: it has ended.  NotAllowed: it is somebody else's, and the actor does not work on the ticket.
    """
    with change(ticket, "uninvite", actor=actor, at=at) as step:
        row = step.ticket.helpers.open().filter(pk=helper.pk).first()
        if row is None:
            raise Invalid(_("This invitation has ended."))
        if row.person_id != actor.pk and not works_on(actor, step.ticket):
            raise NotAllowed()
        for one in (row, *row.joined.open()):
            end(one, why=Helper.Why.REMOVED, by=actor.pk, at=step.at)
        step.data.update(helper=row.pk, about=row.label)
    return ticket


def end(row: Helper, *, why: str, by: int, at: datetime) -> None:
    """Close one row; the caller holds the ticket's lock."""
    row.ended_at, row.ended_by_id, row.ended_why = at, by, why
    row.left_at = at if row.joined_at else None
    row.save(update_fields=["ended_at", "ended_by", "ended_why", "left_at"])


def _refuse_person(person: User, ticket: Ticket, actor: User) -> None:
    """Say in words why this person cannot be asked."""
    name = {"name": person.name}
    if not person.is_active or person.is_automation:
        raise Invalid.field("whom", _("%(name)s cannot be asked: the account is not active.") % name)
    if person.pk == actor.pk:
        raise Invalid.field("whom", _("You cannot ask yourself."))
    if person.pk == ticket.assignee_id:
        raise Invalid.field("whom", _("%(name)s owns this ticket.") % name)
    if not person.hats.is_agent or person.pk == ticket.requester_id:
        raise Invalid.field("whom", _("%(name)s is a requester here. Write a reply instead.") % name)


def _checked_minutes(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise Invalid.field("minutes", _("Give whole minutes, at most a week."))
    return minutes


def _in_minutes(minutes: int) -> str:
    return f"{minutes} min"
