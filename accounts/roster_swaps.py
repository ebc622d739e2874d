"""Swaps: one occurrence of somebody's duty, asked of a colleague, agreed by them, approved by the lead.

Whoever decides first, decides: every answer locks the team, looks at the swap as it then stands and refuses what no
longer fits. Locking the team and not the swap alone lets one of two swaps of the same duty be approved, not both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import roster
from accounts.models import Membership, Swap, Team, User
from accounts.roster_news import News, tell
from accounts.roster_policies import approves_swap, in_team
from accounts.roster_words import span_words
from accounts.rota import Duty
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.time import database_now

State = Swap.State


def ask_swap(
    team: Team, *, actor: User, kind: str, start: datetime, end: datetime, colleague: User, note: str = ""
) -> Swap:
    """Ask a colleague of the team to take one duty of one's own.

    Args:
        kind, start, end: of the duty, as the roster has it now.
        note: for the colleague and the lead, at most 200 characters.

    Raises:
        NotAllowed: the actor is not of the team.
        Invalid: the duty has begun, is not the actor's, or the colleague cannot have it.
        Conflict: the actor has asked for this one already.
    """
    if not in_team(actor, team):
        raise NotAllowed()
    with _locked(team):
        now = database_now()
        _fits(team, kind, start, end, actor, colleague, now)
        open_ones = Swap.objects.filter(state__in=(State.ASKED, State.AGREED))
        if open_ones.filter(team=team, kind=kind, asker=actor, start=start).exists():
            raise Conflict(_("You have asked for this swap already."))
        swap = Swap.objects.create(
            team=team, kind=kind, asker=actor, colleague=colleague, start=start, end=end, note=note[:200], asked_at=now
        )
        _tell(swap, "swap_asked", [colleague], actor, now)
    return swap


def agree_swap(swap: Swap, *, actor: User) -> Swap:
    """The colleague says yes; now the lead decides.

    Raises:
        NotAllowed: the actor was not asked.
        Invalid: the duty has begun or is no longer the asker's, or the colleague is absent or on duty.
        Conflict: somebody has answered meanwhile.
    """
    if actor.pk != swap.colleague_id:
        raise NotAllowed()
    with _current(swap, State.ASKED) as (now, held):
        _fits(held.team, held.kind, held.start, held.end, held.asker, held.colleague, now)
        _decide(held, State.AGREED, actor, now)
        _tell(held, "swap_agreed", _approvers(held), actor, now)
    return held


def approve_swap(swap: Swap, *, actor: User) -> Swap:
    """The lead approves, and the duty is the colleague's.

    Raises:
        NotAllowed: the actor does not lead the team, or is part of the swap.
        Invalid: the duty has begun or is no longer the asker's, or the colleague is absent or on duty.
        Conflict: somebody has decided meanwhile, or the colleague has not agreed.
    """
    if not approves_swap(actor, swap):
        raise NotAllowed()
    with _current(swap, State.AGREED) as (now, held):
        _fits(held.team, held.kind, held.start, held.end, held.asker, held.colleague, now)
        _decide(held, State.APPROVED, actor, now)
        _tell(held, "swap_approved", [held.asker, held.colleague], actor, now)
    return held


def decline_swap(swap: Swap, *, actor: User) -> Swap:
    """The colleague says no, or the lead does after the colleague agreed. The duty stays where it is.

    Raises:
        NotAllowed: it is not the actor's turn to answer.
        Conflict: somebody has decided meanwhile.
    """
    is_colleague = actor.pk == swap.colleague_id
    if not is_colleague and not approves_swap(actor, swap):
        raise NotAllowed()
    states = [State.ASKED, State.AGREED] if is_colleague else [State.AGREED]
    with _current(swap, *states) as (now, held):
        _decide(held, State.DECLINED, actor, now)
        told = [person for person in (held.asker, held.colleague) if person.pk != actor.pk]
        _tell(held, "swap_declined", told, actor, now)
    return held


def withdraw_swap(swap: Swap, *, actor: User) -> Swap:
    """The asker takes it back before it is approved.

    Raises:
        NotAllowed: the actor has not asked.
        Conflict: somebody has decided meanwhile.
    """
    if actor.pk != swap.asker_id:
        raise NotAllowed()
    with _current(swap, State.ASKED, State.AGREED) as (now, held):
        _decide(held, State.WITHDRAWN, actor, now)
        _tell(held, "swap_withdrawn", [held.colleague], actor, now)
    return held


def undo_swap(swap: Swap, *, actor: User) -> Swap:
    """Take an approved swap back: the duty is as it was before.

    Raises:
        NotAllowed: the actor could not have approved it.
        Invalid: the duty has begun.
        Conflict: it is not approved, or somebody has undone it meanwhile.
    """
    if not approves_swap(actor, swap):
        raise NotAllowed()
    with _current(swap, State.APPROVED) as (now, held):
        if held.start <= now:
            raise Invalid(_("This duty has begun already, so its swap stays."))
        _decide(held, State.UNDONE, actor, now)
        _tell(held, "swap_undone", [held.asker, held.colleague], actor, now)
    return held


ANSWERS = {
    "agree": agree_swap,
    "approve": approve_swap,
    "decline": decline_swap,
    "withdraw": withdraw_swap,
    "undo": undo_swap,
}


def duty_of(team: Team, actor: User, kind: str, start: datetime, end: datetime) -> Duty | None:
    """This very duty of this person, as the roster has it now; None when there is none like it."""
    if end <= start:
        return None
    found = roster.duties(team, start, end)
    return next(
        (one for one in found if (one.person, one.kind, one.start, one.end) == (actor.pk, kind, start, end)), None
    )


@contextmanager
def _locked(team: Team) -> Iterator[None]:
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        yield


@contextmanager
def _current(swap: Swap, *states: str) -> Iterator[tuple[datetime, Swap]]:
    """The swap as it stands now, held; refused unless it is in one of the states."""
    with _locked(swap.team):
        people = ("asker", "colleague", "decided_by", "team")
        held = Swap.objects.select_related(*people).filter(pk=swap.pk).first()
        if held is None:
            raise NotVisible()
        if held.state not in states:
            raise Conflict(_already(held))
        yield database_now(), held


def _already(swap: Swap) -> str:
    who = swap.decided_by.name if swap.decided_by else ""
    if swap.state == State.ASKED:
        return _("%(who)s has not agreed yet.") % {"who": swap.colleague.name}
    said = {
        State.UNDONE: _("%(who)s has undone this swap already."),
        State.AGREED: _("%(who)s has agreed to this swap already."),
        State.APPROVED: _("%(who)s has approved this swap already."),
        State.DECLINED: _("%(who)s has declined this swap already."),
        State.WITHDRAWN: _("%(who)s has withdrawn this swap already."),
    }
    return said[State(swap.state)] % {"who": who}


def _fits(team: Team, kind: str, start: datetime, end: datetime, asker: User, colleague: User, now: datetime) -> None:
    """Raises Invalid where the swap cannot be, as things are now."""
    if start <= now:
        raise Invalid(_("This duty has begun already, so it cannot be swapped."))
    if duty_of(team, asker, kind, start, end) is None:
        raise Invalid(_("This duty is no longer %(who)s's, so it cannot be swapped.") % {"who": asker.name})
    if (
        colleague.pk == asker.pk
        or not Membership.objects.filter(team=team, user=colleague, user__is_active=True).exists()
    ):
        raise Invalid.field("colleague", _("Choose a colleague of the team."))
    if colleague.absences.filter(start__lt=end, end__gt=start).exists():
        raise Invalid.field("colleague", _("%(who)s is absent then.") % {"who": colleague.name})
    # whoever is on call may well have a shift too, so only the same kind of duty is in the way
    has = next((one for one in roster.duties(team, start, end) if (one.person, one.kind) == (colleague.pk, kind)), None)
    if has:
        told = {"who": colleague.name, "when": span_words(has.start, has.end)}
        raise Invalid.field("colleague", _("%(who)s is on duty then already: %(when)s.") % told)


def _decide(swap: Swap, state: str, actor: User, now: datetime) -> None:
    swap.state, swap.decided_by, swap.decided_at = state, actor, now
    swap.save(update_fields=["state", "decided_by", "decided_at"])


def _approvers(swap: Swap) -> list[User]:
    """The team's leads who are not part of it; where there is none, the incident managers."""
    others = User.objects.filter(is_active=True).exclude(pk__in=(swap.asker_id, swap.colleague_id))
    leads = others.filter(memberships__team=swap.team, memberships__role=Membership.Role.LEAD)
    return list(leads) or list(others.filter(is_manager=True))


def _tell(swap: Swap, what: str, recipients: list[User], actor: User, now: datetime) -> None:
    year, week, _day = swap.start.isocalendar()
    news = News(
        what=what,
        key=f"swap-{swap.pk}-{swap.state}",
        team=swap.team,
        path=f"{reverse('roster_week', args=[swap.team.slug])}?week={year}-W{week:02d}",
        start=swap.start,
        end=swap.end,
        actor=actor.name,
        other=swap.asker.name if actor.pk != swap.asker_id else swap.colleague.name,
        kind=swap.kind,
    )
    tell([person for person in recipients if person.pk != actor.pk], news, at=now)
